/**
 * Decimals of any two scales in order, exactly: the one with more digits behind the point is divided, never
 * the other multiplied.
 */
import { decimalNarrowPrecisionMax } from '../../columns/sql-type.ts';
import { divRem128 } from '../../routines/divide128.ts';
import {
  call128,
  equal128,
  type Int128,
  int128Const,
  int128Globals,
  lessThan128,
} from '../../routines/integer128.ts';
import { i32, i64, select } from '../../wasm/instructions.ts';
import type { Expr } from '../../wasm/types.ts';
import type { ComparisonName } from '../binding/operators.ts';
import type { CodeContext, Value } from '../emit-context.ts';
import { i64Lane } from '../value.ts';
import { decimalOf, isNarrow, powerOfTen, wideOf } from './decimal-value.ts';

/** Emits: whether the comparison holds. */
export function compareDecimals(
  context: CodeContext,
  name: ComparisonName,
  left: Value,
  right: Value,
): Expr<'i32'> {
  const scale = Math.max(decimalOf(left.type).scale, decimalOf(right.type).scale);
  if (fitsNarrow(left, scale) && fitsNarrow(right, scale)) {
    return i64[narrowOf[name]](scaledNarrow(left, scale), scaledNarrow(right, scale));
  }
  const order = orderOf(context, left, right);
  return i32[narrowOf[name]](order, 0);
}

const narrowOf = {
  equal: 'eq',
  not_equal: 'ne',
  less_than: 'lt_s',
  less_or_equal: 'le_s',
  greater_than: 'gt_s',
  greater_or_equal: 'ge_s',
} as const satisfies Record<ComparisonName, keyof typeof i64>;

function fitsNarrow(value: Value, scale: number): boolean {
  const type = decimalOf(value.type);
  return isNarrow(type) && type.precision + scale - type.scale <= decimalNarrowPrecisionMax;
}

function scaledNarrow(value: Value, scale: number): Expr<'i64'> {
  const shift = scale - decimalOf(value.type).scale;
  const lane = i64Lane(value);
  if (shift === 0) return lane;
  if (lane.kind === 'const') return i64.const((lane.value as bigint) * powerOfTen(shift));
  return i64.mul(lane, powerOfTen(shift));
}

/** Emits: below, at or above 0. */
function orderOf(context: CodeContext, left: Value, right: Value): Expr<'i32'> {
  const { f } = context;
  const shift = decimalOf(left.type).scale - decimalOf(right.type).scale;
  const [a, b] = [wideOf(f, left), wideOf(f, right)];
  if (shift === 0) return orderOfWide(a, b);
  if (shift < 0) return i32.sub(0, orderOfFiner(context, b, a, -shift));
  return orderOfFiner(context, a, b, shift);
}

/**
 * Emits: the order of a / 10^shift and b: that of the quotient, and of the remainder where those are equal.
 */
function orderOfFiner({ module, f }: CodeContext, a: Int128, b: Int128, shift: number): Expr<'i32'> {
  const unit = int128Const(powerOfTen(shift));
  const quotient = call128(module, f, divRem128(module), [a.lo, a.hi, unit.lo, unit.hi]);
  const { remainderLow, remainderHigh } = int128Globals(module);
  const rest = { lo: remainderLow, hi: remainderHigh };
  const order = f.let('i32', 'order', orderOfWide(quotient, b));
  f.if(i32.eqz(order), () => f.set(order, orderOfWide(rest, int128Const(0n))));
  return order;
}

function orderOfWide(a: Int128, b: Int128): Expr<'i32'> {
  return select('i32', equal128(a, b), 0, select('i32', lessThan128(a, b), -1, 1));
}
