/**
 * FIRST and LAST (FIRST_VALUE, LAST_VALUE): the value of the row with the lowest or highest position, NULL if
 * it is NULL there. Positions are distinct, so merging in any order finds the same row.
 */

import { assert } from '../../base/assert.ts';
import { storageOf } from '../../columns/sql-type.ts';
import { i32, i64 } from '../../wasm/instructions.ts';
import type { Expr } from '../../wasm/types.ts';
import type { AggregateFunction, AggregateOverload, StateAccess } from '../aggregate-function.ts';
import { valueKinds } from '../binding/type-rules.ts';
import { aggregate, argument, loadField, loadI32, loadI64, typeOfArgument } from './define.ts';

type End = 'first' | 'last';

interface Row {
  readonly position: Expr<'i64'>;
  readonly lanes: readonly Expr[];
  readonly isNull: Expr<'i32'>;
}

function atEnd(end: End): AggregateFunction {
  return {
    name: end,
    aliases: [`${end}_value`],
    overloads: valueKinds.map(
      (kind): AggregateOverload =>
        aggregate({
          params: [kind],
          result: typeOfArgument,
          needsPosition: true,
          seesNulls: true,
          state: (args) => [
            { name: 'value', storage: storageOf(typeOfArgument(args)) },
            { name: 'position', storage: 'i64' },
            { name: 'is_null', storage: 'i8' },
            { name: 'seen', storage: 'i8' },
          ],
          update: (state, args, position) => {
            assert(position, `${end} is given the row's position`);
            const { lanes, isNull } = argument(args);
            offer(state, end, { position, lanes, isNull: isNull ?? i32.const(0) });
          },
          merge: (into, from) => {
            into.f.if(loadI32(from, 'seen'), () => {
              const position = loadI64(from, 'position');
              offer(into, end, {
                position,
                lanes: loadField(from, 'value'),
                isNull: loadI32(from, 'is_null'),
              });
            });
          },
          finish: (state, type) => {
            const empty = i32.or(loadI32(state, 'is_null'), i32.eqz(loadI32(state, 'seen')));
            return { type, lanes: loadField(state, 'value'), isNull: state.f.let('i32', 'is_empty', empty) };
          },
        }),
    ),
  };
}

/** Emits: takes the row where it is the first seen or lies nearer to the end. */
function offer(state: StateAccess, end: End, row: Row): void {
  const { f } = state;
  const position = f.let('i64', 'row_position', row.position);
  const nearer = i64[end === 'first' ? 'lt_s' : 'gt_s'](position, loadI64(state, 'position'));
  f.if(i32.or(nearer, i32.eqz(loadI32(state, 'seen'))), () => {
    state.store('value', row.lanes);
    state.store('is_null', [row.isNull]);
    state.store('position', [position]);
    state.store('seen', [i32.const(1)]);
  });
}

export const positionAggregates: readonly AggregateFunction[] = [atEnd('first'), atEnd('last')];
