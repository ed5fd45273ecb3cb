/**
 * Accumulators for tests and benchmarks of the group table, each with a plain JavaScript model: integers of
 * every width, doubles as pairs, owned strings, positions. They are not the SQL functions; those live in
 * expressions/.
 */

import { bigintType, doubleType, type SqlType, varcharType } from '../../src/columns/sql-type.ts';
import type { Accumulator, AccumulatorState } from '../../src/kernels/group-table/group-table-spec.ts';
import { compareViews } from '../../src/routines/views.ts';
import { call, f64, i32, i64 } from '../../src/wasm/instructions.ts';
import type { Expr } from '../../src/wasm/types.ts';
import type { CellValue } from './page-rows.ts';

/** An accumulator beside its model: `model` gets the arguments and positions of the rows that count. */
export interface TestAccumulator {
  readonly accumulator: Accumulator;
  readonly resultType: SqlType;
  readonly model: (rows: readonly { args: readonly CellValue[]; position: bigint }[]) => CellValue;
}

interface Inputs {
  readonly filter?: number | undefined;
  readonly position?: number;
}

const base = { position: undefined, filter: undefined, seesNulls: false, distinct: false } as const;
const long = (lanes: readonly Expr[]): Expr<'i64'> => lanes[0] as Expr<'i64'>;
const double = (lanes: readonly Expr[]): Expr<'f64'> => lanes[0] as Expr<'f64'>;

function addTo(state: AccumulatorState, field: string, amount: Expr<'i64'> | bigint): void {
  state.store(field, [i64.add(long(state.load(field)), amount)]);
}

export function countAll({ filter }: Inputs = {}): TestAccumulator {
  return {
    accumulator: {
      ...base,
      filter,
      args: [],
      stateFields: [{ name: 'count', storage: 'i64' }],
      update: (state) => addTo(state, 'count', 1n),
      merge: (into, from) => addTo(into, 'count', long(from.load('count'))),
      finish: (state) => ({ type: bigintType, lanes: state.load('count'), isNull: undefined }),
    },
    resultType: bigintType,
    model: (rows) => BigInt(rows.length),
  };
}

/** COUNT of the values that are not NULL. */
export function countOf(arg: number, inputs: Inputs = {}): TestAccumulator {
  const { accumulator, ...rest } = countAll(inputs);
  return { ...rest, accumulator: { ...accumulator, args: [arg] } };
}

/** The same over each combination of arguments once. */
export function distinct({ accumulator, ...rest }: TestAccumulator): TestAccumulator {
  return { ...rest, accumulator: { ...accumulator, distinct: true } };
}

export function sumOfLongs(arg: number, { filter }: Inputs = {}): TestAccumulator {
  return {
    accumulator: {
      ...base,
      filter,
      args: [arg],
      stateFields: [
        { name: 'sum', storage: 'i64' },
        { name: 'count', storage: 'i64' },
      ],
      update(state, [value]) {
        addTo(state, 'sum', long(value!.lanes));
        addTo(state, 'count', 1n);
      },
      merge(into, from) {
        addTo(into, 'sum', long(from.load('sum')));
        addTo(into, 'count', long(from.load('count')));
      },
      finish: (state) => ({
        type: bigintType,
        lanes: state.load('sum'),
        isNull: i64.eqz(long(state.load('count'))),
      }),
    },
    resultType: bigintType,
    model: (rows) => {
      const sum = rows.reduce((total, { args }) => total + (args[0] as bigint), 0n);
      return rows.length === 0 ? null : BigInt.asIntN(64, sum);
    },
  };
}

/** A sum kept as an unevaluated pair (Knuth's TwoSum), so that the order of additions hardly matters. */
export function sumOfDoubles(arg: number): TestAccumulator {
  const add = (state: AccumulatorState, value: Expr<'f64'>): void => {
    const high = double(state.load('high'));
    const sum = state.f.let('f64', 'sum', f64.add(high, value));
    const part = state.f.let('f64', 'part', f64.sub(sum, high));
    const error = f64.add(f64.sub(high, f64.sub(sum, part)), f64.sub(value, part));
    state.store('low', [f64.add(double(state.load('low')), error)]);
    state.store('high', [sum]);
  };
  return {
    accumulator: {
      ...base,
      args: [arg],
      stateFields: [
        { name: 'high', storage: 'f64' },
        { name: 'low', storage: 'f64' },
      ],
      update: (state, [value]) => add(state, double(value!.lanes)),
      merge(into, from) {
        const [high, low] = [double(from.load('high')), double(from.load('low'))];
        add(into, high);
        add(into, low);
      },
      finish: (state) => ({
        type: doubleType,
        lanes: [f64.add(double(state.load('high')), double(state.load('low')))],
        isNull: undefined,
      }),
    },
    resultType: doubleType,
    model: (rows) => rows.reduce((total, { args }) => total + (args[0] as number), 0),
  };
}

/** MIN or MAX of doubles; `empty` while no row came. */
export function extremeOfDoubles(arg: number, which: 'min' | 'max'): TestAccumulator {
  const take = (state: AccumulatorState, value: Expr<'f64'>): void => {
    const seen = state.load('seen')[0] as Expr<'i32'>;
    const best = double(state.load('best'));
    const better = which === 'min' ? f64.lt(value, best) : f64.gt(value, best);
    state.f.if(i32.or(i32.eqz(seen), better), () => {
      state.store('best', [value]);
      state.store('seen', [i32.const(1)]);
    });
  };
  return {
    accumulator: {
      ...base,
      args: [arg],
      stateFields: [
        { name: 'seen', storage: 'i8' },
        { name: 'best', storage: 'f64' },
      ],
      update: (state, [value]) => take(state, double(value!.lanes)),
      merge(into, from) {
        into.f.if(from.load('seen')[0] as Expr<'i32'>, () => take(into, double(from.load('best'))));
      },
      finish: (state) => ({
        type: doubleType,
        lanes: state.load('best'),
        isNull: i32.eqz(state.load('seen')[0] as Expr<'i32'>),
      }),
    },
    resultType: doubleType,
    model: (rows) => {
      const values = rows.map(({ args }) => args[0] as number);
      return values.length === 0 ? null : values.reduce((a, b) => ((which === 'min') === b < a ? b : a));
    },
  };
}

/** The greatest string, bytewise; its bytes are the state's own. */
export function greatestString(arg: number): TestAccumulator {
  const take = (state: AccumulatorState, value: readonly Expr[]): void => {
    const best = state.load('best');
    const seen = state.load('seen')[0] as Expr<'i32'>;
    const order = call(compareViews(state.module), ...value, ...best) as Expr<'i32'>;
    state.f.if(i32.or(i32.eqz(seen), i32.gt_s(order, 0)), () => {
      state.store('best', value);
      state.store('seen', [i32.const(1)]);
    });
  };
  return {
    accumulator: {
      ...base,
      args: [arg],
      stateFields: [
        { name: 'best', storage: 'view' },
        { name: 'seen', storage: 'i8' },
      ],
      update: (state, [value]) => take(state, value!.lanes),
      merge(into, from) {
        into.f.if(from.load('seen')[0] as Expr<'i32'>, () => take(into, from.load('best')));
      },
      finish: (state) => ({
        type: varcharType,
        lanes: state.load('best'),
        isNull: i32.eqz(state.load('seen')[0] as Expr<'i32'>),
      }),
    },
    resultType: varcharType,
    model: (rows) => {
      const values = rows.map(({ args }) => args[0] as string);
      const later = (a: string, b: string) => (Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0 ? b : a);
      return values.length === 0 ? null : values.reduce(later);
    },
  };
}

/** The string (or NULL) of the row with the lowest position. */
export function firstString(arg: number, position: number): TestAccumulator {
  const take = (
    state: AccumulatorState,
    value: { lanes: readonly Expr[]; isNull: Expr },
    at: Expr<'i64'>,
  ): void => {
    const seen = state.load('seen')[0] as Expr<'i32'>;
    state.f.if(i32.or(i32.eqz(seen), i64.lt_s(at, long(state.load('at')))), () => {
      state.store('first', value.lanes);
      state.store('is_null', [value.isNull]);
      state.store('at', [at]);
      state.store('seen', [i32.const(1)]);
    });
  };
  return {
    accumulator: {
      ...base,
      args: [arg],
      position,
      seesNulls: true,
      stateFields: [
        { name: 'seen', storage: 'i8' },
        { name: 'is_null', storage: 'i8' },
        { name: 'at', storage: 'i64' },
        { name: 'first', storage: 'view' },
      ],
      update(state, [value], at) {
        take(state, { lanes: value!.lanes, isNull: value!.isNull ?? i32.const(0) }, at!);
      },
      merge(into, from) {
        const value = { lanes: from.load('first'), isNull: from.load('is_null')[0]! };
        into.f.if(from.load('seen')[0] as Expr<'i32'>, () => take(into, value, long(from.load('at'))));
      },
      finish: (state) => ({
        type: varcharType,
        lanes: state.load('first'),
        isNull: state.load('is_null')[0] as Expr<'i32'>,
      }),
    },
    resultType: varcharType,
    model: (rows) => rows.reduce((a, b) => (b.position < a.position ? b : a)).args[0]!,
  };
}
