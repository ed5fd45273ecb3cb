/**
 * A file as the random-access buffer that columnar formats read from; what it opens stays open until `close`.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { readError } from './file-reader.ts';

export interface FileBuffer {
  readonly byteLength: number;
  slice(start: number, end?: number): ArrayBuffer;
}

export class FileBuffers {
  readonly #descriptors = new Map<string, number>();

  open(path: string): FileBuffer {
    try {
      const descriptor = this.#descriptors.get(path) ?? openSync(path, 'r');
      this.#descriptors.set(path, descriptor);
      const byteLength = fstatSync(descriptor).size;
      return { byteLength, slice: (start, end = byteLength) => readRange(path, descriptor, start, end) };
    } catch (cause) {
      throw readError(path, cause);
    }
  }

  close(): void {
    for (const descriptor of this.#descriptors.values()) closeSync(descriptor);
    this.#descriptors.clear();
  }
}

function readRange(path: string, descriptor: number, start: number, end: number): ArrayBuffer {
  const bytes = new Uint8Array(end - start);
  for (let at = 0; at < bytes.length; ) {
    const got = readSync(descriptor, bytes, at, bytes.length - at, start + at);
    if (got === 0) throw readError(path, new Error('the file is shorter than its footer says'));
    at += got;
  }
  return bytes.buffer;
}
