/** Parquet as a source of columns: one unit is one row group, decoded whole and then given batch by batch. */
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetRead } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { VelostreamError } from '../../base/error.ts';
import type { BatchLayout } from '../../columns/batch-layout.ts';
import type { Schema } from '../../columns/schema.ts';
import { printType, type SqlType } from '../../columns/sql-type.ts';
import type { ColumnReader, WorkUnit } from '../../io/source.ts';
import { writeColumn } from './column-writers.ts';
import { isDecimal, schemaOfParquet } from './parquet-schema.ts';

/** Opens a file by the name in its unit; the connector knows how. */
export type OpenFile = (name: string) => AsyncBuffer;

/** Values stay as they are stored: microseconds, days, bytes. */
const rawParsers = {
  timestampFromMilliseconds: (millis: bigint) => millis * 1000n,
  timestampFromMicroseconds: (micros: bigint) => micros,
  timestampFromNanoseconds: (nanos: bigint) => nanos / 1000n,
  dateFromDays: (days: number) => days,
  stringFromBytes: (bytes: Uint8Array) => bytes,
  jsonFromBytes: (bytes: Uint8Array) => bytes,
};

export async function readParquetMetadata(file: AsyncBuffer, name: string): Promise<FileMetaData> {
  try {
    return await parquetMetadataAsync(file);
  } catch (cause) {
    throw formatError(name, cause);
  }
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

export class ParquetReader implements ColumnReader {
  readonly #openFile: OpenFile;
  readonly #schema: Schema;
  readonly #files = new Map<string, Promise<OpenedFile>>();
  #columns: readonly ArrayLike<unknown>[] = [];
  #rowCount = 0;
  #nextRow = 0;

  /** `schema`: the columns to read, in the order of the batch. */
  constructor(openFile: OpenFile, schema: Schema) {
    this.#openFile = openFile;
    this.#schema = schema;
  }

  async open(unit: WorkUnit): Promise<void> {
    const { file, metadata } = await this.#opened(unit.name);
    const columns = this.#schema.map(({ name }) => name);
    const pieces = new Map<string, ArrayLike<unknown>[]>(columns.map((name) => [name, []]));
    try {
      await parquetRead({
        file,
        metadata,
        columns,
        rowStart: unit.start,
        rowEnd: unit.end,
        compressors,
        parsers: rawParsers,
        onChunk: ({ columnName, columnData }) => pieces.get(columnName)?.push(columnData),
      });
    } catch (cause) {
      throw formatError(unit.name, cause);
    }
    this.#columns = columns.map((name) => joined(pieces.get(name) ?? []));
    this.#rowCount = unit.end - unit.start;
    this.#nextRow = 0;
  }

  fill(memory: () => ArrayBufferLike, batch: BatchLayout, allocate: (byteCount: number) => number): number {
    const count = Math.min(batch.capacityRows, this.#rowCount - this.#nextRow);
    const range = { from: this.#nextRow, count };
    batch.columns.forEach((column, i) => {
      writeColumn({ memory, allocate }, column, this.#columns[i] ?? [], range);
    });
    this.#nextRow += count;
    return count;
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.#columns = [];
  }

  #opened(name: string): Promise<OpenedFile> {
    const known = this.#files.get(name) ?? this.#openNew(name);
    this.#files.set(name, known);
    return known;
  }

  async #openNew(name: string): Promise<OpenedFile> {
    const file = this.#openFile(name);
    const metadata = await readParquetMetadata(file, name);
    checkColumns(this.#schema, schemaOfParquet(metadata), name);
    return { file, metadata: withRawDecimals(metadata) };
  }
}

interface OpenedFile {
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
}

/** Decimals as the integers that are stored: the library would make doubles of them. */
function withRawDecimals(metadata: FileMetaData): FileMetaData {
  const schema = metadata.schema.map((element) => {
    if (!isDecimal(element)) return element;
    const { converted_type: _converted, logical_type: _logical, ...raw } = element;
    return raw;
  });
  return { ...metadata, schema };
}

function joined(pieces: readonly ArrayLike<unknown>[]): ArrayLike<unknown> {
  const [first = [], ...rest] = pieces;
  return rest.length === 0 ? first : pieces.flatMap((piece) => Array.from(piece));
}

export function checkColumns(wanted: Schema, found: Schema, name: string): void {
  for (const column of wanted) {
    const other = found.find((candidate) => candidate.name === column.name);
    if (other !== undefined && holds(column.type, other.type)) continue;
    const detail = other
      ? `There it is of type ${printType(other.type)}, declared is ${printType(column.type)}.`
      : `Its columns are: ${found.map((candidate) => candidate.name).join(', ')}.`;
    throw new VelostreamError(`column "${column.name}" cannot be read from "${name}"`, {
      code: 'source_format',
      detail,
    });
  }
}

/** Whether every value of `stored` is one of `declared`, kept in the same form. */
function holds(declared: SqlType, stored: SqlType): boolean {
  if (declared.kind === 'decimal' && stored.kind === 'decimal') {
    return declared.scale === stored.scale && declared.precision >= stored.precision;
  }
  if (stored.kind === 'int') return ['int', 'bigint', 'double'].includes(declared.kind);
  return declared.kind === stored.kind;
}

function formatError(name: string, cause: unknown): VelostreamError {
  return new VelostreamError(`"${name}" is not a Parquet file that can be read`, {
    code: 'source_format',
    detail: cause instanceof Error ? cause.message : undefined,
    cause,
  });
}
