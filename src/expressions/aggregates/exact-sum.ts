/**
 * Exact running sums of INT, BIGINT and DECIMAL. The state is wide enough that no number of rows overflows
 * it: 64 bits for INT, 128 for values of up to 64 bits, 192 for wide decimals. Exact, so merging in any order
 * gives the same bits.
 */
import { assert } from '../../base/assert.ts';
import { type SqlType, storageOf } from '../../columns/sql-type.ts';
import { add128, exceedsDigits128, type Int128 } from '../../routines/integer128.ts';
import { i32, i64 } from '../../wasm/instructions.ts';
import type { Expr } from '../../wasm/types.ts';
import type { StateAccess, StateField } from '../aggregate-function.ts';
import type { Value } from '../emit-context.ts';
import { i32Lane, i64Lane } from '../value.ts';
import { loadField, loadI64 } from './define.ts';

type Width = 64 | 128 | 192;

function widthOf(type: SqlType): Width {
  if (type.kind === 'int') return 64;
  return storageOf(type) === 'i128' ? 192 : 128;
}

export function sumFields(type: SqlType): readonly StateField[] {
  const width = widthOf(type);
  if (width === 64) return [{ name: 'sum', storage: 'i64' }];
  const low: StateField = { name: 'sum', storage: 'i128' };
  return width === 128 ? [low] : [low, { name: 'sum_top', storage: 'i64' }];
}

/** Emits: adds a value. */
export function addToSum(state: StateAccess, value: Value): void {
  const { f } = state;
  switch (widthOf(value.type)) {
    case 64:
      return state.store('sum', [i64.add(loadI64(state, 'sum'), i64.extend_i32_s(i32Lane(value)))]);
    case 128: {
      const lo = i64Lane(value);
      return storeSum(state, add128(f, loadSum(state), { lo, hi: f.let('i64', 'sign', i64.shr_s(lo, 63)) }));
    }
    default: {
      const hi = i64Lane(value, 1);
      return addWide(state, { lo: i64Lane(value), hi }, i64.shr_s(hi, 63));
    }
  }
}

/** Emits: adds the other state's sum. */
export function mergeSums(into: StateAccess, from: StateAccess, type: SqlType): void {
  switch (widthOf(type)) {
    case 64:
      return into.store('sum', [i64.add(loadI64(into, 'sum'), loadI64(from, 'sum'))]);
    case 128:
      return storeSum(into, add128(into.f, loadSum(into), loadSum(from)));
    default:
      return addWide(into, loadSum(from), loadI64(from, 'sum_top'));
  }
}

/** Emits: the sum in 128 bits; fails where it has more than 38 digits. */
export function finishSum(state: StateAccess, type: SqlType): Int128 {
  const { f } = state;
  if (widthOf(type) === 64) {
    const lo = loadI64(state, 'sum');
    return { lo, hi: f.let('i64', 'sum_hi', i64.shr_s(lo, 63)) };
  }
  const sum = loadSum(state);
  if (widthOf(type) === 192) {
    const lost = i64.ne(loadI64(state, 'sum_top'), i64.shr_s(sum.hi, 63));
    f.if(i32.or(lost, exceedsDigits128(38, sum)), () => state.fail('numeric_out_of_range'));
  }
  return sum;
}

function loadSum(state: StateAccess): Int128 {
  const [lo, hi] = loadField(state, 'sum') as readonly Expr<'i64'>[];
  assert(lo && hi, 'a wide sum has two words');
  return { lo, hi };
}

function storeSum(state: StateAccess, sum: Int128): void {
  state.store('sum', [sum.lo, sum.hi]);
}

/** Emits: adds a 192-bit number, `top` being its highest word. */
function addWide(state: StateAccess, value: Int128, top: Expr<'i64'>): void {
  const { f } = state;
  const before = loadSum(state);
  const sum = add128(f, before, value);
  const above = i32.or(
    i64.lt_u(sum.hi, value.hi),
    i32.and(i64.eq(sum.hi, value.hi), i64.lt_u(sum.lo, value.lo)),
  );
  const carry = f.let('i64', 'carry', i64.extend_i32_u(above));
  storeSum(state, sum);
  state.store('sum_top', [i64.add(i64.add(loadI64(state, 'sum_top'), top), carry)]);
}
