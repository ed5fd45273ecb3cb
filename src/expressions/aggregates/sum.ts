/**
 * SUM and AVG. Exact types are summed exactly (exact-sum.ts); DOUBLE as a double-double, so that the printed
 * result does not depend on the order. SUM(INT) is BIGINT, SUM(BIGINT) and SUM(DECIMAL) are DECIMAL(38, s).
 * AVG of an exact type is a DECIMAL of scale max(s, 16), rounded half away from zero from the exact sum.
 */
import {
  bigintType,
  decimalPrecisionMax,
  decimalType,
  doubleType,
  type SqlType,
} from '../../columns/sql-type.ts';
import { int128Const } from '../../routines/integer128.ts';
import { f64, i32, i64 } from '../../wasm/instructions.ts';
import type { Expr } from '../../wasm/types.ts';
import type { AggregateFunction, AggregateOverload, StateAccess, StateField } from '../aggregate-function.ts';
import { decimalTypeFor, quotientScale } from '../binding/type-rules.ts';
import { decimalOf, lanesOf, powerOfTen } from '../decimal/decimal-value.ts';
import { multiplyDivideRounded } from '../decimal/divide-rounded.ts';
import type { Value } from '../emit-context.ts';
import { f64Lane, present } from '../value.ts';
import { addCounts, countRow } from './count.ts';
import { aggregate, argument, loadF64, loadI32, loadI64, typeOfArgument } from './define.ts';
import { accumulate, type DoubleDouble, dividePair, hasOverflowed, isFinite64 } from './double-double.ts';
import { addToSum, finishSum, mergeSums, sumFields } from './exact-sum.ts';
import { intervalAverage, intervalSum } from './interval-sum.ts';

const seenField: StateField = { name: 'seen', storage: 'i8' };
const countField: StateField = { name: 'count', storage: 'i64' };
export const doubleSumFields: readonly StateField[] = [
  { name: 'sum_hi', storage: 'f64' },
  { name: 'sum_lo', storage: 'f64' },
];

function sumType(args: readonly SqlType[]): SqlType {
  const type = typeOfArgument(args);
  if (type.kind === 'int') return bigintType;
  return decimalType(decimalPrecisionMax, type.kind === 'decimal' ? type.scale : 0);
}

function exactSum(kind: 'int' | 'bigint' | 'decimal'): AggregateOverload {
  return aggregate({
    params: [kind],
    result: sumType,
    state: (args) => [...sumFields(typeOfArgument(args)), seenField],
    update: (state, args) => {
      addToSum(state, argument(args));
      state.store('seen', [i32.const(1)]);
    },
    merge: (into, from, args) => {
      mergeSums(into, from, typeOfArgument(args));
      into.store('seen', [i32.or(loadI32(into, 'seen'), loadI32(from, 'seen'))]);
    },
    finish: (state, type, args) => {
      const sum = finishSum(state, typeOfArgument(args));
      const lanes = type.kind === 'bigint' ? [sum.lo] : lanesOf(type, sum);
      return orNull(type, lanes, i32.eqz(loadI32(state, 'seen')), state);
    },
  });
}

function averageType(args: readonly SqlType[]): SqlType {
  const summed = decimalOf(decimalTypeFor(typeOfArgument(args)));
  const { precision, scale } = summed;
  const wanted = quotientScale(summed, scale);
  return decimalType(Math.min(precision - scale + wanted, decimalPrecisionMax), wanted);
}

function exactAverage(kind: 'int' | 'bigint' | 'decimal'): AggregateOverload {
  return aggregate({
    params: [kind],
    result: averageType,
    state: (args) => [...sumFields(typeOfArgument(args)), countField],
    update: (state, args) => {
      addToSum(state, argument(args));
      countRow(state);
    },
    merge: (into, from, args) => {
      mergeSums(into, from, typeOfArgument(args));
      addCounts(into, from);
    },
    finish: (state, type, args) => {
      const { f } = state;
      const argumentType = typeOfArgument(args);
      const count = loadI64(state, 'count');
      const isEmpty = i64.eqz(count);
      const scaleUp = decimalOf(type).scale - decimalOf(decimalTypeFor(argumentType)).scale;
      const divisor = {
        lo: f.let('i64', 'divisor', i64.or(count, i64.extend_i32_u(isEmpty))),
        hi: i64.const(0n),
      };
      const unit = int128Const(powerOfTen(scaleUp));
      const average = multiplyDivideRounded(state, finishSum(state, argumentType), unit, divisor);
      return orNull(type, lanesOf(type, average), isEmpty, state);
    },
  });
}

export function loadPair(state: StateAccess, name: string): DoubleDouble {
  return { hi: loadF64(state, `${name}_hi`), lo: loadF64(state, `${name}_lo`) };
}

export function storePair(state: StateAccess, name: string, pair: DoubleDouble): void {
  state.store(`${name}_hi`, [pair.hi]);
  state.store(`${name}_lo`, [pair.lo]);
}

const noError = f64.const(0);

const doubleSum: AggregateOverload = aggregate({
  params: ['double'],
  result: doubleType,
  state: [...doubleSumFields, seenField],
  update: (state, args) => {
    addDouble(state, argument(args));
    state.store('seen', [i32.const(1)]);
  },
  merge: (into, from) => {
    storePair(into, 'sum', accumulate(into.f, loadPair(into, 'sum'), loadPair(from, 'sum')));
    into.store('seen', [i32.or(loadI32(into, 'seen'), loadI32(from, 'seen'))]);
  },
  finish: (state, type) => {
    const sum = finishDouble(state);
    return orNull(type, [sum.hi], i32.eqz(loadI32(state, 'seen')), state);
  },
});

const doubleAverage: AggregateOverload = aggregate({
  params: ['double'],
  result: doubleType,
  state: [...doubleSumFields, countField],
  update: (state, args) => {
    addDouble(state, argument(args));
    countRow(state);
  },
  merge: (into, from) => {
    storePair(into, 'sum', accumulate(into.f, loadPair(into, 'sum'), loadPair(from, 'sum')));
    addCounts(into, from);
  },
  finish: (state, type) => {
    const { f } = state;
    const sum = finishDouble(state);
    const count = loadI64(state, 'count');
    const average = f.choose(
      'f64',
      i32.and(isFinite64(sum.hi), i64.ne(count, 0n)),
      () => dividePair(f, sum, f64.convert_i64_s(count)),
      () => sum.hi,
    );
    return orNull(type, [average], i64.eqz(count), state);
  },
});

/** Emits: adds the argument to `sum`. */
export function addDouble(state: StateAccess, value: Value): void {
  const added = { hi: f64Lane(value), lo: noError };
  storePair(state, 'sum', accumulate(state.f, loadPair(state, 'sum'), added));
}

function finishDouble(state: StateAccess): DoubleDouble {
  const sum = loadPair(state, 'sum');
  state.f.if(hasOverflowed(sum), () => state.fail('numeric_out_of_range'));
  return sum;
}

/**
 * The lanes, zero and NULL where the state is empty: an empty state is all zero, and so is what is made of
 * it.
 */
function orNull(type: SqlType, lanes: readonly Expr[], isEmpty: Expr<'i32'>, { f }: StateAccess): Value {
  const named = lanes.map((lane) => f.let(lane.type, 'result', lane));
  return { ...present(type, ...named), isNull: f.let('i32', 'is_empty', isEmpty) };
}

export const sumAggregate: AggregateFunction = {
  name: 'sum',
  overloads: [exactSum('int'), exactSum('bigint'), exactSum('decimal'), doubleSum, intervalSum],
};

export const averageAggregate: AggregateFunction = {
  name: 'avg',
  overloads: [
    exactAverage('int'),
    exactAverage('bigint'),
    exactAverage('decimal'),
    doubleAverage,
    intervalAverage,
  ],
};
