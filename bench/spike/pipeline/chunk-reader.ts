/**
 * Reads the file in ordered chunks taken from a shared counter; a chunk owns the records that start in it.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { chunkBytes, chunkTailBytes } from './layout.ts';
import { takeChunk } from './ring.ts';

const lineFeed = 10;

/** Where a chunk's records lie in memory: the first starts at `from`, the last before `end`. */
export interface ChunkRange {
  readonly from: number;
  readonly end: number;
}

export class ChunkReader {
  readonly #file: number;
  readonly #fileBytes: number;
  readonly #bytes: Uint8Array;
  readonly #input: number;
  readonly #counter: Int32Array;

  constructor(
    path: string,
    fileBytes: number,
    into: { bytes: Uint8Array; input: number; counter: Int32Array },
  ) {
    this.#file = openSync(path, 'r');
    this.#fileBytes = fileBytes;
    this.#bytes = into.bytes;
    this.#input = into.input;
    this.#counter = into.counter;
  }

  /** The next chunk that holds a record's start, or undefined at the end of the file. */
  next(): ChunkRange | undefined {
    const start = takeChunk(this.#counter) * chunkBytes;
    if (start >= this.#fileBytes) {
      closeSync(this.#file);
      return undefined;
    }
    const before = start === 0 ? 0 : 1;
    const wanted = Math.min(before + chunkBytes + chunkTailBytes, this.#fileBytes - start + before);
    const at = this.#input - before;
    const count = readSync(this.#file, this.#bytes, at, wanted, start - before);
    if (count !== wanted) throw new Error(`the file ended ${wanted - count} bytes early`);
    const readEnd = at + count;
    if (start - before + count === this.#fileBytes && this.#bytes[readEnd - 1] !== lineFeed) {
      this.#bytes[readEnd] = lineFeed;
    }
    const end = this.#input + Math.min(chunkBytes, this.#fileBytes - start);
    const from = start === 0 ? this.#input : this.#bytes.indexOf(lineFeed, at) + 1;
    return { from: Math.min(from, end), end };
  }
}
