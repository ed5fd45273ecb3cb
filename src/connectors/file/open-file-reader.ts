/**
 * The worker's side of files of bytes: plain ones at any position, packed ones and pipes from their
 * beginning.
 */
import { closeSync, constants, createReadStream, openSync, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { ByteReader, WorkUnit } from '../../io/source.ts';
import { StreamReader } from '../stream-reader.ts';
import { FileReader, readError } from './file-reader.ts';

/** Reads every kind by what the unit says. */
export function openFileReader(): ByteReader {
  const plain = new FileReader();
  const streamed = new StreamReader(openStream, (unit, cause) => readError(unit.name, cause));
  let current: ByteReader = plain;
  return {
    open: (unit) => {
      current = unit.end === Number.POSITIVE_INFINITY ? streamed : plain;
      current.open(unit);
    },
    read: (target, position, byteCount) => current.read(target, position, byteCount),
    ready: () => current.ready(),
    close: () => {
      plain.close();
      streamed.close();
    },
  };
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

/**
 * Opening a named pipe waits for its writer, and nothing ends that wait but a writer: when the stream is
 * given up before, we are one for a moment. Without it the thread could not end. Source: fifo(7).
 */
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

function releasePipe(path: string): void {
  try {
    if (statSync(path).isFIFO()) closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK));
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
