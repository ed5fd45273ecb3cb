/**
 * Writes a large file of text from pieces that are already bytes, through one buffer, so that hundreds of
 * megabytes take seconds. Every append must fit into `recordBytesMax` between two calls of `endRecord`.
 */
import { closeSync, openSync, writeSync } from 'node:fs';

const bufferBytes = 1 << 22;
const recordBytesMax = 1 << 16;

export class ByteWriter {
  readonly #file: number;
  readonly #bytes: Buffer = Buffer.allocUnsafe(bufferBytes);
  #length = 0;
  #written = 0;

  constructor(path: string) {
    this.#file = openSync(path, 'w');
  }

  /** Bytes appended so far. */
  get byteCount(): number {
    return this.#written + this.#length;
  }

  piece(piece: Uint8Array): void {
    const bytes = this.#bytes;
    let at = this.#length;
    for (let i = 0; i < piece.length; i++) bytes[at++] = piece[i]!;
    this.#length = at;
  }

  byte(value: number): void {
    this.#bytes[this.#length++] = value;
  }

  /** A whole number from 0 to 2^53. */
  digits(value: number): void {
    let count = 1;
    for (let limit = 10; value >= limit; limit *= 10) count++;
    let rest = value;
    for (let at = this.#length + count - 1; at >= this.#length; at--) {
      const next = Math.floor(rest / 10);
      this.#bytes[at] = 48 + (rest - next * 10);
      rest = next;
    }
    this.#length += count;
  }

  endRecord(): void {
    this.byte(10);
    if (this.#length > bufferBytes - recordBytesMax) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    for (let at = 0; at < this.#length; ) {
      at += writeSync(this.#file, this.#bytes, at, this.#length - at);
    }
    this.#written += this.#length;
    this.#length = 0;
  }
}

export function pieceOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
