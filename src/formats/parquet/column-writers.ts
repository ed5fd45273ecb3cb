/**
 * Decoded Parquet values into the columns of a batch: one writer per storage, chosen once per column. A value
 * that the column's type cannot hold is an error of the file, not of a record.
 */
import type { BatchColumn } from '../../columns/batch-layout.ts';
import { storageBytes } from '../../columns/sql-type.ts';
import { inlineBytesMax, writeView } from '../../columns/string-view.ts';

/** What a writer needs of the memory: its buffer may be replaced by `allocate`. */
export interface ColumnTarget {
  readonly memory: () => ArrayBufferLike;
  readonly allocate: (byteCount: number) => number;
}

/** Writes `values[from .. from + count)` into the batch's rows 0 to count - 1. */
export function writeColumn(
  target: ColumnTarget,
  column: BatchColumn,
  values: ArrayLike<unknown>,
  range: { readonly from: number; readonly count: number },
): void {
  const { from, count } = range;
  if (column.nullsAddress !== undefined) {
    const nulls = new Uint8Array(target.memory(), column.nullsAddress, count);
    for (let i = 0; i < count; i++) nulls[i] = values[from + i] == null ? 1 : 0;
  }
  if (column.storage === 'view') return writeStrings(target, column, values, range);
  const view = new DataView(target.memory(), column.valuesAddress, count * storageBytes[column.storage]);
  const write = scalarWriters[column.storage];
  for (let i = 0; i < count; i++) write(view, i, values[from + i] ?? 0);
}

type ScalarWriter = (view: DataView, row: number, value: unknown) => void;

const scalarWriters: Readonly<Record<Exclude<BatchColumn['storage'], 'view'>, ScalarWriter>> = {
  i8: (view, row, value) => view.setUint8(row, value ? 1 : 0),
  i32: (view, row, value) => view.setInt32(4 * row, Number(value), true),
  i64: (view, row, value) => view.setBigInt64(8 * row, toInteger(value), true),
  f64: (view, row, value) => view.setFloat64(8 * row, Number(value), true),
  i128: (view, row, value) => {
    const wide = toInteger(value);
    view.setBigInt64(16 * row, wide, true);
    view.setBigInt64(16 * row + 8, wide >> 64n, true);
  },
  interval: (view, row, value) => {
    const { buffer, byteOffset } = value instanceof Uint8Array ? value : noInterval;
    const [months, days, millis] = new Uint32Array(buffer.slice(byteOffset, byteOffset + noInterval.length));
    view.setBigInt64(16 * row, BigInt(millis ?? 0) * 1000n, true);
    view.setUint32(16 * row + 8, months ?? 0, true);
    view.setUint32(16 * row + 12, days ?? 0, true);
  },
};

/** Months, days and milliseconds, of 32 bits each. */
const noInterval = new Uint8Array(12);

/** An integer as it is stored: a number, or for decimals bytes in two's complement, the highest first. */
function toInteger(value: unknown): bigint {
  if (typeof value === 'bigint') return value;
  if (!(value instanceof Uint8Array)) return BigInt(value as number);
  let integer = 0n;
  for (const byte of value) integer = (integer << 8n) | BigInt(byte);
  return BigInt.asIntN(8 * value.length, integer);
}

function writeStrings(
  target: ColumnTarget,
  column: BatchColumn,
  values: ArrayLike<unknown>,
  { from, count }: { readonly from: number; readonly count: number },
): void {
  // Values of a dictionary are the same object in every row, so each is copied once a batch.
  const addresses = new Map<Uint8Array, number>();
  for (let i = 0; i < count; i++) {
    const bytes = values[from + i] ?? empty;
    if (!(bytes instanceof Uint8Array)) throw new Error('a text is not made of bytes');
    let address = addresses.get(bytes);
    if (address === undefined && bytes.length > inlineBytesMax) {
      address = target.allocate(bytes.length);
      new Uint8Array(target.memory()).set(bytes, address);
      addresses.set(bytes, address);
    }
    writeView(new Uint8Array(target.memory()), column.valuesAddress + 16 * i, bytes, address);
  }
}

const empty = new Uint8Array(0);
