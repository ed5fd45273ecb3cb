/**
 * Line numbers for messages and dead letters: which line of a file a byte is on. Lines are counted only when
 * somebody asks, once for each part of the file, and noted every few kilobytes, so that a run without bad
 * records pays nothing and one with many reads the file once more and a few kilobytes for each of them.
 */
import { closeSync, openSync, readSync } from 'node:fs';

/** A multiple of `segmentBytes`. */
const blockBytes = 1_048_576;
const segmentBytes = 4096;
const lineFeed = 10;

export class LineNumbers {
  /** For each file: the line feeds in front of each of its segments, as far as they have been counted. */
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
    const segment = Math.floor(offset / segmentBytes);
    while (counts.length <= segment) this.#countBlock(descriptor, counts);
    const bytes = this.#read(descriptor, segment * segmentBytes, offset % segmentBytes);
    return (counts[segment] ?? 0) + lineFeedsIn(bytes);
  }

  /** Notes what stands in front of each segment of the next block, and of the one behind it. */
  #countBlock(descriptor: number, counts: number[]): void {
    const bytes = this.#read(descriptor, (counts.length - 1) * segmentBytes, blockBytes);
    for (let start = 0; start < blockBytes; start += segmentBytes) {
      counts.push((counts.at(-1) ?? 0) + lineFeedsIn(bytes.subarray(start, start + segmentBytes)));
    }
  }

  #read(descriptor: number, start: number, byteCount: number): Uint8Array {
    return this.#block.subarray(0, readSync(descriptor, this.#block, 0, byteCount, start));
  }
}

function lineFeedsIn(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) count++;
  return count;
}
