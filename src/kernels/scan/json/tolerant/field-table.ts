/**
 * The columns read, as a table in static memory that the tolerant pieces work by, and what they note about
 * the record at hand: which columns have been seen, and which got a value that cannot be converted (the last
 * duplicate decides).
 *
 *   entry = u32 type, u32 address of values, u32 address of nulls or 0, u32 bytes a value, u32 scale,
 *           u32 whether NULL is what a row holds before its record is read, i128 largest DECIMAL
 */
import { type SqlTypeKind, storageBytes } from '../../../../columns/sql-type.ts';
import type { FunctionBuilder } from '../../../../wasm/function-builder.ts';
import { i32, i64 } from '../../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../../wasm/module-builder.ts';
import type { Arg, Expr } from '../../../../wasm/types.ts';
import type { ScanPlan } from '../scan-plan.ts';
import type { ScanGlobals } from './scan-globals.ts';

/** The types a column can have, in the order of their codes. */
export type FieldType = Exclude<SqlTypeKind, 'unknown'>;

export const fieldTypes: readonly FieldType[] = [
  'boolean',
  'int',
  'bigint',
  'double',
  'decimal',
  'varchar',
  'date',
  'timestamp',
  'timestamptz',
  'interval',
];

const fieldEntryBytesLog2 = 6;

export const entryType = 0;
const entryValues = 4;
export const entryNulls = 8;
export const entryValueBytes = 12;
export const entryScale = 16;
export const entryStartsNull = 20;
export const entryLimitLow = 24;
export const entryLimitHigh = 32;

/** What the pieces of a scan work by. */
export interface ScanPieces {
  readonly plan: ScanPlan;
  readonly globals: ScanGlobals;
  readonly fields: FieldTable;
}

export interface FieldTable {
  /** Address of entry 0. */
  readonly entries: number;
  readonly fieldCount: number;
  /** How many 64-bit words hold one bit for each column. */
  readonly wordCount: number;
  /** Address of the bits of the columns seen in this record. */
  readonly seen: number;
  /** Address of the bits of the columns whose last value cannot be converted. */
  readonly failed: number;
  /** Address of one byte for each column: why it failed. */
  readonly reasons: number;
  /** Address of the bits, for each number of states, of the columns read in that many of them. */
  readonly passed: number;
}

export function placeFieldTable(module: ModuleBuilder, plan: ScanPlan): FieldTable {
  const { columns } = plan.spec.layout.batch;
  const bytes = new Uint8Array(Math.max(1, columns.length) << fieldEntryBytesLog2);
  const view = new DataView(bytes.buffer);
  columns.forEach(({ column, storage, valuesAddress, nullsAddress }, index) => {
    const at = index << fieldEntryBytesLog2;
    const { type } = column;
    view.setUint32(at + entryType, fieldTypes.indexOf(type.kind as FieldType), true);
    view.setUint32(at + entryValues, valuesAddress, true);
    view.setUint32(at + entryNulls, nullsAddress ?? 0, true);
    view.setUint32(at + entryValueBytes, storageBytes[storage], true);
    view.setUint32(at + entryStartsNull, plan.absentFields.includes(index) ? 1 : 0, true);
    if (type.kind !== 'decimal') return;
    const limit = 10n ** BigInt(type.precision) - 1n;
    view.setUint32(at + entryScale, type.scale, true);
    view.setBigUint64(at + entryLimitLow, BigInt.asUintN(64, limit), true);
    view.setBigUint64(at + entryLimitHigh, limit >> 64n, true);
  });
  const wordCount = Math.max(1, Math.ceil(columns.length / 64));
  return {
    entries: module.data(bytes),
    fieldCount: columns.length,
    wordCount,
    seen: module.reserve(8 * wordCount),
    failed: module.reserve(8 * wordCount),
    reasons: module.reserve(Math.max(1, columns.length)),
    passed: placePassedFields(module, plan, wordCount),
  };
}

function placePassedFields(module: ModuleBuilder, { states }: ScanPlan, wordCount: number): number {
  const words = new BigUint64Array((states.length + 1) * wordCount);
  states.forEach(({ field }, index) => {
    const next = (index + 1) * wordCount;
    words.copyWithin(next, index * wordCount, next);
    if (field >= 0) words[next + (field >> 6)]! |= 1n << BigInt(field & 63);
  });
  return module.data(new Uint8Array(words.buffer));
}

/** The address of a column's entry. */
export function fieldEntry(table: FieldTable, field: Arg<'i32'>): Expr<'i32'> {
  return i32.add(i32.shl(field, fieldEntryBytesLog2), table.entries);
}

/** The address of a row's value in the column of an entry. */
export function valueAddress(entry: Expr<'i32'>, row: Expr<'i32'>): Expr<'i32'> {
  return i32.add(i32.load(entry, entryValues), i32.mul(row, i32.load(entry, entryValueBytes)));
}

/** Emits: of the record, `states` states have been read and nothing else. */
export function recallFields(
  f: FunctionBuilder,
  { seen, failed, passed, wordCount }: FieldTable,
  states: Expr<'i32'>,
): void {
  for (let word = 0; word < wordCount; word++) {
    const read = i64.load(i32.mul(states, 8 * wordCount), passed + 8 * word);
    f.do(i64.store(0, read, seen + 8 * word), i64.store(0, 0n, failed + 8 * word));
  }
}

/** Emits: the column, known beforehand, has been seen, and nothing is wrong with it so far. */
export function markRead(f: FunctionBuilder, { seen, failed }: FieldTable, field: number): void {
  const word = (field >> 6) * 8;
  const bit = 1n << BigInt(field & 63);
  f.do(
    i64.store(0, i64.or(i64.load(0, seen + word), bit), seen + word),
    i64.store(0, i64.and(i64.load(0, failed + word), ~bit), failed + word),
  );
}

/** Emits: the column has been seen, and nothing is wrong with it so far. */
export function markSeen(f: FunctionBuilder, table: FieldTable, field: Expr<'i32'>): void {
  const word = f.let('i32', 'word', i32.shl(i32.shr_u(field, 6), 3));
  const bit = f.let('i64', 'bit', i64.shl(1n, i64.extend_i32_u(field)));
  f.do(
    i64.store(word, i64.or(i64.load(word, table.seen), bit), table.seen),
    i64.store(word, i64.and(i64.load(word, table.failed), i64.xor(bit, -1n)), table.failed),
  );
}

/** Emits: the column's value cannot be taken, for the reason given. */
export function markFailed(
  f: FunctionBuilder,
  table: FieldTable,
  field: Expr<'i32'>,
  reason: Arg<'i32'>,
): void {
  const word = f.let('i32', 'word', i32.shl(i32.shr_u(field, 6), 3));
  const bit = f.let('i64', 'bit', i64.shl(1n, i64.extend_i32_u(field)));
  f.do(
    i32.store8(field, reason, table.reasons),
    i64.store(word, i64.or(i64.load(word, table.failed), bit), table.failed),
  );
}

/** Emits: the row's value is NULL; every byte of it is zero then. */
export function storeNull(f: FunctionBuilder, entry: Expr<'i32'>, row: Expr<'i32'>): void {
  f.do(i32.store8(i32.add(i32.load(entry, entryNulls), row), 1));
  f.memoryFill(valueAddress(entry, row), 0, i32.load(entry, entryValueBytes));
}
