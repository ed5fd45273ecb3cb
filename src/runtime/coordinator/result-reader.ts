/**
 * The coordinator's end of the result rings: takes the workers' blocks and hands them to the sinks one at a
 * time, so that a slow sink fills the rings and thereby slows those who feed it. Runs on the event loop;
 * never blocks it, and gives it turns however many blocks are there.
 */
import type { Clock } from '../../base/clock.ts';
import { turn } from '../../base/timers.ts';
import { createExchange } from '../../kernels/exchange/exchange.ts';
import type { PrivateMemory } from '../../operators/operator.ts';
import { openPrivateMemory } from '../../operators/private-memory.ts';
import { Doorbell } from '../rings/doorbell.ts';
import { RingReader } from '../rings/ring.ts';
import { ringAt } from '../rings/ring-grid.ts';
import type { SharedLayout } from '../shared-layout.ts';

/** What the results are handed to. */
export interface ResultTaker {
  /** The partitions that give rows of the result. */
  readonly partitions: readonly number[];
  /** False while its rows have to wait. */
  isOpen(): boolean;
  /** The bytes are only lent. */
  write(bytes: Uint8Array): Promise<void>;
  /** Every partition has ended and all its blocks are written. */
  end(): Promise<void>;
}

export interface ResultReaderOptions {
  readonly shared: WebAssembly.Memory;
  readonly layout: SharedLayout;
  /** For each result of the job. */
  readonly takers: readonly ResultTaker[];
  readonly isAborted: () => boolean;
  readonly sleepMillisMax: number;
  readonly clock: Clock;
}

/** Work for this long, and the event loop gets a turn; a sink that never waits would not give it one. */
const workMillisMax = 4;

const staticEnd = 4096;
const memoryBytesMax = 2 ** 31;
const landingBytesMin = 131_072;

/** Settles when every result has ended; rejects when a taker does. */
export async function readResults(options: ResultReaderOptions): Promise<void> {
  const { shared, layout, takers, isAborted, sleepMillisMax, clock } = options;
  const memory = openPrivateMemory({ staticEnd, limitBytes: memoryBytesMax });
  const words = new Int32Array(shared.buffer);
  const exchange = createExchange(memory.memory, shared);
  const doorbells = layout.doorbells.map((address) => new Doorbell(words, address));
  const own = doorbells[layout.partitionCount]!;
  const results = takers.map((taker, result) => {
    const sources = taker.partitions.map((partition) => {
      const ring = new RingReader(ringAt(layout.resultRings[result]!, partition, 0), words, exchange);
      return new ResultSource(ring, { shared, memory, doorbell: doorbells[partition]! });
    });
    return new Result(taker, sources);
  });
  let turnMillis = clock.monotonicMillis();
  for (;;) {
    if (isAborted() || results.every((result) => result.hasEnded)) return;
    let worked = false;
    for (const result of results) worked = (await result.poll()) || worked;
    const hasSlept =
      !worked && (await own.sleepAsync(() => results.some((result) => result.hasWork), sleepMillisMax));
    if (!hasSlept && clock.monotonicMillis() - turnMillis < workMillisMax) continue;
    // Asleep it gave the event loop its turns.
    if (!hasSlept) await turn();
    turnMillis = clock.monotonicMillis();
  }
}

class Result {
  hasEnded = false;
  readonly #taker: ResultTaker;
  readonly #sources: readonly ResultSource[];

  constructor(taker: ResultTaker, sources: readonly ResultSource[]) {
    this.#taker = taker;
    this.#sources = sources;
  }

  get hasWork(): boolean {
    return !this.hasEnded && this.#taker.isOpen() && this.#sources.some((source) => source.hasMessage);
  }

  /** Takes a block of each partition that has one; whether there was any. */
  async poll(): Promise<boolean> {
    if (!this.hasWork) return false;
    for (const source of this.#sources) {
      const bytes = source.hasMessage ? source.take() : undefined;
      if (bytes !== undefined) await this.#taker.write(bytes);
      source.release();
    }
    if (this.#sources.every((source) => source.hasEnded)) {
      this.hasEnded = true;
      await this.#taker.end();
    }
    return true;
  }
}

interface ResultSourceOptions {
  readonly shared: WebAssembly.Memory;
  readonly memory: PrivateMemory;
  /** The partition's. */
  readonly doorbell: Doorbell;
}

/**
 * One partition's ring. A block that fills no more than a slot is lent from there, others are put together.
 */
class ResultSource {
  hasEnded = false;
  readonly #ring: RingReader;
  readonly #options: ResultSourceOptions;
  #isLent = false;
  #landing = 0;
  #landingBytes = 0;

  constructor(ring: RingReader, options: ResultSourceOptions) {
    this.#ring = ring;
    this.#options = options;
  }

  get hasMessage(): boolean {
    return !this.hasEnded && this.#ring.hasMessage;
  }

  /** A whole block, until `release`; undefined where only a part of it, or the end, was there. */
  take(): Uint8Array | undefined {
    const { shared, memory, doorbell } = this.#options;
    const whole = this.#ring.peekBytes();
    if (whole !== undefined) {
      this.#isLent = true;
      return new Uint8Array(shared.buffer, whole.sharedAddress, whole.byteCount);
    }
    const received = this.#ring.tryReceive((byteCount) => this.#landingFor(byteCount));
    doorbell.ring();
    if (received.kind === 'end') this.hasEnded = true;
    if (received.kind !== 'bytes') return undefined;
    return memory.bytes().subarray(received.address, received.address + received.byteCount);
  }

  /** The block has been written. */
  release(): void {
    if (!this.#isLent) return;
    this.#isLent = false;
    this.#ring.release();
    this.#options.doorbell.ring();
  }

  #landingFor(byteCount: number): number {
    if (byteCount <= this.#landingBytes) return this.#landing;
    const { memory } = this.#options;
    // Doubled, because a large block comes in many fragments.
    const grownBytes = Math.max(byteCount, 2 * this.#landingBytes, landingBytesMin);
    const grown = memory.allocate(grownBytes);
    memory.bytes().copyWithin(grown, this.#landing, this.#landing + this.#landingBytes);
    if (this.#landingBytes > 0) memory.free(this.#landing, this.#landingBytes);
    this.#landing = grown;
    this.#landingBytes = grownBytes;
    return grown;
  }
}
