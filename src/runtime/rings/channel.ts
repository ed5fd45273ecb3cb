/**
 * The two ways from one task to another: through a ring to another thread, or straight to a task beside it.
 */

import type { Channel, PrivateMemory } from '../../operators/operator.ts';
import { pageExtent } from '../../operators/output/page-buffer.ts';
import type { Counters } from '../counters.ts';
import type { Doorbell } from './doorbell.ts';
import type { Inlet } from './inlet.ts';
import type { RingWriter } from './ring.ts';

export interface RingChannelOptions {
  readonly memory: PrivateMemory;
  readonly ring: RingWriter;
  /** The receiver's. */
  readonly doorbell: Doorbell;
  readonly counters: Counters;
}

export class RingChannel implements Channel {
  readonly #options: RingChannelOptions;

  constructor(options: RingChannelOptions) {
    this.#options = options;
  }

  get isSending(): boolean {
    return this.#options.ring.isSending;
  }

  trySendPage(address: number): boolean {
    const { rowsEnd, heapStart, heapBytes } = pageExtent(this.#options.memory.view(), address);
    return this.#send({ address, headBytes: rowsEnd, heapStart, heapBytes, isPage: true });
  }

  trySendBytes(address: number, byteCount: number): boolean {
    return this.#send({ address, headBytes: byteCount, heapStart: 0, heapBytes: 0, isPage: false });
  }

  tryEnd(): boolean {
    const isSent = this.#options.ring.tryEnd();
    this.#options.doorbell.ring();
    return isSent;
  }

  #send(message: Parameters<RingWriter['trySend']>[0]): boolean {
    const isSent = this.#options.ring.trySend(message);
    // Also when only a part went: the receiver must take it before the rest can follow.
    this.#options.doorbell.ring();
    if (isSent) {
      this.#options.counters.add('pagesSent', 1);
      this.#options.counters.add('bytesSent', message.headBytes + message.heapBytes);
    }
    return isSent;
  }
}

/** Hands pages to a task of the same worker; its memory is the sender's. */
export class LocalChannel implements Channel {
  readonly isSending = false;
  readonly #inlet: Inlet;

  constructor(inlet: Inlet) {
    this.#inlet = inlet;
  }

  trySendPage(address: number): boolean {
    return this.#inlet.acceptLocal(address);
  }

  trySendBytes(): boolean {
    throw new Error('assertion failed: bytes travel to the coordinator only');
  }

  tryEnd(): boolean {
    this.#inlet.localEnded();
    return true;
  }
}
