/**
 * Double-double arithmetic: a number as the unevaluated sum hi + lo of two doubles, |lo| at most half a unit
 * of hi, so about 106 bits. Sources: Dekker, "A floating-point technique for extending the available
 * precision" (1971); Knuth, TAOCP 2, 4.2.2; Hida, Li and Bailey, "Library for double-double and quad-double
 * arithmetic" (2007).
 *
 * As a running sum it also stands for what is no finite number: a hi that is infinite or NaN with lo = 0 came
 * in as such; hi = ∞ with lo = 1 is a finite sum that left the range. The former wins over the latter in any
 * order.
 */
import type { FunctionBuilder, Local } from '../../wasm/function-builder.ts';
import { f64, i32, i64 } from '../../wasm/instructions.ts';
import type { Expr } from '../../wasm/types.ts';

/** Both parts are cheap to repeat. */
export interface DoubleDouble {
  readonly hi: Expr<'f64'>;
  readonly lo: Expr<'f64'>;
}

interface DoubleDoubleLocal extends DoubleDouble {
  readonly hi: Local<'f64'>;
  readonly lo: Local<'f64'>;
}

/** Emits: a + b and its rounding error (Knuth's TwoSum). */
export function twoSum(f: FunctionBuilder, a: Expr<'f64'>, b: Expr<'f64'>): DoubleDoubleLocal {
  const hi = f.let('f64', 'sum', f64.add(a, b));
  const part = f.let('f64', 'part', f64.sub(hi, a));
  const lo = f.let('f64', 'sum_error', f64.add(f64.sub(a, f64.sub(hi, part)), f64.sub(b, part)));
  return { hi, lo };
}

/** Emits: the same for |a| ≥ |b| (Dekker's FastTwoSum). */
function quickTwoSum(f: FunctionBuilder, a: Expr<'f64'>, b: Expr<'f64'>): DoubleDoubleLocal {
  const hi = f.let('f64', 'sum', f64.add(a, b));
  return { hi, lo: f.let('f64', 'sum_error', f64.sub(b, f64.sub(hi, a))) };
}

/**
 * Emits: a · b and its rounding error, by splitting both factors in halves of 26 bits. The split overflows
 * above 2^996; callers see that in the product, which is then infinite for a square or checked before.
 */
export function twoProduct(f: FunctionBuilder, a: Expr<'f64'>, b: Expr<'f64'>): DoubleDoubleLocal {
  const hi = f.let('f64', 'product', f64.mul(a, b));
  const [aHigh, aLow] = split(f, a);
  const [bHigh, bLow] = a === b ? [aHigh, aLow] : split(f, b);
  const first = f64.add(f64.sub(f64.mul(aHigh, bHigh), hi), f64.mul(aHigh, bLow));
  const error = f64.add(f64.add(first, f64.mul(aLow, bHigh)), f64.mul(aLow, bLow));
  return { hi, lo: f.let('f64', 'product_error', error) };
}

function split(f: FunctionBuilder, x: Expr<'f64'>): [Local<'f64'>, Local<'f64'>] {
  const scaled = f.let('f64', 'scaled', f64.mul(x, 2 ** 27 + 1));
  const high = f.let('f64', 'high_half', f64.sub(scaled, f64.sub(scaled, x)));
  return [high, f.let('f64', 'low_half', f64.sub(x, high))];
}

/** Emits: a + b, finite both. */
export function addPairs(f: FunctionBuilder, a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const high = twoSum(f, a.hi, b.hi);
  const low = twoSum(f, a.lo, b.lo);
  const first = quickTwoSum(f, high.hi, f64.add(high.lo, low.hi));
  return quickTwoSum(f, first.hi, f64.add(first.lo, low.lo));
}

export function negatePair(f: FunctionBuilder, a: DoubleDouble): DoubleDouble {
  return { hi: f.let('f64', 'negated', f64.neg(a.hi)), lo: f.let('f64', 'negated_error', f64.neg(a.lo)) };
}

/** Emits: a · b. */
export function multiplyPairs(f: FunctionBuilder, a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const product = twoProduct(f, a.hi, b.hi);
  const cross = f64.add(f64.mul(a.hi, b.lo), f64.mul(a.lo, b.hi));
  return quickTwoSum(f, product.hi, f64.add(product.lo, cross));
}

/** Emits: a². */
export function squarePair(f: FunctionBuilder, a: DoubleDouble): DoubleDouble {
  const square = twoProduct(f, a.hi, a.hi);
  return quickTwoSum(f, square.hi, f64.add(square.lo, f64.mul(2, f64.mul(a.hi, a.lo))));
}

/** Emits: a 64-bit integer, exactly. */
export function pairOfInteger(f: FunctionBuilder, x: Expr<'i64'>): DoubleDouble {
  const high = f64.mul(f64.convert_i64_s(i64.shr_s(x, 32)), 2 ** 32);
  const low = f64.convert_i64_u(i64.and(x, 0xffff_ffffn));
  return twoSum(f, f.let('f64', 'upper', high), f.let('f64', 'lower', low));
}

export function isFinite64(x: Expr<'f64'>): Expr<'i32'> {
  return f64.lt(f64.abs(x), Number.POSITIVE_INFINITY);
}

/** Emits: sum + value, with what is not finite taken as said above. */
export function accumulate(f: FunctionBuilder, sum: DoubleDouble, value: DoubleDouble): DoubleDouble {
  const hi = f.let('f64', 'total', f64.add(sum.hi, value.hi));
  const lo = f.local('f64', 'total_error');
  f.if(
    isFinite64(hi),
    () => {
      const total = value.lo.kind === 'const' ? addDouble(f, sum, value.hi) : addPairs(f, sum, value);
      f.set(hi, total.hi);
      f.set(lo, total.lo);
    },
    () => {
      const sumIsGiven = f.let('i32', 'sum_is_given', isGiven(sum));
      const valueIsGiven = f.let('i32', 'value_is_given', isGiven(value));
      f.set(lo, f64.convert_i32_s(i32.eqz(i32.or(sumIsGiven, valueIsGiven))));
      f.if(i32.eqz(i32.and(sumIsGiven, valueIsGiven)), () => {
        f.set(hi, f64.const(Number.POSITIVE_INFINITY));
        f.if(sumIsGiven, () => f.set(hi, sum.hi));
        f.if(valueIsGiven, () => f.set(hi, value.hi));
      });
    },
  );
  return { hi, lo };
}

function addDouble(f: FunctionBuilder, sum: DoubleDouble, x: Expr<'f64'>): DoubleDouble {
  const total = twoSum(f, sum.hi, x);
  return quickTwoSum(f, total.hi, f64.add(total.lo, sum.lo));
}

/** Whether the value is an infinity or NaN that came in as such. */
function isGiven({ hi, lo }: DoubleDouble): Expr<'i32'> {
  return i32.and(i32.eqz(isFinite64(hi)), f64.eq(lo, 0));
}

/** Whether a finite sum left the range. */
export function hasOverflowed({ hi, lo }: DoubleDouble): Expr<'i32'> {
  return i32.and(i32.eqz(isFinite64(hi)), f64.ne(lo, 0));
}

/** Emits: a / n rounded once, for a finite a and a divisor that is exact. */
export function dividePair(f: FunctionBuilder, a: DoubleDouble, divisor: Expr<'f64'>): Expr<'f64'> {
  const n = f.let('f64', 'divisor', divisor);
  const quotient = f.let('f64', 'quotient', f64.div(a.hi, n));
  f.if(isFinite64(f.let('f64', 'scaled', f64.mul(quotient, 2 ** 28))), () => {
    const back = twoProduct(f, quotient, n);
    const rest = f64.add(f64.sub(f64.sub(a.hi, back.hi), back.lo), a.lo);
    f.set(quotient, f64.add(quotient, f64.div(rest, n)));
  });
  return quotient;
}
