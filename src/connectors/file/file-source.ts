/**
 * Files as a source: a path, a glob or a directory. Each file is a split; a plain one is cut into chunks of
 * bytes that workers take in turn, a packed one and a pipe are a single unit, a Parquet file is cut at its
 * row groups.
 */
import { accessSync, constants } from 'node:fs';
import { VelostreamError } from '../../base/error.ts';
import type { Schema } from '../../columns/schema.ts';
import { inferCsvSchema } from '../../formats/csv/infer-csv-schema.ts';
import { csvSampleFault } from '../../formats/csv/sample-fault.ts';
import { inferJsonSchema } from '../../formats/json/infer-json-schema.ts';
import type { SourceConnector, SourcePlan, UnboundSource, WorkUnit } from '../../io/source.ts';
import { checkCsvOptions, csvOptionNames } from '../csv-options.ts';
import { checkOptionNames, countOption, flagOption, sourceOptionNames } from '../options.ts';
import { isPacked } from '../path-format.ts';
import { readError } from './file-reader.ts';
import { type ListedFile, listFiles } from './list-files.ts';
import { readHead } from './open-file-reader.ts';

export const fileSource: SourceConnector = {
  name: 'file',
  delivers: (source) => (source.format === 'parquet' ? 'columns' : 'bytes'),
  sample: async (source) => {
    checkOptions(source);
    return sampleOf(source);
  },
  inferSchema: async (source) => {
    checkOptions(source);
    return inferSchema(source);
  },
  plan: async (source) => {
    checkOptions(source);
    const files = readableFiles(source);
    if (source.format === 'parquet') {
      const { planParquetFiles } = await import('./parquet-files.ts');
      return planParquetFiles(files, source.schema);
    }
    return planByteFiles(files, countOption(source, 'chunk_bytes', 1) ?? chunkBytesDefault);
  },
};

/** Bytes of a chunk: small enough to share out evenly, large enough to make its hand-over free. */
const chunkBytesDefault = 1_048_576;

/** Bytes from which the form of a file's records is learnt. */
const sampleBytes = 1_048_576;

const formats = ['jsonl', 'csv', 'parquet'] as const;
type FileFormat = (typeof formats)[number];

const bytesOptions = ['path', 'format', 'chunk_bytes', ...sourceOptionNames];
const optionsByFormat: Readonly<Record<FileFormat, readonly string[]>> = {
  jsonl: bytesOptions,
  csv: [...bytesOptions, ...csvOptionNames],
  parquet: ['path', 'format', ...sourceOptionNames],
};

function checkOptions(source: UnboundSource): void {
  const format = formats.find((known) => known === source.format);
  if (format === undefined) {
    throw new VelostreamError(`"${source.relation}": files cannot be read in the format "${source.format}"`, {
      code: 'sql_invalid_option',
      hint: `The formats are ${formats.join(', ')}.`,
      option: 'format',
    });
  }
  checkOptionNames(source, optionsByFormat[format]);
  if (format === 'csv') checkCsvOptions(source);
}

export function pathOf(source: Pick<UnboundSource, 'relation' | 'options'>): string {
  const { path } = source.options;
  if (path !== undefined && path !== '') return path;
  throw new VelostreamError(`"${source.relation}" has no path`, {
    code: 'sql_invalid_option',
    hint: "Name the file, directory or glob: WITH (connector = 'file', path = 'data/*.jsonl', ...).",
    option: 'path',
  });
}

function readableFiles(source: UnboundSource): readonly ListedFile[] {
  const files = listFiles(pathOf(source));
  for (const { path } of files) {
    try {
      accessSync(path, constants.R_OK);
    } catch (cause) {
      throw readError(path, cause);
    }
  }
  return files;
}

/** Of the first file in which there is something. */
async function sampleOf(source: UnboundSource): Promise<Uint8Array> {
  for (const { path, byteCount } of readableFiles(source)) {
    // Reading a pipe ahead would take away what the job is to read.
    if (byteCount === 0 || byteCount === Number.POSITIVE_INFINITY) continue;
    const head = await readHead({ name: path, compression: isPacked(path) ? 'gzip' : 'none' }, sampleBytes);
    if (source.format === 'csv') checkCsvSample(source, path, head);
    if (head.length === sampleBytes) return head.subarray(0, head.lastIndexOf(lineFeed) + 1 || sampleBytes);
    if (head.length > 0) return head;
  }
  return new Uint8Array(0);
}

function checkCsvSample(source: UnboundSource, path: string, sample: Uint8Array): void {
  const { quote = '"' } = source.options;
  const detail = csvSampleFault(sample, {
    quote: quote === '' ? undefined : quote.charCodeAt(0),
    hasHeader: flagOption(source, 'header', true),
  });
  if (detail === undefined) return;
  throw new VelostreamError(`file "${path}" cannot be read as CSV`, { code: 'source_format', detail });
}

const lineFeed = 10;

async function inferSchema(source: UnboundSource): Promise<Schema> {
  if (source.format === 'parquet') {
    const [first] = readableFiles(source);
    const { schemaOfParquetFile } = await import('./parquet-files.ts');
    return schemaOfParquetFile(first?.path ?? '');
  }
  const sample = await sampleOf(source);
  if (source.format === 'jsonl') return inferJsonSchema(sample, source.relation);
  return inferCsvSchema(sample, {
    relation: source.relation,
    delimiter: source.options.delimiter ?? ',',
    quote: source.options.quote ?? '"',
    hasHeader: flagOption(source, 'header', true),
  });
}

/** Cuts files of bytes into units. */
export function planByteFiles(files: readonly ListedFile[], chunkBytes: number): SourcePlan {
  const units = files.flatMap((file, split) => unitsOf(file, split, chunkBytes));
  return { units, byteCount: units.reduce((sum, unit) => sum + unit.byteCount, 0) };
}

function unitsOf(file: ListedFile, split: number, chunkBytes: number): readonly WorkUnit[] {
  const { path, byteCount } = file;
  const isStream = byteCount === Number.POSITIVE_INFINITY;
  if (isStream || isPacked(path)) {
    const end = Number.POSITIVE_INFINITY;
    const compression = isPacked(path) ? 'gzip' : 'none';
    const size = isStream ? 0 : byteCount;
    return [{ split, chunk: 0, name: path, start: 0, end, splitEnd: end, byteCount: size, compression }];
  }
  return Array.from({ length: Math.ceil(byteCount / chunkBytes) }, (_, chunk): WorkUnit => {
    const start = chunk * chunkBytes;
    const end = Math.min(start + chunkBytes, byteCount);
    const size = end - start;
    return {
      split,
      chunk,
      name: path,
      start,
      end,
      splitEnd: byteCount,
      byteCount: size,
      compression: 'none',
    };
  });
}
