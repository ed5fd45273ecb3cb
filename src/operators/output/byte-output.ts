/** The output of formatted text: one buffer, sent to the coordinator's thread as a byte block. */
import type { Channel, Output, PrivateMemory } from '../operator.ts';

export interface ByteOutputOptions {
  readonly memory: PrivateMemory;
  /** Cells (u32) that the format kernel reads and moves: next free byte, and the end of the buffer. */
  readonly nextCell: number;
  readonly endCell: number;
  readonly bufferBytes: number;
  readonly channel: Channel;
}

/** Kernels may store up to this many bytes past what they wrote. */
const slackBytes = 64;

export class ByteOutput implements Output {
  readonly #options: ByteOutputOptions;
  #start = 0;
  #bufferBytes: number;
  #blocked = false;

  constructor(options: ByteOutputOptions) {
    this.#options = options;
    this.#bufferBytes = options.bufferBytes;
    this.#install();
  }

  full(): void {
    this.#blocked = true;
  }

  /** One row is larger than the whole buffer. */
  oversized(): void {
    if (this.#pendingBytes() > 0) {
      this.full();
      return;
    }
    this.#replace(2 * this.#bufferBytes);
  }

  resume(): boolean {
    if (!this.#blocked) return true;
    if (!this.#send()) return false;
    this.#blocked = false;
    return true;
  }

  flush(): void {
    this.#send();
  }

  finish(): boolean {
    return this.resume() && this.#send() && this.#options.channel.tryEnd();
  }

  #pendingBytes(): number {
    return this.#options.memory.view().getUint32(this.#options.nextCell, true) - this.#start;
  }

  #send(): boolean {
    const byteCount = this.#pendingBytes();
    if (byteCount === 0) return true;
    if (!this.#options.channel.trySendBytes(this.#start, byteCount)) return false;
    this.#options.memory.view().setUint32(this.#options.nextCell, this.#start, true);
    // A buffer that was enlarged for one row is given back.
    if (this.#bufferBytes > this.#options.bufferBytes) this.#replace(this.#options.bufferBytes);
    return true;
  }

  #replace(bufferBytes: number): void {
    this.#options.memory.free(this.#start, this.#bufferBytes + slackBytes);
    this.#bufferBytes = bufferBytes;
    this.#install();
  }

  #install(): void {
    const { memory, nextCell, endCell } = this.#options;
    this.#start = memory.allocate(this.#bufferBytes + slackBytes);
    memory.view().setUint32(nextCell, this.#start, true);
    memory.view().setUint32(endCell, this.#start + this.#bufferBytes, true);
  }
}
