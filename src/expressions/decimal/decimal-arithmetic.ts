/**
 * Decimal arithmetic with static result types. PostgreSQL's NUMERIC finds its scale per value; a column has
 * one:
 *
 *   a ± b, a % b   scale max(s1, s2); one integral digit more for ±
 *   a · b          scale s1 + s2 while the product fits 38 digits or has at most 20 behind the point; else
 *                  rounded to as many digits behind the point as leave the integral ones room, at least
 *                  max(20, s1, s2)
 *   a / b          scale max(s1, s2, 16), fewer for a wide dividend (binding/type-rules.ts), rounded half
 *                  away from zero
 *
 * A precision is cut to 38; a value that does not fit then is an error, never a wrong number.
 */
import {
  decimalNarrowPrecisionMax,
  decimalPrecisionMax,
  decimalType,
  type SqlType,
} from '../../columns/sql-type.ts';
import { divRem128 } from '../../routines/divide128.ts';
import {
  add128,
  addOverflows128,
  call128,
  type Int128,
  int128Const,
  int128Globals,
  multiplyWideSigned,
  neg128,
} from '../../routines/integer128.ts';
import { i64 } from '../../wasm/instructions.ts';
import type { Expr } from '../../wasm/types.ts';
import { quotientScale } from '../binding/type-rules.ts';
import type { EmitContext, Value } from '../emit-context.ts';
import { i64Lane } from '../value.ts';
import { decimalOf, isNarrow, lanesOf, powerOfTen, wideOf } from './decimal-value.ts';
import { multiplyDivideRounded } from './divide-rounded.ts';
import { checkDigits, shiftWide } from './rescale.ts';

const productScaleKept = 20;

export function sumType(args: readonly SqlType[]): SqlType {
  const [a, b] = bothOf(args);
  const scale = Math.max(a.scale, b.scale);
  return capped(Math.max(a.precision - a.scale, b.precision - b.scale) + 1 + scale, scale);
}

export function productType(args: readonly SqlType[]): SqlType {
  const [a, b] = bothOf(args);
  const scale = a.scale + b.scale;
  const integral = a.precision + b.precision - scale;
  if (integral + scale <= decimalPrecisionMax || scale <= productScaleKept)
    return capped(integral + scale, scale);
  const roomy = Math.max(productScaleKept, a.scale, b.scale, decimalPrecisionMax - integral);
  return capped(decimalPrecisionMax, Math.min(scale, roomy));
}

export function quotientType(args: readonly SqlType[]): SqlType {
  const [a, b] = bothOf(args);
  const scale = quotientScale(a, Math.max(a.scale, b.scale));
  return capped(a.precision - a.scale + b.scale + scale, scale);
}

export function remainderType(args: readonly SqlType[]): SqlType {
  const [a, b] = bothOf(args);
  const scale = Math.max(a.scale, b.scale);
  return capped(Math.max(a.precision - a.scale, b.precision - b.scale) + scale, scale);
}

function capped(precision: number, scale: number): SqlType {
  return decimalType(Math.min(Math.max(precision, scale, 1), decimalPrecisionMax), scale);
}

function bothOf(args: readonly SqlType[]): [ReturnType<typeof decimalOf>, ReturnType<typeof decimalOf>] {
  const [a, b] = args;
  return [decimalOf(a ?? decimalType(1, 0)), decimalOf(b ?? decimalType(1, 0))];
}

export function addDecimals(context: EmitContext, a: Value, b: Value, type: SqlType): readonly Expr[] {
  const { f } = context;
  const { precision, scale } = decimalOf(type);
  if (isNarrow(type)) return [i64.add(scaledNarrow(a, scale), scaledNarrow(b, scale))];
  const [left, right] = [scaledWide(context, a, scale), scaledWide(context, b, scale)];
  const sum = add128(f, left, right);
  if (precision === decimalPrecisionMax) {
    f.if(addOverflows128(left, right, sum), () => context.fail('numeric_out_of_range'));
    checkDigits(context, sum);
  }
  return lanesOf(type, sum);
}

export function negateDecimal({ f }: EmitContext, a: Value): readonly Expr[] {
  if (isNarrow(a.type)) return [i64.sub(0n, i64Lane(a))];
  return lanesOf(a.type, neg128(f, wideOf(f, a)));
}

export function subtractDecimals(context: EmitContext, a: Value, b: Value, type: SqlType): readonly Expr[] {
  const { scale } = decimalOf(type);
  if (isNarrow(type)) return [i64.sub(scaledNarrow(a, scale), scaledNarrow(b, scale))];
  const lanes = negateDecimal(context, b).map((lane) => context.f.let(lane.type, 'negated', lane));
  return addDecimals(context, a, { type: b.type, lanes, isNull: undefined }, type);
}

export function multiplyDecimals(context: EmitContext, a: Value, b: Value, type: SqlType): readonly Expr[] {
  const { f } = context;
  if (isNarrow(type)) return [i64.mul(i64Lane(a), i64Lane(b))];
  if (isNarrow(a.type) && isNarrow(b.type)) {
    return lanesOf(type, multiplyWideSigned(f, i64Lane(a), i64Lane(b)));
  }
  const dropped = decimalOf(a.type).scale + decimalOf(b.type).scale - decimalOf(type).scale;
  return lanesOf(
    type,
    multiplyDivideRounded(context, wideOf(f, a), wideOf(f, b), int128Const(powerOfTen(dropped))),
  );
}

export function divideDecimals(context: EmitContext, a: Value, b: Value, type: SqlType): readonly Expr[] {
  const { f } = context;
  const divisor = wideOf(f, b);
  failOnZero(context, divisor);
  const exponent = decimalOf(type).scale + decimalOf(b.type).scale - decimalOf(a.type).scale;
  const first = Math.min(exponent, decimalPrecisionMax);
  // A dividend that needs more than 38 further digits is scaled before: it has then few of its own.
  const dividend = shiftWide(context, wideOf(f, a), exponent - first);
  return lanesOf(type, multiplyDivideRounded(context, dividend, int128Const(powerOfTen(first)), divisor));
}

/** The remainder has the dividend's sign. */
export function moduloDecimals(context: EmitContext, a: Value, b: Value, type: SqlType): readonly Expr[] {
  const { module, f } = context;
  const { scale } = decimalOf(type);
  failOnZero(context, wideOf(f, b));
  if (fitsNarrow(a, scale) && fitsNarrow(b, scale)) {
    return [i64.rem_s(scaledNarrow(a, scale), scaledNarrow(b, scale))];
  }
  const [dividend, divisor] = [scaledWide(context, a, scale), scaledWide(context, b, scale)];
  f.call(divRem128(module), dividend.lo, dividend.hi, divisor.lo, divisor.hi);
  const { remainderLow, remainderHigh } = int128Globals(module);
  const rest = {
    lo: f.let('i64', 'rest_lo', remainderLow),
    hi: f.let('i64', 'rest_hi', remainderHigh),
  };
  return lanesOf(type, rest);
}

function failOnZero(context: EmitContext, divisor: Int128): void {
  context.f.if(i64.eqz(i64.or(divisor.lo, divisor.hi)), () => context.fail('division_by_zero'));
}

function fitsNarrow(value: Value, scale: number): boolean {
  const type = decimalOf(value.type);
  return type.precision + scale - type.scale <= decimalNarrowPrecisionMax;
}

/** The lane at a scale at which it is known to fit. */
function scaledNarrow(value: Value, scale: number): Expr<'i64'> {
  const shift = scale - decimalOf(value.type).scale;
  return shift === 0 ? i64Lane(value) : i64.mul(i64Lane(value), powerOfTen(shift));
}

function scaledWide(context: EmitContext, value: Value, scale: number): Int128 {
  return shiftWide(context, wideOf(context.f, value), scale - decimalOf(value.type).scale);
}

/** DIV: the quotient without its fraction. */
export function quotientWholeType(args: readonly SqlType[]): SqlType {
  const [a, b] = bothOf(args);
  return capped(a.precision - a.scale + b.scale, 0);
}

export function divideWhole(context: EmitContext, a: Value, b: Value, type: SqlType): readonly Expr[] {
  const { module, f } = context;
  const scale = Math.max(decimalOf(a.type).scale, decimalOf(b.type).scale);
  const [dividend, divisor] = [scaledWide(context, a, scale), scaledWide(context, b, scale)];
  failOnZero(context, divisor);
  const args = [dividend.lo, dividend.hi, divisor.lo, divisor.hi];
  const quotient = call128(module, f, divRem128(module), args);
  checkDigits(context, quotient);
  return lanesOf(type, quotient);
}
