/**
 * Single-producer single-consumer rings of page slots in one shared memory, one ring per ordered pair of
 * workers, and a doorbell per worker. Head and tail only ever grow; a slot belongs to the producer until the
 * tail passes it and to the consumer until the head does.
 */
export interface Rings {
  readonly memory: WebAssembly.Memory;
  readonly partitionCount: number;
  readonly slotCount: number;
  readonly pageBytes: number;
  /** Address of the first slot of the first ring. */
  readonly slotsAddress: number;
}

const wordsPerLine = 16;
const startWord = 0;
const chunkWord = wordsPerLine;
const firstDoorbellWord = 2 * wordsPerLine;

export function createRings(
  options: Pick<Rings, 'partitionCount' | 'slotCount' | 'pageBytes'>,
  memory: WebAssembly.Memory,
  slotsAddress: number,
): Rings {
  return { ...options, memory, slotsAddress };
}

export function ringBytes(options: Pick<Rings, 'partitionCount' | 'slotCount' | 'pageBytes'>): number {
  return options.partitionCount ** 2 * options.slotCount * options.pageBytes;
}

/** The first address behind the control words. */
export const ringControlBytes = 65_536;

export class Ring {
  readonly #words: Int32Array;
  readonly #head: number;
  readonly #tail: number;
  readonly #rings: Rings;
  readonly #slots: number;
  /** Our own side's counter, and the last seen value of the other's. */
  #headSeen = 0;
  #tailSeen = 0;

  constructor(rings: Rings, from: number, to: number) {
    const index = from * rings.partitionCount + to;
    this.#rings = rings;
    this.#words = new Int32Array(rings.memory.buffer);
    this.#head = firstDoorbellWord + (rings.partitionCount + 2 * index) * wordsPerLine;
    this.#tail = this.#head + wordsPerLine;
    this.#slots = rings.slotsAddress + index * rings.slotCount * rings.pageBytes;
  }

  /** The producer's next free slot, or -1 when the ring is full. */
  freeSlot(): number {
    if (this.#tailSeen - this.#headSeen >= this.#rings.slotCount) {
      this.#headSeen = Atomics.load(this.#words, this.#head);
      if (this.#tailSeen - this.#headSeen >= this.#rings.slotCount) return -1;
    }
    return this.#address(this.#tailSeen);
  }

  publish(): void {
    Atomics.store(this.#words, this.#tail, ++this.#tailSeen);
  }

  /** The consumer's next full slot, or -1 when the ring is empty. */
  fullSlot(): number {
    if (this.#headSeen === this.#tailSeen) {
      this.#tailSeen = Atomics.load(this.#words, this.#tail);
      if (this.#headSeen === this.#tailSeen) return -1;
    }
    return this.#address(this.#headSeen);
  }

  release(): void {
    Atomics.store(this.#words, this.#head, ++this.#headSeen);
  }

  #address(position: number): number {
    return this.#slots + (position % this.#rings.slotCount) * this.#rings.pageBytes;
  }
}

/** A worker's doorbell: rung only when its owner said that it sleeps. */
export class Doorbell {
  readonly #words: Int32Array;
  readonly #bell: number;

  constructor(rings: Rings, partition: number) {
    this.#words = new Int32Array(rings.memory.buffer);
    this.#bell = firstDoorbellWord + partition * wordsPerLine;
  }

  ring(): void {
    if (Atomics.load(this.#words, this.#bell + 1) === 0) return;
    Atomics.add(this.#words, this.#bell, 1);
    Atomics.notify(this.#words, this.#bell);
  }

  /** Sleeps until rung, unless `ready` already holds; the time-out only guards against a peer's death. */
  sleepUnless(ready: () => boolean, timeoutMillis: number): void {
    const seen = Atomics.load(this.#words, this.#bell);
    Atomics.store(this.#words, this.#bell + 1, 1);
    if (!ready()) Atomics.wait(this.#words, this.#bell, seen, timeoutMillis);
    Atomics.store(this.#words, this.#bell + 1, 0);
  }
}

/** The next chunk's number, each given out once. */
export function takeChunk(words: Int32Array): number {
  return Atomics.add(words, chunkWord, 1);
}

export function awaitStart(words: Int32Array): void {
  Atomics.wait(words, startWord, 0);
}

/** Makes every ring empty and the file unread; no worker may be running. */
export function resetControl(words: Int32Array): void {
  words.fill(0, 0, ringControlBytes >> 2);
}

export function start(words: Int32Array): void {
  Atomics.store(words, startWord, 1);
  Atomics.notify(words, startWord);
}
