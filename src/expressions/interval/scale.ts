/**
 * An interval times or by a number, as PostgreSQL's interval_mul and interval_div: each part is scaled on its
 * own; the fraction of a month becomes days of 30 to a month, and the fraction of a day becomes time, rounded
 * to microseconds.
 */
import { f64, i32, i64 } from '../../wasm/instructions.ts';
import type { Expr } from '../../wasm/types.ts';
import type { FailingContext, Value } from '../emit-context.ts';
import { addChecked, intervalOf, lanesOfParts } from './parts.ts';

type Scale = (context: FailingContext, part: Expr<'f64'>, factor: Expr<'f64'>) => Expr<'f64'>;

const daysPerMonth = 30;
const secondsPerDay = 86_400;

export function scaleInterval(
  context: FailingContext,
  interval: Value,
  factor: Expr<'f64'>,
  scale: Scale,
): readonly Expr[] {
  const { f } = context;
  const parts = intervalOf(context, interval);
  const scaled = (part: Expr<'f64'>): Expr<'f64'> => f.let('f64', 'scaled', scale(context, part, factor));
  f.if(f64.ne(factor, factor), () => context.fail('numeric_out_of_range'));
  const months = scaled(f64.convert_i32_s(parts.months));
  const days = scaled(f64.convert_i32_s(parts.days));
  const wholeMonths = toI32(context, months);
  const wholeDays = toI32(context, days);
  // What is left of the months, in days to the nearest microsecond.
  const restMonths = f64.sub(months, f64.convert_i64_s(wholeMonths));
  const daysOfMonths = roundToMicros(context, f64.mul(restMonths, daysPerMonth));
  const restOfDays = f64.sub(
    f64.add(f64.sub(days, f64.convert_i64_s(wholeDays)), daysOfMonths),
    f64.trunc(daysOfMonths),
  );
  const seconds = roundToMicros(context, f64.mul(restOfDays, secondsPerDay));
  // A rest of a whole day is one more day.
  const overflowing = f.let('f64', 'overflowing', f64.const(0));
  f.if(f64.ge(f64.abs(seconds), secondsPerDay), () => {
    f.set(overflowing, f64.trunc(f64.div(seconds, secondsPerDay)));
  });
  const restSeconds = f64.sub(seconds, f64.mul(overflowing, secondsPerDay));
  const moreDays = i64.trunc_sat_f64_s(f64.add(f64.trunc(daysOfMonths), overflowing));
  const micros = scaled(f64.convert_i64_s(parts.micros));
  const total = f.let('f64', 'total', f64.nearest(f64.add(micros, f64.mul(restSeconds, 1_000_000))));
  f.if(i32.eqz(f64.lt(f64.abs(total), 2 ** 63)), () => context.fail('numeric_out_of_range'));
  return lanesOfParts(context, {
    months: wholeMonths,
    days: addChecked(context, wholeDays, moreDays),
    micros: f.let('i64', 'micros', i64.trunc_sat_f64_s(total)),
  });
}

/** Emits: the whole part, which must be a 32-bit number; NaN is not. */
function toI32(context: FailingContext, x: Expr<'f64'>): Expr<'i64'> {
  const { f } = context;
  const inside = i32.and(f64.lt(x, 2 ** 31), f64.ge(x, -(2 ** 31)));
  f.if(i32.eqz(inside), () => context.fail('numeric_out_of_range'));
  return f.let('i64', 'whole', i64.trunc_sat_f64_s(x));
}

/** Emits: the number rounded to six digits behind the point. */
function roundToMicros({ f }: FailingContext, x: Expr<'f64'>): Expr<'f64'> {
  return f.let('f64', 'to_micros', f64.div(f64.nearest(f64.mul(x, 1_000_000)), 1_000_000));
}
