/**
 * The footer of a Parquet file: read, checked against itself, and cut into units. What does not fit together
 * is an error of the file, whoever finds it.
 */
import {
  type AsyncBuffer,
  type ColumnChunk,
  type FileMetaData,
  parquetMetadataAsync,
  type SchemaElement,
} from 'hyparquet';
import { VelostreamError } from '../../base/error.ts';
import type { WorkUnit } from '../../io/source.ts';
import { descendantCount } from './parquet-schema.ts';
import { rawParsers } from './raw-values.ts';

export async function readParquetMetadata(file: AsyncBuffer, name: string): Promise<FileMetaData> {
  try {
    const metadata = await parquetMetadataAsync(file, { parsers: rawParsers, geoparquet: false });
    checkMetadata(metadata);
    return metadata;
  } catch (cause) {
    throw unreadableFile(name, cause);
  }
}

/** Failures of the file system keep their own text. */
export function unreadableFile(name: string, cause: unknown): VelostreamError {
  if (cause instanceof VelostreamError) return cause;
  return new VelostreamError(`file "${name}" cannot be read as Parquet`, {
    code: 'source_format',
    detail: cause instanceof Error ? `The reader says: ${cause.message}.` : undefined,
    cause,
  });
}

/** One unit for each row group: start and end are row numbers of the file. */
export function unitsOfParquet(metadata: FileMetaData, name: string, split: number): readonly WorkUnit[] {
  let start = 0;
  const splitEnd = Number(metadata.num_rows);
  return metadata.row_groups.map((group, chunk) => {
    const end = start + Number(group.num_rows);
    const byteCount = Number(group.total_compressed_size ?? group.total_byte_size);
    const unit: WorkUnit = { split, chunk, name, start, end, splitEnd, byteCount, compression: 'none' };
    start = end;
    return unit;
  });
}

function checkMetadata({ schema, num_rows: rowCount, row_groups: groups }: FileMetaData): void {
  const leaves = schema.slice(1).filter(({ type }) => type !== undefined);
  const isTree = descendantCount(schema, 0) === schema.length - 1;
  if (!isTree || !leaves.every(hasLength)) throw new Error('its schema does not fit together');
  for (const { columns } of groups) {
    const fits = columns.length === leaves.length && leaves.every((leaf, i) => isOf(leaf, columns[i]));
    if (!fits) throw new Error('a row group has other columns than its schema');
  }
  const counts = groups.map((group) => Number(group.num_rows));
  const sum = counts.reduce((rows, count) => rows + count, 0);
  if (counts.every((count) => count >= 0) && Number.isSafeInteger(sum) && sum === Number(rowCount)) return;
  throw new Error('its row groups have other rows than it says');
}

/** Whether it is known where each value ends. */
function hasLength({ type, type_length: byteCount }: SchemaElement): boolean {
  return type !== 'FIXED_LEN_BYTE_ARRAY' || (byteCount !== undefined && byteCount > 0);
}

function isOf(leaf: SchemaElement, column: ColumnChunk | undefined): boolean {
  const metadata = column?.meta_data;
  return metadata?.type === leaf.type && metadata?.path_in_schema.at(-1) === leaf.name;
}
