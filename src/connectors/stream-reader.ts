/**
 * Reads bytes that come when they come: standard input, or a file inflated on the way. The stream fills a
 * small queue on the event loop; `read` takes from it without waiting.
 */
import type { Readable } from 'node:stream';
import type { ByteReader, WorkUnit } from '../io/source.ts';

/** The stream pauses while more than this waits to be read. */
const queuedBytesMax = 1_048_576;

export class StreamReader implements ByteReader {
  readonly #openStream: (unit: WorkUnit) => Readable;
  readonly #toError: (unit: WorkUnit, cause: unknown) => Error;
  #stream: Readable | undefined;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #hasEnded = false;
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(openStream: (unit: WorkUnit) => Readable, toError: (unit: WorkUnit, cause: unknown) => Error) {
    this.#openStream = openStream;
    this.#toError = toError;
  }

  open(unit: WorkUnit): void {
    this.close();
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#hasEnded = false;
    this.#failure = undefined;
    const stream = this.#openStream(unit);
    this.#stream = stream;
    stream.on('data', (bytes: Uint8Array) => {
      if (this.#stream !== stream) return;
      this.#queue.push(bytes);
      this.#queuedBytes += bytes.length;
      if (this.#queuedBytes > queuedBytesMax) stream.pause();
      this.#awake();
    });
    stream.on('end', () => {
      if (this.#stream !== stream) return;
      this.#hasEnded = true;
      this.#awake();
    });
    stream.on('error', (cause) => {
      if (this.#stream !== stream) return;
      this.#failure = this.#toError(unit, cause);
      this.#awake();
    });
  }

  read(target: Uint8Array, _position: number, byteCount: number): number | 'wait' {
    let taken = 0;
    for (let first = this.#queue[0]; first !== undefined && taken < byteCount; first = this.#queue[0]) {
      const part = first.subarray(0, byteCount - taken);
      target.set(part, taken);
      taken += part.length;
      if (part.length === first.length) this.#queue.shift();
      else this.#queue[0] = first.subarray(part.length);
    }
    this.#queuedBytes -= taken;
    if (this.#queuedBytes <= queuedBytesMax && this.#stream?.isPaused()) this.#stream.resume();
    if (taken > 0) return taken;
    if (this.#failure !== undefined) throw this.#failure;
    return this.#hasEnded ? 0 : 'wait';
  }

  ready(): Promise<void> {
    if (this.#queue.length > 0 || this.#hasEnded || this.#failure) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  close(): void {
    this.#stream?.destroy();
    this.#stream = undefined;
  }

  #awake(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
