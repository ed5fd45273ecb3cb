/** Parquet files of the file system: their schema, their row groups as units, and the reader of a worker. */
import type { Schema } from '../../columns/schema.ts';
import { readParquetMetadata, unitsOfParquet } from '../../formats/parquet/parquet-metadata.ts';
import { checkColumns, ParquetReader } from '../../formats/parquet/parquet-reader.ts';
import { schemaOfParquet } from '../../formats/parquet/parquet-schema.ts';
import type { ColumnReader, SourcePlan, WorkUnit } from '../../io/source.ts';
import { FileBuffers } from './file-buffers.ts';
import type { ListedFile } from './list-files.ts';

export async function schemaOfParquetFile(path: string): Promise<Schema> {
  const buffers = new FileBuffers();
  try {
    return schemaOfParquet(await readParquetMetadata(buffers.open(path), path));
  } finally {
    buffers.close();
  }
}

/** Every file has to have the columns of `schema`. */
export async function planParquetFiles(files: readonly ListedFile[], schema: Schema): Promise<SourcePlan> {
  const units: WorkUnit[] = [];
  for (const [split, { path }] of files.entries()) {
    const buffers = new FileBuffers();
    try {
      const metadata = await readParquetMetadata(buffers.open(path), path);
      checkColumns(schema, schemaOfParquet(metadata), path);
      units.push(...unitsOfParquet(metadata, path, split));
    } finally {
      buffers.close();
    }
  }
  return { units, byteCount: units.reduce((sum, unit) => sum + unit.byteCount, 0) };
}

/** `schema`: the columns to read, in the order of the batch. */
export function openParquetFiles(schema: Schema): ColumnReader {
  const buffers = new FileBuffers();
  const reader = new ParquetReader((name) => buffers.open(name), schema);
  return {
    open: (unit) => reader.open(unit),
    fill: (memory, batch, allocate) => reader.fill(memory, batch, allocate),
    ready: () => reader.ready(),
    close: () => {
      reader.close();
      buffers.close();
    },
  };
}
