/**
 * Where the pages of one exchange arrive in one task: takes them from the in-rings in turn and passes them to
 * the consumer, each with its channel: the ring's index, and for the sender beside us the one after the last.
 * The rings' senders are woken when a slot becomes free.
 */
import { assert } from '../../base/assert.ts';
import { pageBytesFor } from '../../columns/page.ts';
import type { PageConsumer, PrivateMemory } from '../../operators/operator.ts';
import type { Counters } from '../counters.ts';
import type { Doorbell } from './doorbell.ts';
import type { RingReader } from './ring.ts';

/** The receiving end of a ring, as an inlet uses it. */
export type PageRing = Pick<RingReader, 'hasMessage' | 'tryReceive'>;

export interface InRing {
  readonly ring: PageRing;
  /** The sender's. */
  readonly doorbell: Doorbell;
}

export interface InletOptions {
  readonly memory: PrivateMemory;
  readonly consumer: PageConsumer;
  readonly rings: readonly InRing[];
  /** All senders, the one beside us included. */
  readonly senderCount: number;
  readonly counters: Counters;
  /** The consumer failed: true where the failure was confined and the consumer replaced. */
  readonly onFailure: (error: unknown) => boolean;
}

/** A page being received: it may come in fragments and may have to wait for the consumer. */
class Landing {
  address = 0;
  byteCount = 0;
  isWaiting = false;
  readonly #usualBytes: number;

  /** It takes its memory with the first page. */
  constructor(usualBytes: number) {
    this.#usualBytes = usualBytes;
  }

  /** Makes room, keeping what has arrived. */
  reserve(memory: PrivateMemory, byteCount: number): number {
    if (byteCount <= this.byteCount) return this.address;
    // Doubled, because a large page comes in many fragments.
    const grownBytes = Math.max(byteCount, 2 * this.byteCount, this.#usualBytes);
    const grown = memory.allocate(grownBytes);
    memory.bytes().copyWithin(grown, this.address, this.address + this.byteCount);
    this.#free(memory);
    this.address = grown;
    this.byteCount = grownBytes;
    return grown;
  }

  /** The page was taken: what it needed beyond the usual is given back. */
  release(memory: PrivateMemory): void {
    if (this.byteCount > this.#usualBytes) this.#free(memory);
  }

  #free(memory: PrivateMemory): void {
    if (this.byteCount > 0) memory.free(this.address, this.byteCount);
    this.byteCount = 0;
  }
}

export class Inlet {
  readonly #options: InletOptions;
  readonly #landings: Landing[];
  #consumer: PageConsumer;
  /** The channels that have ended, in that order. */
  readonly #ended: number[] = [];
  #turn = 0;

  constructor(options: InletOptions) {
    this.#options = options;
    this.#consumer = options.consumer;
    const usualBytes = pageBytesFor(options.senderCount);
    this.#landings = options.rings.map(() => new Landing(usualBytes));
  }

  /** Whether some ring has something to take. */
  get hasInput(): boolean {
    return this.#options.rings.some(({ ring }) => ring.hasMessage);
  }

  /** Takes at most one page from each ring; whether anything was taken. */
  poll(): boolean {
    const { rings } = this.#options;
    let worked = false;
    for (let i = 0; i < rings.length; i++) {
      const index = (this.#turn + i) % rings.length;
      if (this.#pollRing(index)) worked = true;
    }
    this.#turn = (this.#turn + 1) % Math.max(1, rings.length);
    return worked;
  }

  acceptLocal(address: number): boolean {
    return this.#deliver(address, this.#localChannel);
  }

  localEnded(): void {
    this.#endChannel(this.#localChannel);
  }

  /** From now on everything goes to `consumer`, which is told what has ended before. */
  replaceConsumer(consumer: PageConsumer): void {
    this.#consumer = consumer;
    for (const [index, channel] of this.#ended.entries()) {
      consumer.endChannel(channel, this.#options.senderCount - index - 1);
    }
  }

  get #localChannel(): number {
    return this.#options.rings.length;
  }

  #endChannel(channel: number): void {
    assert(!this.#ended.includes(channel), 'a sender ends once');
    this.#ended.push(channel);
    this.#consumer.endChannel(channel, this.#options.senderCount - this.#ended.length);
  }

  #pollRing(index: number): boolean {
    const { memory, counters } = this.#options;
    const { ring, doorbell } = this.#options.rings[index]!;
    const landing = this.#landings[index]!;
    if (landing.isWaiting) {
      this.#land(index);
      return !landing.isWaiting;
    }
    if (!ring.hasMessage) return false;
    const received = ring.tryReceive((byteCount) => landing.reserve(memory, byteCount));
    doorbell.ring();
    if (received.kind === 'page') {
      counters.add('pagesReceived', 1);
      this.#land(index);
    } else if (received.kind === 'end') {
      this.#endChannel(index);
    }
    return true;
  }

  #land(index: number): void {
    const landing = this.#landings[index]!;
    landing.isWaiting = !this.#deliver(landing.address, index);
    if (!landing.isWaiting) landing.release(this.#options.memory);
  }

  #deliver(address: number, channel: number): boolean {
    try {
      return this.#consumer.accept(address, channel);
    } catch (error) {
      if (this.#options.onFailure(error)) return true;
      throw error;
    }
  }
}
