/**
 * Casts among BOOLEAN, INT, BIGINT, DECIMAL and DOUBLE. A double becomes an integer by rounding half to even,
 * a decimal by rounding half away from zero; what does not fit is an error.
 */
import { decimalType, type SqlType } from '../../columns/sql-type.ts';
import { exceedsI64 } from '../../routines/integer128.ts';
import { f64, i32, i64 } from '../../wasm/instructions.ts';
import type { Expr } from '../../wasm/types.ts';
import { isNarrow } from '../decimal/decimal-value.ts';
import { decimalToDouble, doubleToDecimal } from '../decimal/double-conversion.ts';
import { rescale, rescaleCanFail } from '../decimal/rescale.ts';
import type { EmitContext, Value } from '../emit-context.ts';
import { f64Lane, i32Lane, i64Lane } from '../value.ts';
import { type CastRule, never, sometimes } from './cast-rule.ts';

const intAsDecimal = decimalType(10, 0);
const bigintAsDecimal = decimalType(19, 0);

/** Emits: the value's bits taken for another type of the same or a wider storage. */
function asDecimal({ f }: EmitContext, lane: Expr<'i64'>, type: SqlType): Value {
  const low = f.let('i64', 'integer', lane);
  const lanes = isNarrow(type) ? [low] : [low, f.let('i64', 'integer_hi', i64.shr_s(low, 63))];
  return { type, lanes, isNull: undefined };
}

/** Emits: a 64-bit integer as INT. */
export function narrowToInt(context: EmitContext, lane: Expr<'i64'>): Expr<'i32'> {
  const { f } = context;
  const value = f.let('i64', 'integer', lane);
  f.if(i64.ne(i64.extend32_s(value), value), () => context.fail('numeric_out_of_range'));
  return i32.wrap_i64(value);
}

function decimalToBigint(context: EmitContext, value: Value): Expr<'i64'> {
  const { f } = context;
  const whole = rescale(context, value, decimalType(38, 0));
  const [lo, hi] = whole.map((lane) => f.let('i64', 'whole', lane as Expr<'i64'>));
  if (lo === undefined || hi === undefined) return i64.const(0n);
  if (!isNarrow(value.type)) f.if(exceedsI64({ lo, hi }), () => context.fail('numeric_out_of_range'));
  return lo;
}

/** Emits: the double rounded half to even; fails for NaN and outside [min, end). */
function roundWithin(context: EmitContext, value: Value, min: number, end: number): Expr<'f64'> {
  const { f } = context;
  const rounded = f.let('f64', 'rounded', f64.nearest(f64Lane(value)));
  const inside = i32.and(f64.ge(rounded, min), f64.lt(rounded, end));
  f.if(i32.eqz(inside), () => context.fail('numeric_out_of_range'));
  return rounded;
}

const booleanCasts: readonly CastRule[] = [
  { from: 'boolean', to: 'int', canFail: never, lanes: (_, value) => [i32Lane(value)] },
  { from: 'int', to: 'boolean', canFail: never, lanes: (_, value) => [i32.ne(i32Lane(value), 0)] },
];

const integerCasts: readonly CastRule[] = [
  { from: 'int', to: 'bigint', canFail: never, lanes: (_, value) => [i64.extend_i32_s(i32Lane(value))] },
  { from: 'int', to: 'double', canFail: never, lanes: (_, value) => [f64.convert_i32_s(i32Lane(value))] },
  {
    from: 'int',
    to: 'decimal',
    canFail: (_, to) => rescaleCanFail(intAsDecimal, to),
    lanes: (context, value, to) =>
      rescale(context, asDecimal(context, i64.extend_i32_s(i32Lane(value)), intAsDecimal), to),
  },
  {
    from: 'bigint',
    to: 'int',
    canFail: sometimes,
    lanes: (context, value) => [narrowToInt(context, i64Lane(value))],
  },
  { from: 'bigint', to: 'double', canFail: never, lanes: (_, value) => [f64.convert_i64_s(i64Lane(value))] },
  {
    from: 'bigint',
    to: 'decimal',
    canFail: (_, to) => rescaleCanFail(bigintAsDecimal, to),
    lanes: (context, value, to) => rescale(context, asDecimal(context, i64Lane(value), bigintAsDecimal), to),
  },
];

const decimalCasts: readonly CastRule[] = [
  {
    from: 'decimal',
    to: 'int',
    canFail: sometimes,
    lanes: (context, value) => [narrowToInt(context, decimalToBigint(context, value))],
  },
  {
    from: 'decimal',
    to: 'bigint',
    canFail: (from) => !isNarrow(from),
    lanes: (context, value) => [decimalToBigint(context, value)],
  },
  {
    from: 'decimal',
    to: 'decimal',
    canFail: rescaleCanFail,
    lanes: (context, value, to) => rescale(context, value, to),
  },
  {
    from: 'decimal',
    to: 'double',
    canFail: never,
    lanes: (context, value) => [decimalToDouble(context, value)],
  },
];

const doubleCasts: readonly CastRule[] = [
  {
    from: 'double',
    to: 'int',
    canFail: sometimes,
    lanes: (context, value) => [i32.trunc_sat_f64_s(roundWithin(context, value, -(2 ** 31), 2 ** 31))],
  },
  {
    from: 'double',
    to: 'bigint',
    canFail: sometimes,
    lanes: (context, value) => [i64.trunc_sat_f64_s(roundWithin(context, value, -(2 ** 63), 2 ** 63))],
  },
  {
    from: 'double',
    to: 'decimal',
    canFail: sometimes,
    lanes: (context, value, to) => doubleToDecimal(context, f64Lane(value), to),
  },
];

export const numberCasts: readonly CastRule[] = [
  ...booleanCasts,
  ...integerCasts,
  ...decimalCasts,
  ...doubleCasts,
];
