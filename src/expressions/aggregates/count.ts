/** COUNT(*) and COUNT(x). State: the number of rows. Never NULL: no rows count 0. */
import { bigintType } from '../../columns/sql-type.ts';
import { i64 } from '../../wasm/instructions.ts';
import type { AggregateFunction, AggregateOverload, StateAccess } from '../aggregate-function.ts';
import { valueKinds } from '../binding/type-rules.ts';
import { present } from '../value.ts';
import { aggregate, loadI64 } from './define.ts';

function countOf(params: AggregateOverload['params']): AggregateOverload {
  return aggregate({
    params,
    result: bigintType,
    nullable: false,
    state: [{ name: 'count', storage: 'i64' }],
    update: (state) => state.store('count', [i64.add(loadI64(state, 'count'), 1n)]),
    merge: (into, from) => addCounts(into, from),
    finish: (state, type) => present(type, loadI64(state, 'count')),
  });
}

/** Emits: adds the other state's count. */
export function addCounts(into: StateAccess, from: StateAccess): void {
  into.store('count', [i64.add(loadI64(into, 'count'), loadI64(from, 'count'))]);
}

/** Emits: counts one more row. */
export function countRow(state: StateAccess): void {
  state.store('count', [i64.add(loadI64(state, 'count'), 1n)]);
}

export const countAggregate: AggregateFunction = {
  name: 'count',
  overloads: [countOf([]), ...valueKinds.map((kind) => countOf([kind]))],
};
