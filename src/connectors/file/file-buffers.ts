/**
 * A file as the random-access buffer that columnar formats read from; what it opens stays open until `close`.
 * A range that the file does not have is an error of its format, for the format to tell.
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
      return {
        byteLength,
        slice: (start, end = byteLength) => {
          if (start < 0 || end < start || end > byteLength) throw new Error(shorterText);
          return readRange(path, descriptor, start, end);
        },
      };
    } catch (cause) {
      throw readError(path, cause);
    }
  }

  close(): void {
    for (const descriptor of this.#descriptors.values()) closeSync(descriptor);
    this.#descriptors.clear();
  }
}

const shorterText = 'the file is shorter than it says';

function readRange(path: string, descriptor: number, start: number, end: number): ArrayBuffer {
  const bytes = new Uint8Array(end - start);
  for (let at = 0; at < bytes.length; ) {
    const got = readAt(path, descriptor, bytes.subarray(at), start + at);
    if (got === 0) throw new Error(shorterText);
    at += got;
  }
  return bytes.buffer;
}

function readAt(path: string, descriptor: number, target: Uint8Array, position: number): number {
  try {
    return readSync(descriptor, target, 0, target.length, position);
  } catch (cause) {
    throw readError(path, cause);
  }
}
