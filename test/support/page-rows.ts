/**
 * Rows as plain JavaScript values, written into and read from pages and batches: the tests' own view of the
 * layouts, which shares no code with the kernels. A value is null, number (boolean as 0 or 1, INT, DOUBLE),
 * bigint (BIGINT, DECIMAL), string, or an interval as the tuple [micros, months, days].
 */
import type { BatchLayout } from '../../src/columns/batch-layout.ts';
import {
  type PageKind,
  pageHeaderBytes,
  pageHeapStartOffset,
  pageKinds,
  pageRowCount,
  pageRowCountOffset,
  pageRowsEndOffset,
  resetPage,
} from '../../src/columns/page.ts';
import { layoutRow } from '../../src/columns/row-layout.ts';
import type { Schema } from '../../src/columns/schema.ts';
import { type Storage, storageBytes } from '../../src/columns/sql-type.ts';
import { inlineBytesMax, viewToString, writeView } from '../../src/columns/string-view.ts';

export type CellValue = null | number | bigint | string | readonly [bigint, number, number];

export interface Row {
  readonly hash: bigint;
  readonly values: readonly CellValue[];
}

const encoder = new TextEncoder();

/**
 * Writes rows from the first on while they fit an empty page of `capacityBytes`; returns how many it took.
 */
export function writePage(
  memory: WebAssembly.Memory,
  page: number,
  capacityBytes: number,
  content: { readonly schema: Schema; readonly rows: readonly Row[]; readonly kind?: PageKind },
): number {
  const view = new DataView(memory.buffer);
  resetPage(view, page, capacityBytes, content.kind ?? pageKinds.rows);
  const { fields, strideBytes } = layoutRow(content.schema);
  let rowsEnd = pageHeaderBytes;
  let heapStart = capacityBytes;
  let count = 0;
  for (const row of content.rows) {
    const strings = row.values.map((v) => (typeof v === 'string' ? encoder.encode(v) : undefined));
    const longBytes = strings.reduce((n, s) => n + (s && s.length > inlineBytesMax ? s.length : 0), 0);
    if (rowsEnd + strideBytes + longBytes > heapStart) break;
    const at = page + rowsEnd;
    new Uint8Array(memory.buffer).fill(0, at, at + strideBytes);
    view.setBigUint64(at, BigInt.asUintN(64, row.hash), true);
    fields.forEach((field, i) => {
      const value = row.values[i]!;
      if (value === null) {
        view.setUint8(at + field.nullOffset!, 1);
        return;
      }
      const text = strings[i];
      if (text === undefined) {
        encode(view, field.storage, at + field.offset, value);
        return;
      }
      if (text.length > inlineBytesMax) {
        heapStart -= text.length;
        new Uint8Array(memory.buffer).set(text, page + heapStart);
      }
      writeView(new Uint8Array(memory.buffer), at + field.offset, text, heapStart);
    });
    rowsEnd += strideBytes;
    count++;
  }
  view.setUint32(page + pageRowCountOffset, count, true);
  view.setUint32(page + pageRowsEndOffset, rowsEnd, true);
  view.setUint32(page + pageHeapStartOffset, heapStart, true);
  return count;
}

/** All rows of a page. */
export function readPage(memory: WebAssembly.Memory, page: number, schema: Schema): Row[] {
  const view = new DataView(memory.buffer);
  const { fields, strideBytes } = layoutRow(schema);
  return Array.from({ length: pageRowCount(view, page) }, (_, i) => {
    const at = page + pageHeaderBytes + i * strideBytes;
    const values = fields.map((field) => {
      const isNull = field.nullOffset !== undefined && view.getUint8(at + field.nullOffset) === 1;
      return isNull ? null : decode(view, field.storage, at + field.offset, page);
    });
    return { hash: view.getBigUint64(at, true), values };
  });
}

/** The first `count` rows of a batch. */
export function readBatch(memory: WebAssembly.Memory, batch: BatchLayout, count: number): CellValue[][] {
  const view = new DataView(memory.buffer);
  return Array.from({ length: count }, (_, i) =>
    batch.columns.map((column) => {
      const isNull = column.nullsAddress !== undefined && view.getUint8(column.nullsAddress + i) === 1;
      const at = column.valuesAddress + i * storageBytes[column.storage];
      return isNull ? null : decode(view, column.storage, at, 0);
    }),
  );
}

function encode(view: DataView, storage: Storage, at: number, value: CellValue): void {
  if (storage === 'i8') view.setUint8(at, value as number);
  else if (storage === 'i32') view.setInt32(at, value as number, true);
  else if (storage === 'f64') view.setFloat64(at, value as number, true);
  else if (storage === 'i64') view.setBigInt64(at, value as bigint, true);
  else if (storage === 'i128') {
    view.setBigUint64(at, BigInt.asUintN(64, value as bigint), true);
    view.setBigInt64(at + 8, BigInt.asIntN(64, (value as bigint) >> 64n), true);
  } else if (storage === 'interval') {
    const [micros, months, days] = value as readonly [bigint, number, number];
    view.setBigInt64(at, micros, true);
    view.setInt32(at + 8, months, true);
    view.setInt32(at + 12, days, true);
  }
}

function decode(view: DataView, storage: Storage, at: number, base: number): CellValue {
  switch (storage) {
    case 'i8':
      return view.getUint8(at);
    case 'i32':
      return view.getInt32(at, true);
    case 'f64':
      return view.getFloat64(at, true);
    case 'i64':
      return view.getBigInt64(at, true);
    case 'i128':
      return (view.getBigInt64(at + 8, true) << 64n) | view.getBigUint64(at, true);
    case 'interval':
      return [view.getBigInt64(at, true), view.getInt32(at + 8, true), view.getInt32(at + 12, true)];
    case 'view':
      return viewToString(new Uint8Array(view.buffer), at, base);
  }
}
