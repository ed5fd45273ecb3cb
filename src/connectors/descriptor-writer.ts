/**
 * The one writer of an output descriptor. Writes happen in the order in which they are asked for; each is
 * whole when its promise settles, whatever the descriptor takes at a time. Source: write(2): EAGAIN, short
 * writes, EPIPE.
 */
import { write as writeDescriptor } from 'node:fs';
import { VelostreamError } from '../base/error.ts';
import { sleep, systemTimers, type Timers } from '../base/timers.ts';
import { causeText } from './cause-text.ts';
import { ReaderGone } from './reader-gone.ts';

export type WriteBytes = (bytes: Uint8Array, offset: number) => Promise<number>;

const waitMillisMin = 1;
const waitMillisMax = 32;

export class DescriptorWriter {
  readonly #name: string;
  readonly #write: WriteBytes;
  readonly #timers: Timers;
  #last: Promise<void> = Promise.resolve();

  constructor(name: string, write: WriteBytes, timers: Timers = systemTimers) {
    this.#name = name;
    this.#write = write;
    this.#timers = timers;
  }

  /** The bytes must not change before the promise settles. */
  write(bytes: Uint8Array): Promise<void> {
    const written = this.#last.then(() => this.#writeAll(bytes));
    this.#last = written.catch(() => undefined);
    return written;
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    let waitMillis = waitMillisMin;
    for (let at = 0; at < bytes.length; ) {
      try {
        at += await this.#write(bytes, at);
        waitMillis = waitMillisMin;
      } catch (cause) {
        const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
        if (code === 'EPIPE') throw new ReaderGone(cause);
        if (code !== 'EAGAIN') throw this.#error(cause);
        // Somebody set the descriptor to answer at once; a timer is the portable way to wait for it.
        await sleep(this.#timers, waitMillis);
        waitMillis = Math.min(2 * waitMillis, waitMillisMax);
      }
    }
  }

  #error(cause: unknown): VelostreamError {
    return new VelostreamError(`${this.#name} cannot be written`, {
      code: 'sink_write',
      domain: 'external',
      detail: causeText(cause),
      cause,
    });
  }
}

/** Of the process; all who print rows share it. */
export const standardOutput: DescriptorWriter = new DescriptorWriter('standard output', writeTo(1));

export function writeTo(descriptor: number): WriteBytes {
  return (bytes, offset) =>
    new Promise((resolve, reject) => {
      writeDescriptor(descriptor, bytes, offset, bytes.length - offset, null, (error, byteCount) => {
        if (error === null) resolve(byteCount);
        else reject(error);
      });
    });
}
