/** An interval's three parts inside a kernel, and additions that do not wrap. */
import type { FunctionBuilder } from '../../wasm/function-builder.ts';
import { i32, i64 } from '../../wasm/instructions.ts';
import type { Expr } from '../../wasm/types.ts';
import type { FailingContext, Value } from '../emit-context.ts';
import { i64Lane } from '../value.ts';

export interface IntervalParts {
  readonly months: Expr<'i32'>;
  readonly days: Expr<'i32'>;
  readonly micros: Expr<'i64'>;
}

/** Emits: the parts by name. */
export function intervalOf({ f }: { readonly f: FunctionBuilder }, value: Value): IntervalParts {
  const monthsAndDays = i64Lane(value, 1);
  return {
    months: f.let('i32', 'months', i32.wrap_i64(monthsAndDays)),
    days: f.let('i32', 'days', i32.wrap_i64(i64.shr_s(monthsAndDays, 32n))),
    micros: i64Lane(value),
  };
}

/** Emits: an interval's lanes from months and days that must fit 32 bits. */
export function lanesOfParts(
  context: FailingContext,
  parts: { readonly months: Expr<'i64'>; readonly days: Expr<'i64'>; readonly micros: Expr<'i64'> },
): readonly Expr[] {
  const { f } = context;
  const months = f.let('i64', 'months', parts.months);
  const days = f.let('i64', 'days', parts.days);
  const outside = i32.or(i64.ne(i64.extend32_s(months), months), i64.ne(i64.extend32_s(days), days));
  f.if(outside, () => context.fail('numeric_out_of_range'));
  return [parts.micros, i64.or(i64.shl(days, 32n), i64.and(months, 0xffff_ffffn))];
}

/** Emits: the interval turned round; fails for a part that has no opposite. */
export function negateParts(context: FailingContext, { months, days, micros }: IntervalParts): IntervalParts {
  const { f } = context;
  const least32 = -0x8000_0000;
  const least64 = -0x8000_0000_0000_0000n;
  const hasNone = i32.or(i32.or(i32.eq(months, least32), i32.eq(days, least32)), i64.eq(micros, least64));
  f.if(hasNone, () => context.fail('numeric_out_of_range'));
  return {
    months: f.let('i32', 'months', i32.sub(0, months)),
    days: f.let('i32', 'days', i32.sub(0, days)),
    micros: f.let('i64', 'micros', i64.sub(0n, micros)),
  };
}

/** Emits: a + b, which must not wrap. */
export function addChecked(context: FailingContext, a: Expr<'i64'>, b: Expr<'i64'>): Expr<'i64'> {
  const { f } = context;
  const [left, right] = [f.let('i64', 'left', a), f.let('i64', 'right', b)];
  const sum = f.let('i64', 'sum', i64.add(left, right));
  const wraps = i64.lt_s(i64.and(i64.xor(left, sum), i64.xor(right, sum)), 0n);
  f.if(wraps, () => context.fail('numeric_out_of_range'));
  return sum;
}

/** Emits: a - b, which must not wrap. */
export function subtractChecked(context: FailingContext, a: Expr<'i64'>, b: Expr<'i64'>): Expr<'i64'> {
  const { f } = context;
  const [left, right] = [f.let('i64', 'left', a), f.let('i64', 'right', b)];
  const difference = f.let('i64', 'difference', i64.sub(left, right));
  const wraps = i64.lt_s(i64.and(i64.xor(left, right), i64.xor(left, difference)), 0n);
  f.if(wraps, () => context.fail('numeric_out_of_range'));
  return difference;
}
