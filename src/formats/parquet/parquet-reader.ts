/** Parquet as a source of columns: one unit is one row group, decoded whole and then given batch by batch. */
import { type AsyncBuffer, type FileMetaData, parquetRead } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { VelostreamError } from '../../base/error.ts';
import { nearestName } from '../../base/nearest-name.ts';
import type { BatchLayout } from '../../columns/batch-layout.ts';
import type { Schema } from '../../columns/schema.ts';
import { printType, type SqlType } from '../../columns/sql-type.ts';
import type { BadRow, ColumnReader, Filled, WorkUnit } from '../../io/source.ts';
import { writeColumn } from './column-writers.ts';
import { readParquetMetadata, unreadableFile } from './parquet-metadata.ts';
import { schemaOfParquet } from './parquet-schema.ts';
import { invalidText, rawParsers, withRawTypes } from './raw-values.ts';

/** Opens a file by the name in its unit; the connector knows how. */
export type OpenFile = (name: string) => AsyncBuffer;

export class ParquetReader implements ColumnReader {
  readonly #openFile: OpenFile;
  readonly #schema: Schema;
  readonly #files = new Map<string, Promise<OpenedFile>>();
  #columns: readonly ArrayLike<unknown>[] = [];
  #badRows: readonly NumberedBadRow[] = [];
  #nextBad = 0;
  #unitName = '';
  #rowCount = 0;
  #nextRow = 0;

  /** `schema`: the columns to read, in the order of the batch. */
  constructor(openFile: OpenFile, schema: Schema) {
    this.#openFile = openFile;
    this.#schema = schema;
  }

  async open(unit: WorkUnit): Promise<void> {
    const { file, metadata } = await this.#opened(unit.name);
    this.#unitName = unit.name;
    this.#rowCount = unit.end - unit.start;
    this.#nextRow = 0;
    const group = metadata.row_groups[unit.chunk];
    const groupMetadata = { ...metadata, row_groups: group === undefined ? [] : [group] };
    const columns: ArrayLike<unknown>[] = [];
    try {
      // One after another: the library leaves columns behind that fail while it starts on others.
      for (const { name } of this.#schema) {
        columns.push(await readValues(file, groupMetadata, name, this.#rowCount));
      }
    } catch (cause) {
      throw unreadableFile(unit.name, cause);
    }
    this.#columns = columns;
    this.#badRows = badRowsOf(this.#schema, this.#columns);
    this.#nextBad = 0;
  }

  fill(memory: () => ArrayBufferLike, batch: BatchLayout, allocate: (byteCount: number) => number): Filled {
    const bad = this.#badRows[this.#nextBad];
    const count = Math.min(batch.capacityRows, (bad?.row ?? this.#rowCount) - this.#nextRow);
    if (count === 0 && bad !== undefined) {
      this.#nextBad++;
      this.#nextRow++;
      return { reason: bad.reason, column: bad.column };
    }
    const range = { from: this.#nextRow, count };
    try {
      batch.columns.forEach((column, i) => {
        writeColumn({ memory, allocate }, column, this.#columns[i] ?? [], range);
      });
    } catch (cause) {
      throw unreadableFile(this.#unitName, cause);
    }
    this.#nextRow += count;
    return count;
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.#columns = [];
    this.#badRows = [];
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
    return { file, metadata: withRawTypes(metadata) };
  }
}

interface OpenedFile {
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
}

/** The values of one column of a row group. */
async function readValues(
  file: AsyncBuffer,
  metadata: FileMetaData,
  column: string,
  rowCount: number,
): Promise<ArrayLike<unknown>> {
  const pieces: ArrayLike<unknown>[] = [];
  await parquetRead({
    file,
    metadata,
    columns: [column],
    compressors,
    parsers: rawParsers,
    onChunk: ({ columnData }) => pieces.push(columnData),
  });
  const values = joined(pieces);
  if (values.length === rowCount) return values;
  throw new Error(`column "${column}" has ${values.length} values for ${rowCount} rows`);
}

function joined(pieces: readonly ArrayLike<unknown>[]): ArrayLike<unknown> {
  const [first = [], ...rest] = pieces;
  return rest.length === 0 ? first : pieces.flatMap((piece) => Array.from(piece));
}

interface NumberedBadRow extends BadRow {
  /** From the unit's first. */
  readonly row: number;
}

/** In ascending order; of a row its first column that is bad. */
function badRowsOf(schema: Schema, columns: readonly ArrayLike<unknown>[]): NumberedBadRow[] {
  const bad = new Map<number, NumberedBadRow>();
  for (const [i, { name, type, nullable }] of schema.entries()) {
    const values = columns[i] ?? [];
    if (nullable && type.kind !== 'varchar') continue;
    for (let row = 0; row < values.length; row++) {
      const value = values[row];
      if (value === invalidText) noteBad(bad, { row, reason: 'invalid_utf8', column: name });
      else if (!nullable && value == null)
        noteBad(bad, { row, reason: 'null_in_not_null_column', column: name });
    }
  }
  return [...bad.values()].sort((a, b) => a.row - b.row);
}

function noteBad(bad: Map<number, NumberedBadRow>, found: NumberedBadRow): void {
  if (!bad.has(found.row)) bad.set(found.row, found);
}

export function checkColumns(wanted: Schema, found: Schema, name: string): void {
  for (const column of wanted) {
    const other = found.find((candidate) => candidate.name === column.name);
    if (other !== undefined && holds(column.type, other.type)) continue;
    throw new VelostreamError(`column "${column.name}" cannot be read from "${name}"`, {
      code: 'source_format',
      ...(other ? otherType(column.type, other.type) : noColumn(column.name, found)),
    });
  }
}

interface Advice {
  readonly detail: string;
  readonly hint?: string;
}

function otherType(declared: SqlType, stored: SqlType): Advice {
  return { detail: `There it is of type ${printType(stored)}, declared is ${printType(declared)}.` };
}

function noColumn(name: string, found: Schema): Advice {
  const names = found.map((candidate) => candidate.name);
  const near = nearestName(name, names);
  return {
    detail: `The columns that can be read are: ${names.join(', ')}.`,
    hint:
      near === undefined
        ? 'Nested and repeated columns are left out, and types that SQL does not have.'
        : `Perhaps you meant "${near}".`,
  };
}

/** Whether every value of `stored` is one of `declared`, kept in the same form. */
function holds(declared: SqlType, stored: SqlType): boolean {
  if (declared.kind === 'decimal' && stored.kind === 'decimal') {
    return declared.scale === stored.scale && declared.precision >= stored.precision;
  }
  if (stored.kind === 'int') return ['int', 'bigint', 'double'].includes(declared.kind);
  return declared.kind === stored.kind;
}
