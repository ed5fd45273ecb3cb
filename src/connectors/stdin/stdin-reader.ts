/**
 * Standard input as a worker reads it, through the event loop where it can be waited for (a pipe, a
 * terminal), so that a job can be stopped while nothing comes.
 */
import { createReadStream, fstatSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { VelostreamError } from '../../base/error.ts';
import type { ByteReader } from '../../io/source.ts';
import { causeText } from '../cause-text.ts';
import { StreamReader } from '../stream-reader.ts';

const descriptor = 0;

export function openStandardInput(): ByteReader {
  return new StreamReader(openStream, (_unit, cause) => unreadable(cause));
}

function openStream(): Readable {
  try {
    const stat = fstatSync(descriptor);
    if (stat.isFIFO() || stat.isSocket()) {
      const { Socket } = process.getBuiltinModule('node:net');
      return new Socket({ fd: descriptor, readable: true, writable: false });
    }
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
