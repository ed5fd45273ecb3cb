/**
 * VARIANCE and STDDEV, of a sample or a population; the result is a DOUBLE. State: n, Σx and Σx² as
 * double-doubles.
 *
 *   population  (n · Σx² − (Σx)²) / n²        sample  (n · Σx² − (Σx)²) / (n · (n − 1))
 *
 * Each addition rounds by at most 2^-106 of the sum, so the numerator is wrong by at most about (n + 8) ·
 * 2^-104 of n · Σx²: a relative error of the variance of (n + 8) · 2^-104 · (1 + mean² / variance). A
 * numerator within that bound is taken as 0, so that equal values have no variance. Sums of this form merge
 * by adding, which an update by running mean (Welford) would not do independently of the order.
 */
import { doubleType, type SqlType } from '../../columns/sql-type.ts';
import { f64, i32, i64 } from '../../wasm/instructions.ts';
import type { Expr } from '../../wasm/types.ts';
import type { AggregateFunction, AggregateOverload, StateAccess, StateField } from '../aggregate-function.ts';
import { decimalOf, isNarrow } from '../decimal/decimal-value.ts';
import type { Value } from '../emit-context.ts';
import { f64Lane, i32Lane, i64Lane } from '../value.ts';
import { addCounts, countRow } from './count.ts';
import { aggregate, argument, loadI64, typeOfArgument } from './define.ts';
import {
  accumulate,
  addPairs,
  type DoubleDouble,
  hasOverflowed,
  isFinite64,
  multiplyPairs,
  negatePair,
  pairOfInteger,
  squarePair,
} from './double-double.ts';
import { doubleSumFields, loadPair, storePair } from './sum.ts';

interface Spread {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly sample: boolean;
  readonly root: boolean;
}

const fields: readonly StateField[] = [
  { name: 'count', storage: 'i64' },
  ...doubleSumFields,
  { name: 'squares_hi', storage: 'f64' },
  { name: 'squares_lo', storage: 'f64' },
];

function spread({ name, aliases, sample, root }: Spread): AggregateFunction {
  return {
    name,
    aliases,
    overloads: (['int', 'bigint', 'decimal', 'double'] as const).map(
      (kind): AggregateOverload =>
        aggregate({
          params: [kind],
          result: doubleType,
          state: fields,
          update: (state, args) => {
            const x = pairOf(state, argument(args));
            addToPair(state, 'sum', x);
            addToPair(state, 'squares', squareOf(state, x));
            countRow(state);
          },
          merge: (into, from) => {
            addToPair(into, 'sum', loadPair(from, 'sum'));
            addToPair(into, 'squares', loadPair(from, 'squares'));
            addCounts(into, from);
          },
          finish: (state, type, args) => {
            const { f } = state;
            const least = sample ? 2 : 1;
            const count = loadI64(state, 'count');
            const isNull = f.let('i32', 'too_few', i64.lt_s(count, BigInt(least)));
            const result = f.local('f64', 'spread');
            f.set(result, 0);
            f.if(i32.eqz(isNull), () => {
              const variance = varianceOf(state, f64.convert_i64_s(count), sample);
              const scaled = f64.div(variance, unitOf(typeOfArgument(args)));
              f.set(result, root ? f64.sqrt(scaled) : scaled);
            });
            return { type, lanes: [result], isNull };
          },
        }),
    ),
  };
}

/** Decimals are summed as their scaled integers; the variance carries the square of the scale. */
function unitOf(type: SqlType): number {
  return type.kind === 'decimal' ? 10 ** (2 * decimalOf(type).scale) : 1;
}

function addToPair(state: StateAccess, name: string, value: DoubleDouble): void {
  storePair(state, name, accumulate(state.f, loadPair(state, name), value));
}

/** Emits: the value as a double-double; only a wide decimal can be rounded by that. */
function pairOf({ f }: StateAccess, value: Value): DoubleDouble {
  switch (value.type.kind) {
    case 'double':
      return { hi: f64Lane(value), lo: f64.const(0) };
    case 'int':
      return { hi: f.let('f64', 'x', f64.convert_i32_s(i32Lane(value))), lo: f64.const(0) };
    case 'decimal':
      return isNarrow(value.type) ? pairOfInteger(f, i64Lane(value)) : wideOf(f, value);
    default:
      return pairOfInteger(f, i64Lane(value));
  }
}

function wideOf(f: StateAccess['f'], value: Value): DoubleDouble {
  const upper = pairOfInteger(f, i64Lane(value, 1));
  const scaled = {
    hi: f.let('f64', 'upper', f64.mul(upper.hi, 2 ** 64)),
    lo: f.let('f64', 'upper_error', f64.mul(upper.lo, 2 ** 64)),
  };
  const word = i64Lane(value);
  // The low word is unsigned: its top bit counts up, not down.
  const low = pairOfInteger(f, word);
  const missing = f.let('f64', 'top_bit', f64.mul(f64.convert_i64_u(i64.shr_u(word, 63n)), 2 ** 64));
  return addPairs(f, addPairs(f, scaled, { hi: missing, lo: f64.const(0) }), low);
}

/**
 * Emits: x²; of what is not finite the square of its first part, and a finite x too large is marked as such.
 */
function squareOf({ f }: StateAccess, x: DoubleDouble): DoubleDouble {
  const hi = f.let('f64', 'square', f64.mul(x.hi, x.hi));
  const lo = f.local('f64', 'square_error');
  f.if(
    isFinite64(hi),
    () => {
      const square = squarePair(f, x);
      f.set(hi, square.hi);
      f.set(lo, square.lo);
    },
    () => f.set(lo, f64.convert_i32_s(isFinite64(x.hi))),
  );
  return { hi, lo };
}

/** Emits: the variance; NaN where a value was not finite. */
function varianceOf(state: StateAccess, countOf: Expr<'f64'>, sample: boolean): Expr<'f64'> {
  const { f } = state;
  const count = f.let('f64', 'n', countOf);
  const [sum, squares] = [loadPair(state, 'sum'), loadPair(state, 'squares')];
  f.if(i32.or(hasOverflowed(sum), hasOverflowed(squares)), () => state.fail('numeric_out_of_range'));
  const variance = f.let('f64', 'variance', Number.NaN);
  f.if(i32.and(isFinite64(sum.hi), isFinite64(squares.hi)), () => {
    const scaled = multiplyPairs(f, squares, { hi: count, lo: f64.const(0) });
    const numerator = addPairs(f, scaled, negatePair(f, squarePair(f, sum)));
    f.if(i32.eqz(isFinite64(numerator.hi)), () => state.fail('numeric_out_of_range'));
    const bound = f64.mul(f64.mul(f64.add(count, 8), 2 ** -104), scaled.hi);
    const certain = f64.gt(numerator.hi, bound);
    const pairs = f64.mul(count, sample ? f64.sub(count, 1) : count);
    f.set(variance, f64.div(f64.mul(numerator.hi, f64.convert_i32_s(certain)), pairs));
  });
  return variance;
}

const families: readonly Spread[] = [
  { name: 'var_pop', aliases: [], sample: false, root: false },
  { name: 'var_samp', aliases: ['variance'], sample: true, root: false },
  { name: 'stddev_pop', aliases: [], sample: false, root: true },
  { name: 'stddev_samp', aliases: ['stddev'], sample: true, root: true },
];

export const varianceAggregates: readonly AggregateFunction[] = families.map(spread);
