/**
 * Line numbers for messages: which line of a file a byte is on. Lines are counted only when somebody asks,
 * once per mebibyte of the file, so that a run without bad records pays nothing and one with many reads the
 * file once more.
 */
import { closeSync, openSync, readSync } from 'node:fs';

const blockBytes = 1_048_576;
const lineFeed = 10;

export class LineNumbers {
  /** For each file: the line feeds in front of each of its blocks, as far as they have been counted. */
  readonly #counts = new Map<string, number[]>();
  readonly #block = new Uint8Array(blockBytes);

  /** The line of the byte at `offset`, from 1; undefined where the file cannot be read again. */
  lineAt(path: string, offset: number): number | undefined {
    let descriptor: number | undefined;
    try {
      descriptor = openSync(path, 'r');
      return this.#count(path, descriptor, offset) + 1;
    } catch {
      return undefined;
    } finally {
      if (descriptor !== undefined) closeSync(descriptor);
    }
  }

  #count(path: string, descriptor: number, offset: number): number {
    const counts = this.#counts.get(path) ?? [0];
    this.#counts.set(path, counts);
    const block = Math.floor(offset / blockBytes);
    while (counts.length <= block) {
      const start = (counts.length - 1) * blockBytes;
      counts.push((counts.at(-1) ?? 0) + this.#lineFeeds(descriptor, start, blockBytes));
    }
    return (counts[block] ?? 0) + this.#lineFeeds(descriptor, block * blockBytes, offset % blockBytes);
  }

  #lineFeeds(descriptor: number, start: number, byteCount: number): number {
    const got = readSync(descriptor, this.#block, 0, byteCount, start);
    const bytes = this.#block.subarray(0, got);
    let count = 0;
    for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) count++;
    return count;
  }
}
