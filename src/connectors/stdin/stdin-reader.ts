/**
 * Standard input as a worker reads it, so that it can be waited for (a pipe, a terminal) and a job can be
 * stopped while nothing comes.
 */
import { createReadStream, fstatSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { VelostreamError } from '../../base/error.ts';
import type { ByteReader, WorkUnit } from '../../io/source.ts';
import { causeText } from '../cause-text.ts';
import { type OpenedPipe, PipeReader } from '../pipe-reader.ts';
import { StreamReader } from '../stream-reader.ts';

const descriptor = 0;

export function openStandardInput(): ByteReader {
  const toError = (_unit: WorkUnit, cause: unknown): VelostreamError => unreadable(cause);
  return isPipe() ? new PipeReader({ openPipe, toError }) : new StreamReader(openStream, toError);
}

function openPipe(_unit: WorkUnit, onOpen: (opened: OpenedPipe) => void): () => void {
  onOpen({ descriptor });
  return () => {};
}

function isPipe(): boolean {
  try {
    const stat = fstatSync(descriptor);
    return stat.isFIFO() || stat.isSocket();
  } catch (cause) {
    throw unreadable(cause);
  }
}

function openStream(): Readable {
  try {
    const { isatty, ReadStream } = process.getBuiltinModule('node:tty');
    return isatty(descriptor) ? new ReadStream(descriptor) : createReadStream('', { fd: descriptor });
  } catch (cause) {
    throw unreadable(cause);
  }
}

function unreadable(cause: unknown): VelostreamError {
  return new VelostreamError('standard input cannot be read', {
    code: 'source_unavailable',
    domain: 'external',
    detail: causeText(cause),
    cause,
  });
}
