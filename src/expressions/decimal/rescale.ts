/**
 * Decimals to another precision and scale: exact upwards, rounded half away from zero downwards, checked at
 * the end.
 */
import { decimalNarrowPrecisionMax, decimalPrecisionMax, type SqlType } from '../../columns/sql-type.ts';
import { scaleDownRounded128, scaleUp128 } from '../../routines/divide128.ts';
import { call128, exceedsDigits128, type Int128, int128Globals } from '../../routines/integer128.ts';
import { i64 } from '../../wasm/instructions.ts';
import type { Expr } from '../../wasm/types.ts';
import type { EmitContext, Value } from '../emit-context.ts';
import { i64Lane } from '../value.ts';
import { decimalOf, isNarrow, lanesOf, powerOfTen, wideOf } from './decimal-value.ts';

/** Whether some value of one decimal type has no place in another. */
export function rescaleCanFail(from: SqlType, to: SqlType): boolean {
  const [source, target] = [decimalOf(from), decimalOf(to)];
  const integral = source.precision - source.scale;
  // Rounding can carry into one more digit.
  return integral + (target.scale < source.scale ? 1 : 0) > target.precision - target.scale;
}

/** Emits: the value's lanes in the other decimal type. */
export function rescale(context: EmitContext, value: Value, to: SqlType): readonly Expr[] {
  const { f } = context;
  const [source, target] = [decimalOf(value.type), decimalOf(to)];
  const shift = target.scale - source.scale;
  const staysNarrow = source.precision + Math.max(shift, 0) <= decimalNarrowPrecisionMax;
  if (isNarrow(value.type) && staysNarrow) {
    const scaled = rescaleNarrow(context, i64Lane(value), shift);
    if (rescaleCanFail(value.type, to)) failBeyond(context, scaled, target.precision);
    return isNarrow(to) ? [scaled] : [scaled, f.let('i64', 'scaled_hi', i64.shr_s(scaled, 63))];
  }
  const scaled = shiftWide(context, wideOf(f, value), shift);
  if (rescaleCanFail(value.type, to)) checkDigits(context, scaled, target.precision);
  return lanesOf(to, scaled);
}

/** Emits: a value of up to 18 digits times or by a power of ten that leaves it so. */
function rescaleNarrow({ f }: EmitContext, lane: Expr<'i64'>, shift: number): Expr<'i64'> {
  if (shift >= 0) return shift === 0 ? lane : f.let('i64', 'scaled', i64.mul(lane, powerOfTen(shift)));
  if (-shift > decimalNarrowPrecisionMax) return i64.const(0n);
  const unit = powerOfTen(-shift);
  const sign = i64.shr_s(lane, 63);
  const rounding = i64.sub(i64.xor(unit / 2n, sign), sign);
  return f.let('i64', 'scaled', i64.div_s(i64.add(lane, rounding), unit));
}

function failBeyond(context: EmitContext, lane: Expr<'i64'>, precision: number): void {
  if (precision > decimalNarrowPrecisionMax) return;
  const limit = powerOfTen(precision);
  const outside = i64.ge_u(i64.add(lane, limit - 1n), 2n * limit - 1n);
  context.f.if(outside, () => context.fail('numeric_out_of_range'));
}

/** Emits: a wide value times or by a power of ten; fails where it leaves 127 bits. */
export function shiftWide(context: EmitContext, value: Int128, shift: number): Int128 {
  const { module, f } = context;
  if (shift === 0) return value;
  if (shift < 0) return call128(module, f, scaleDownRounded128(module), [value.lo, value.hi, -shift]);
  const scaled = call128(module, f, scaleUp128(module), [value.lo, value.hi, shift]);
  f.if(int128Globals(module).overflow, () => context.fail('numeric_out_of_range'));
  return scaled;
}

/** Emits: fails where the value has more digits than that. */
export function checkDigits(
  context: Pick<EmitContext, 'f' | 'fail'>,
  value: Int128,
  digits: number = decimalPrecisionMax,
): void {
  context.f.if(exceedsDigits128(digits, value), () => context.fail('numeric_out_of_range'));
}
