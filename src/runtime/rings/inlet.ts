/**
 * Where the pages of one exchange arrive in one task: takes them from the in-rings in turn and passes them to
 * the consumer. The rings' senders are woken when a slot becomes free; when all senders have ended, so does
 * the input.
 */
import { assert } from '../../base/assert.ts';
import { pageBytesDefault } from '../../columns/page.ts';
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
  address: number;
  byteCount = pageBytesDefault;
  isWaiting = false;

  constructor(memory: PrivateMemory) {
    this.address = memory.allocate(this.byteCount);
  }

  /** Makes room, keeping what has arrived. */
  reserve(memory: PrivateMemory, byteCount: number): number {
    if (byteCount <= this.byteCount) return this.address;
    // Doubled, because a large page comes in many fragments.
    const grownBytes = Math.max(byteCount, 2 * this.byteCount);
    const grown = memory.allocate(grownBytes);
    memory.bytes().copyWithin(grown, this.address, this.address + this.byteCount);
    memory.free(this.address, this.byteCount);
    this.address = grown;
    this.byteCount = grownBytes;
    return grown;
  }

  /** The page was taken: what it needed beyond the usual is given back. */
  release(memory: PrivateMemory): void {
    if (this.byteCount === pageBytesDefault) return;
    memory.free(this.address, this.byteCount);
    this.byteCount = pageBytesDefault;
    this.address = memory.allocate(this.byteCount);
  }
}

export class Inlet {
  readonly #options: InletOptions;
  readonly #landings: Landing[];
  #consumer: PageConsumer;
  #endedCount = 0;
  #turn = 0;

  constructor(options: InletOptions) {
    this.#options = options;
    this.#consumer = options.consumer;
    this.#landings = options.rings.map(() => new Landing(options.memory));
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
    return this.#deliver(address);
  }

  /** From now on everything goes to `consumer`. */
  replaceConsumer(consumer: PageConsumer): void {
    this.#consumer = consumer;
    if (this.#endedCount === this.#options.senderCount) consumer.endInput();
  }

  senderEnded(): void {
    this.#endedCount++;
    assert(this.#endedCount <= this.#options.senderCount, 'a sender ends once');
    if (this.#endedCount === this.#options.senderCount) this.#consumer.endInput();
  }

  #pollRing(index: number): boolean {
    const { memory, counters } = this.#options;
    const { ring, doorbell } = this.#options.rings[index]!;
    const landing = this.#landings[index]!;
    if (landing.isWaiting) {
      this.#land(landing);
      return !landing.isWaiting;
    }
    if (!ring.hasMessage) return false;
    const received = ring.tryReceive((byteCount) => landing.reserve(memory, byteCount));
    doorbell.ring();
    if (received.kind === 'page') {
      counters.add('pagesReceived', 1);
      this.#land(landing);
    } else if (received.kind === 'end') {
      this.senderEnded();
    }
    return true;
  }

  #land(landing: Landing): void {
    landing.isWaiting = !this.#deliver(landing.address);
    if (!landing.isWaiting) landing.release(this.#options.memory);
  }

  #deliver(address: number): boolean {
    try {
      return this.#consumer.accept(address);
    } catch (error) {
      if (this.#options.onFailure(error)) return true;
      throw error;
    }
  }
}
