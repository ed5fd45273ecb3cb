/**
 * FIRST and LAST (FIRST_VALUE, LAST_VALUE): the value of the first or last row, NULL if it is NULL there. The
 * rows are in the order of the keys of the aggregate's own ORDER BY, then in that of their positions, which
 * are distinct, so merging in any order finds the same row.
 */

import { assert } from '../../base/assert.ts';
import { type SqlType, type SqlTypeKind, storageOf } from '../../columns/sql-type.ts';
import { i32, i64, select } from '../../wasm/instructions.ts';
import type { Expr } from '../../wasm/types.ts';
import type { AggregateFunction, AggregateOverload, StateAccess, StateField } from '../aggregate-function.ts';
import { valueKinds } from '../binding/type-rules.ts';
import type { KeyOrder } from '../bound-expression.ts';
import type { Value } from '../emit-context.ts';
import { emitComparison } from '../functions/comparison.ts';
import { aggregate, loadField, loadI32, loadI64, typeOfArgument } from './define.ts';

type End = 'first' | 'last';

/** The row's value, then its keys. */
interface Row {
  readonly position: Expr<'i64'>;
  readonly values: readonly Value[];
}

function atEnd(end: End): AggregateFunction {
  return {
    name: end,
    aliases: [`${end}_value`],
    overloads: valueKinds.map((kind) => overload(end, kind, [])),
  };
}

function overload(end: End, kind: SqlTypeKind, order: readonly KeyOrder[]): AggregateOverload {
  return aggregate({
    params: [kind],
    result: typeOfArgument,
    needsPosition: true,
    seesNulls: true,
    countsDuplicates: false,
    inOrder: (given) => overload(end, kind, given),
    state: (args) => [
      ...args.flatMap(fieldsOf),
      { name: 'position', storage: 'i64' },
      { name: 'seen', storage: 'i8' },
    ],
    update: (state, args, position) => {
      assert(position, `${end} is given the row's position`);
      offer(state, end, { position, values: args }, order);
    },
    merge: (into, from, args) => {
      into.f.if(loadI32(from, 'seen'), () => {
        offer(into, end, { position: loadI64(from, 'position'), values: args.map(loadFrom(from)) }, order);
      });
    },
    finish: (state, type) => {
      const { lanes, isNull } = loadFrom(state)(type, 0);
      const empty = i32.or(isNull, i32.eqz(loadI32(state, 'seen')));
      return { type, lanes, isNull: state.f.let('i32', 'is_empty', empty) };
    },
  });
}

function fieldsOf(type: SqlType, index: number): readonly StateField[] {
  return [
    { name: `value_${index}`, storage: storageOf(type) },
    { name: `is_null_${index}`, storage: 'i8' },
  ];
}

function loadFrom(state: StateAccess): (type: SqlType, index: number) => KeptValue {
  return (type, index) => ({
    type,
    lanes: loadField(state, `value_${index}`),
    isNull: loadI32(state, `is_null_${index}`),
  });
}

type KeptValue = Value & { readonly isNull: Expr<'i32'> };

/** Emits: takes the row where it is the first seen or lies nearer to the end. */
function offer(state: StateAccess, end: End, row: Row, order: readonly KeyOrder[]): void {
  const { f } = state;
  const position = f.let('i64', 'row_position', row.position);
  const isNearer = f.local('i32', 'is_nearer');
  f.block('compared', (compared) => {
    f.set(isNearer, i32.eqz(loadI32(state, 'seen')));
    f.branchIf(compared, isNearer);
    for (const [i, key] of order.entries()) {
      const value = row.values[i + 1];
      assert(value, 'a row has all keys');
      const kept = loadFrom(state)(value.type, i + 1);
      const distance = f.let('i32', 'distance', distanceBetween(state, kept, value, key));
      f.set(isNearer, i32[end === 'first' ? 'lt_s' : 'gt_s'](distance, 0));
      f.branchIf(compared, distance);
    }
    f.set(isNearer, i64[end === 'first' ? 'lt_s' : 'gt_s'](position, loadI64(state, 'position')));
  });
  f.if(isNearer, () => {
    for (const [i, { lanes, isNull }] of row.values.entries()) {
      state.store(`value_${i}`, lanes);
      state.store(`is_null_${i}`, [isNull ?? i32.const(0)]);
    }
    state.store('position', [position]);
    state.store('seen', [i32.const(1)]);
  });
}

/**
 * Emits: below, at or above 0 as the value comes before, with or behind the kept one. NULL lanes are zero, so
 * comparing them is harmless, and two NULLs are equal.
 */
function distanceBetween(state: StateAccess, kept: KeptValue, value: Value, key: KeyOrder): Expr<'i32'> {
  const { f } = state;
  const above = emitComparison(state, 'greater_than', value, kept);
  const below = emitComparison(state, 'less_than', value, kept);
  const byValue = f.let('i32', 'by_value', key.descending ? i32.sub(below, above) : i32.sub(above, below));
  const isNull = value.isNull ?? i32.const(0);
  const byNull = key.nullsFirst ? i32.sub(kept.isNull, isNull) : i32.sub(isNull, kept.isNull);
  const nullness = f.let('i32', 'by_null', byNull);
  return select('i32', nullness, nullness, byValue);
}

export const positionAggregates: readonly AggregateFunction[] = [atEnd('first'), atEnd('last')];
