/**
 * DISTINCT accumulators: the values that each group has seen lie in a second table, whose key is the address
 * of the group's entry, which never moves, and the values.
 */
import { rowHashOffset } from '../../columns/row-layout.ts';
import { intType, storageOf } from '../../columns/sql-type.ts';
import { emitIntervalLength } from '../../routines/date-time/interval-length.ts';
import { emitKeyHash, normalisedLanes } from '../../routines/hash/key-hash.ts';
import type { FunctionBuilder } from '../../wasm/function-builder.ts';
import { call, i32, i64 } from '../../wasm/instructions.ts';
import type { Expr } from '../../wasm/types.ts';
import { type KernelValue, storeField } from '../page/row-access.ts';
import { findEntry } from './group-lookup.ts';
import { createDirectory } from './slot-directory.ts';
import type { DistinctSet } from './table-context.ts';

/** Emits: what is computed with of values that are equal to this one, which is not NULL. */
export function presentValue(f: FunctionBuilder, value: KernelValue): KernelValue {
  return { ...value, lanes: normalisedLanes(f, value), isNull: undefined };
}

/** Emits: what is kept of the value: of an interval its length, in which equal ones are the same. */
function keptValue(f: FunctionBuilder, value: KernelValue): KernelValue {
  if (value.type.kind !== 'interval') return value;
  const [micros, monthsAndDays] = value.lanes as [Expr<'i64'>, Expr<'i64'>];
  const length = emitIntervalLength(f, micros, monthsAndDays);
  return { ...value, lanes: [length.micros, length.days] };
}

/** Emits: whether the group has not seen these values; now it has. */
export function addDistinct(
  f: FunctionBuilder,
  { table, row }: DistinctSet,
  entry: Expr<'i32'>,
  values: readonly KernelValue[],
): Expr<'i32'> {
  const { module, roots, rows } = table;
  const key: KernelValue[] = [
    { type: intType, lanes: [entry], isNull: undefined },
    ...values.map((value) => keptValue(f, value)),
  ];
  const hashed = key.map((value) => ({ ...value, storage: storageOf(value.type) }));
  const address = i32.const(row);
  f.do(i64.store(address, emitKeyHash(module, f, hashed), rowHashOffset));
  rows.fields.forEach((field, i) => {
    storeField(f, field, address, key[i]!);
  });
  f.if(i32.eqz(roots.directory), () => f.call(createDirectory(table)));
  const before = f.let('i32', 'values_before', roots.groupCount);
  // The row is no page's: its long strings have addresses that count from 0.
  f.let('i32', 'value_entry', call(findEntry(table, rows), address, 0) as Expr<'i32'>);
  return i32.ne(roots.groupCount, before);
}
