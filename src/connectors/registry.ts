/**
 * The one place that knows all connectors. The coordinator's side of each is loaded when a statement names
 * it; a worker's side is here at once, but for what is large.
 */
import { unreachable } from '../base/assert.ts';
import { VelostreamError } from '../base/error.ts';
import { nearestName } from '../base/nearest-name.ts';
import type { SinkConnector } from '../io/sink.ts';
import type { ByteReader, ColumnReader, SourceConnector, WorkerConnectors } from '../io/source.ts';
import type { SourceSpec } from '../job/job-graph.ts';
import { openFileReader } from './file/open-file-reader.ts';
import { LazyColumnReader } from './lazy-column-reader.ts';
import { openStandardInput } from './stdin/stdin-reader.ts';

type Loaders<T> = ReadonlyMap<string, () => Promise<T>>;

const sources: Loaders<SourceConnector> = new Map([
  ['file', async () => (await import('./file/file-source.ts')).fileSource],
  ['stdin', async () => (await import('./stdin/stdin-source.ts')).stdinSource],
  ['datagen', async () => (await import('./datagen/datagen-source.ts')).datagenSource],
]);

const sinks: Loaders<SinkConnector> = new Map([
  ['stdout', async () => (await import('./stdout/stdout-sink.ts')).stdoutSink],
  ['file', async () => (await import('./file/file-sink.ts')).fileSink],
  ['blackhole', async () => (await import('./blackhole/blackhole-sink.ts')).blackholeSink],
]);

export function findSource(name: string): Promise<SourceConnector> {
  return find(name, sources, sinks, 'source');
}

export function findSink(name: string): Promise<SinkConnector> {
  return find(name, sinks, sources, 'sink');
}

function find<T>(name: string, loaders: Loaders<T>, others: Loaders<unknown>, role: string): Promise<T> {
  const load = loaders.get(name);
  if (load !== undefined) return load();
  const names = [...loaders.keys()];
  const near = nearestName(name, names);
  const message = others.has(name)
    ? `connector "${name}" cannot be a ${role}`
    : `there is no connector "${name}"`;
  throw new VelostreamError(message, {
    code: 'sql_invalid_option',
    detail: `There are ${names.join(', ')} as a ${role}.`,
    hint: near === undefined ? undefined : `Did you mean "${near}"?`,
    option: 'connector',
  });
}

export const workerConnectors: WorkerConnectors = { readBytes, readColumns };

function readBytes(source: SourceSpec): ByteReader {
  return source.connector === 'stdin' ? openStandardInput() : openFileReader();
}

function readColumns(source: SourceSpec): ColumnReader {
  const connector = source.connector as 'file' | 'datagen';
  switch (connector) {
    case 'file':
      return new LazyColumnReader(async () => {
        const { openParquetFiles } = await import('./file/parquet-files.ts');
        return openParquetFiles(source.schema);
      });
    case 'datagen':
      return new LazyColumnReader(async () => {
        const { DatagenReader } = await import('./datagen/datagen-reader.ts');
        return new DatagenReader(source);
      });
    default:
      return unreachable(connector);
  }
}
