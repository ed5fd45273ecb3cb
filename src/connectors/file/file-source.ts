/**
 * Files as a source: a path, a glob or a directory. Each file is a split; a plain one is cut into chunks of bytes that
 * workers take in turn, a packed one is a single unit, a Parquet file is cut at its row groups.
 */
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { VelostreamError } from '../../base/error.ts';
import type { ByteReader, SourcePlan, WorkUnit } from '../../io/source.ts';
import type { SourceSpec } from '../../job/job-graph.ts';
import { FileReader, readError } from './file-reader.ts';
import type { ListedFile } from './list-files.ts';
import { StreamReader } from './stream-reader.ts';

/** Bytes of a chunk: small enough to share out evenly, large enough to make its hand-over free. */
export const chunkBytesDefault = 1_048_576;

export function pathOf(source: Pick<SourceSpec, 'relation' | 'options'>): string {
  const path = source.options.path;
  if (path !== undefined && path !== '') return path;
  throw new VelostreamError(`"${source.relation}" has no path`, {
    code: 'sql_invalid_option',
    hint: "Name the file, directory or glob: WITH (connector = 'file', path = 'data/*.jsonl', ...).",
  });
}

export function isPacked(path: string): boolean {
  return path.endsWith('.gz');
}

/** Cuts files of bytes into units. */
export function planByteFiles(files: readonly ListedFile[], chunkBytes: number): SourcePlan {
  const units = files.flatMap((file, split) => unitsOf(file, split, chunkBytes));
  return { units, byteCount: files.reduce((sum, file) => sum + file.byteCount, 0) };
}

function unitsOf(file: ListedFile, split: number, chunkBytes: number): readonly WorkUnit[] {
  const { path, byteCount } = file;
  if (isPacked(path)) {
    const end = Number.POSITIVE_INFINITY;
    return [{ split, chunk: 0, name: path, start: 0, end, splitEnd: end, byteCount, compression: 'gzip' }];
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

/** Reads packed and plain files alike, by what the unit says. */
export function openFileReader(): ByteReader {
  const plain = new FileReader();
  const packed = new StreamReader(
    (unit) => {
      const inflated = createGunzip();
      const raw = createReadStream(unit.name);
      raw.on('error', (error) => inflated.destroy(error));
      return raw.pipe(inflated);
    },
    (unit, cause) => readError(unit.name, cause),
  );
  let current: ByteReader = plain;
  return {
    open: (unit) => {
      current = unit.compression === 'gzip' ? packed : plain;
      current.open(unit);
    },
    read: (target, position, byteCount) => current.read(target, position, byteCount),
    ready: () => current.ready(),
    close: () => {
      plain.close();
      packed.close();
    },
  };
}
