/**
 * The layout of a fixed-stride row, as pages and group tables keep them:
 *
 *   [ hash u64 ][ value fields, widest first ][ one null byte per nullable field ][ padding to 8 ]
 *
 * The hash is that of the whole key (0 where the rows have no key). A null byte is 1 for NULL, and then every
 * byte of the value is zero, so that keys compare and hash by their bytes.
 */
import type { Column, Schema } from './schema.ts';
import { type Storage, storageBytes, storageOf } from './sql-type.ts';

export interface RowField {
  readonly column: Column;
  readonly storage: Storage;
  /** Bytes from the row's start. */
  readonly offset: number;
  /** Bytes from the row's start to the null byte; undefined where the column holds no NULL. */
  readonly nullOffset: number | undefined;
}

export interface RowLayout {
  /** In the order of the schema, not of the offsets. */
  readonly fields: readonly RowField[];
  readonly strideBytes: number;
}

export const rowHashOffset = 0;
const valuesOffset = 8;

export function layoutRow(schema: Schema): RowLayout {
  const byWidth = schema
    .map((column, index) => ({ index, storage: storageOf(column.type), nullable: column.nullable }))
    .sort((a, b) => storageBytes[b.storage] - storageBytes[a.storage] || a.index - b.index);
  const offsets = new Array<number>(schema.length);
  const nullOffsets = new Array<number | undefined>(schema.length);
  let end = valuesOffset;
  for (const { index, storage } of byWidth) {
    offsets[index] = end;
    end += storageBytes[storage];
  }
  for (const { index, nullable } of byWidth) {
    nullOffsets[index] = nullable ? end++ : undefined;
  }
  const fields = schema.map((column, index) => ({
    column,
    storage: storageOf(column.type),
    offset: offsets[index]!,
    nullOffset: nullOffsets[index],
  }));
  return { fields, strideBytes: Math.ceil(end / 8) * 8 };
}
