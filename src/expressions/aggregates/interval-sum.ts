/**
 * SUM and AVG of INTERVAL, part by part; the average is the sum divided as intervals are. The state is wide
 * enough that no number of rows overflows it, so an out-of-range part on the way is none.
 */
import { intervalType } from '../../columns/sql-type.ts';
import { add128, type Int128 } from '../../routines/integer128.ts';
import { f64, i32, i64 } from '../../wasm/instructions.ts';
import type { Expr } from '../../wasm/types.ts';
import type { AggregateOverload, StateAccess } from '../aggregate-function.ts';
import type { Value } from '../emit-context.ts';
import { divideDouble } from '../functions/double-checks.ts';
import { intervalOf, lanesOfParts } from '../interval/parts.ts';
import { scaleInterval } from '../interval/scale.ts';
import { addCounts, countRow } from './count.ts';
import { aggregate, argument, loadField, loadI64 } from './define.ts';

function ofIntervals(
  finish: (state: StateAccess, sum: Value, count: Expr<'i64'>) => Value,
): AggregateOverload {
  return aggregate({
    params: ['interval'],
    result: intervalType,
    state: [
      { name: 'micros', storage: 'i128' },
      { name: 'months', storage: 'i64' },
      { name: 'days', storage: 'i64' },
      { name: 'count', storage: 'i64' },
    ],
    update: (state, args) => {
      const { months, days, micros } = intervalOf(state, argument(args));
      const sign = state.f.let('i64', 'sign', i64.shr_s(micros, 63));
      addParts(state, i64.extend_i32_s(months), i64.extend_i32_s(days), { lo: micros, hi: sign });
      countRow(state);
    },
    merge: (into, from) => {
      addParts(into, loadI64(from, 'months'), loadI64(from, 'days'), loadMicros(from));
      addCounts(into, from);
    },
    finish: (state, type) => {
      const { f } = state;
      const micros = loadMicros(state);
      const fits = i64.eq(micros.hi, i64.shr_s(micros.lo, 63));
      f.if(i32.eqz(fits), () => state.fail('numeric_out_of_range'));
      const parts = { months: loadI64(state, 'months'), days: loadI64(state, 'days'), micros: micros.lo };
      const sum = { type, lanes: lanesOfParts(state, parts), isNull: undefined };
      const count = loadI64(state, 'count');
      return { ...finish(state, sum, count), isNull: f.let('i32', 'is_empty', i64.eqz(count)) };
    },
  });
}

function addParts(state: StateAccess, months: Expr<'i64'>, days: Expr<'i64'>, micros: Int128): void {
  const sum = add128(state.f, loadMicros(state), micros);
  state.store('micros', [sum.lo, sum.hi]);
  state.store('months', [i64.add(loadI64(state, 'months'), months)]);
  state.store('days', [i64.add(loadI64(state, 'days'), days)]);
}

function loadMicros(state: StateAccess): Int128 {
  const [lo, hi] = loadField(state, 'micros') as readonly [Expr<'i64'>, Expr<'i64'>];
  return { lo, hi };
}

export const intervalSum: AggregateOverload = ofIntervals((_, sum) => sum);

export const intervalAverage: AggregateOverload = ofIntervals((state, sum, count) => {
  const divisor = i64.or(count, i64.extend_i32_u(i64.eqz(count)));
  const rows = state.f.let('f64', 'rows', f64.convert_i64_s(divisor));
  return { ...sum, lanes: scaleInterval(state, sum, rows, divideDouble) };
});
