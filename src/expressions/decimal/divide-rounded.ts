/** Quotients of 38 digits, rounded half away from zero: decimal division, rounded products, averages. */
import {
  abs128,
  add128,
  call128,
  type Int128,
  int128Globals,
  lessThanUnsigned128,
  negateIf128,
} from '../../routines/integer128.ts';
import { i32, i64 } from '../../wasm/instructions.ts';
import type { FailingContext } from '../emit-context.ts';
import { multiplyDivide } from './multiply-divide.ts';
import { checkDigits } from './rescale.ts';

/** Emits: a · b / c rounded half away from zero; fails where it has more than 38 digits. */
export function multiplyDivideRounded(context: FailingContext, a: Int128, b: Int128, c: Int128): Int128 {
  const { module, f } = context;
  const negative = f.let('i64', 'negative', i64.shr_s(i64.xor(i64.xor(a.hi, b.hi), c.hi), 63));
  const divisor = abs128(f, c);
  const operands = [abs128(f, a), abs128(f, b), divisor].flatMap(({ lo, hi }) => [lo, hi]);
  const quotient = call128(module, f, multiplyDivide(module), operands);
  const { overflow, remainderLow, remainderHigh } = int128Globals(module);
  f.if(overflow, () => context.fail('numeric_out_of_range'));
  const twice = add128(f, { lo: remainderLow, hi: remainderHigh }, { lo: remainderLow, hi: remainderHigh });
  const roundsUp = f.let('i64', 'rounds_up', i64.extend_i32_u(i32.eqz(lessThanUnsigned128(twice, divisor))));
  const rounded = add128(f, quotient, { lo: roundsUp, hi: i64.const(0n) });
  f.if(i64.lt_s(rounded.hi, 0n), () => context.fail('numeric_out_of_range'));
  checkDigits(context, rounded);
  return negateIf128(f, negative, rounded);
}
