/**
 * The worker's side of files of bytes: plain ones at any position, packed ones and pipes from their
 * beginning.
 */
import { closeSync, constants, createReadStream, open, openSync, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { ByteReader, WorkUnit } from '../../io/source.ts';
import { type OpenedPipe, PipeReader } from '../pipe-reader.ts';
import { StreamReader } from '../stream-reader.ts';
import { FileReader, readError } from './file-reader.ts';

/** Reads every kind by what the unit says. */
export function openFileReader(): ByteReader {
  const toError = (unit: WorkUnit, cause: unknown): Error => readError(unit.name, cause);
  const plain = new FileReader();
  const streamed = new StreamReader(openStream, toError);
  const pipe = new PipeReader({ openPipe, toError });
  let current: ByteReader = plain;
  return {
    open: (unit) => {
      const isPlain = unit.end !== Number.POSITIVE_INFINITY;
      const isPipe = unit.compression === 'none' && isNamedPipe(unit.name);
      current = isPlain ? plain : isPipe ? pipe : streamed;
      current.open(unit);
    },
    read: (target, position, byteCount) => current.read(target, position, byteCount),
    ready: () => current.ready(),
    close: () => {
      for (const reader of [plain, streamed, pipe]) reader.close();
    },
  };
}

/**
 * Opening a named pipe waits for its writer, and nothing ends that wait but a writer: who gives up is one for
 * a moment. Without it the thread could not end. Source: fifo(7).
 */
function openPipe({ name }: WorkUnit, onOpen: (opened: OpenedPipe) => void): () => void {
  open(name, 'r', (cause, descriptor) => onOpen(cause === null ? { descriptor } : { cause }));
  return () => releasePipe(name);
}

const streamBytes = 262_144;

function openStream(unit: Pick<WorkUnit, 'name' | 'compression'>): Readable {
  const raw = openRaw(unit.name);
  if (unit.compression === 'none') return raw;
  // Only packed files need zlib, and workers should start fast.
  const { createGunzip } = process.getBuiltinModule('node:zlib');
  const inflated = createGunzip({ chunkSize: streamBytes });
  raw.on('error', (error) => inflated.destroy(error));
  inflated.on('close', () => raw.destroy());
  return raw.pipe(inflated);
}

/** The same for what is packed, or a device. */
function openRaw(path: string): Readable {
  let isOpen = false;
  const raw = createReadStream(path, { highWaterMark: streamBytes });
  raw.once('open', () => {
    isOpen = true;
  });
  const destroy = raw.destroy.bind(raw);
  raw.destroy = (error) => {
    if (!isOpen) releasePipe(path);
    return destroy(error);
  };
  return raw;
}

function isNamedPipe(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFIFO() ?? false;
}

function releasePipe(path: string): void {
  try {
    if (isNamedPipe(path)) closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK));
  } catch {
    // Nobody waits there, then.
  }
}

/** The first bytes of a file, unpacked; at most `byteCount`. */
export async function readHead(
  unit: Pick<WorkUnit, 'name' | 'compression'>,
  byteCount: number,
): Promise<Uint8Array> {
  const head = new Uint8Array(byteCount);
  let filled = 0;
  const stream = openStream(unit);
  try {
    for await (const bytes of stream as AsyncIterable<Uint8Array>) {
      const part = bytes.subarray(0, byteCount - filled);
      head.set(part, filled);
      filled += part.length;
      if (filled === byteCount) break;
    }
  } catch (cause) {
    // A damaged end does not matter to those who look at the beginning.
    if (filled === 0) throw readError(unit.name, cause);
  } finally {
    stream.destroy();
  }
  return head.subarray(0, filled);
}
