/** BOOL_AND (also EVERY) and BOOL_OR. State: the result so far and whether there is one. */
import { booleanType } from '../../columns/sql-type.ts';
import { i32, select } from '../../wasm/instructions.ts';
import type { Expr } from '../../wasm/types.ts';
import type { AggregateFunction, StateAccess } from '../aggregate-function.ts';
import { i32Lane } from '../value.ts';
import { aggregate, argument, loadI32 } from './define.ts';

type Combine = (a: Expr<'i32'>, b: Expr<'i32'>) => Expr<'i32'>;

function truth(name: string, combine: Combine, aliases: readonly string[]): AggregateFunction {
  const take = (state: StateAccess, value: Expr<'i32'>, counts: Expr<'i32'>): void => {
    const seen = loadI32(state, 'seen');
    const before = loadI32(state, 'value');
    const after = select('i32', seen, combine(before, value), value);
    state.store('value', [select('i32', counts, after, before)]);
    state.store('seen', [i32.or(seen, counts)]);
  };
  return {
    name,
    aliases,
    overloads: [
      aggregate({
        params: ['boolean'],
        result: booleanType,
        countsDuplicates: false,
        state: [
          { name: 'value', storage: 'i8' },
          { name: 'seen', storage: 'i8' },
        ],
        update: (state, args) => take(state, i32Lane(argument(args)), i32.const(1)),
        merge: (into, from) => take(into, loadI32(from, 'value'), loadI32(from, 'seen')),
        finish: (state, type) => {
          const isEmpty = state.f.let('i32', 'is_empty', i32.eqz(loadI32(state, 'seen')));
          return { type, lanes: [loadI32(state, 'value')], isNull: isEmpty };
        },
      }),
    ],
  };
}

export const truthAggregates: readonly AggregateFunction[] = [
  truth('bool_and', (a, b) => i32.and(a, b), ['every']),
  truth('bool_or', (a, b) => i32.or(a, b), []),
];
