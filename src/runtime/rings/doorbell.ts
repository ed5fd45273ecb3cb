/**
 * How a worker sleeps and is woken. A sleeper raises its flag, looks for work once more, and waits; whoever
 * makes work for it rings only when the flag is up, because a ring costs microseconds and a look at the flag
 * nanoseconds.
 */

/** Two words per worker, on cache lines of their own. */
export const doorbellBytes = 128;
const flagOffset = 64;

export class Doorbell {
  readonly #words: Int32Array;
  readonly #bell: number;
  readonly #flag: number;

  /** `address`: byte offset of the worker's two lines in the shared memory. */
  constructor(words: Int32Array, address: number) {
    this.#words = words;
    this.#bell = address >> 2;
    this.#flag = (address + flagOffset) >> 2;
  }

  /** Wakes the worker if it sleeps. Any thread may call it, after its work is visible. */
  ring(): void {
    if (Atomics.load(this.#words, this.#flag) === 0) return;
    Atomics.add(this.#words, this.#bell, 1);
    Atomics.notify(this.#words, this.#bell);
  }

  /**
   * Until rung or `timeoutMs` is over, unless `hasWork` finds some after the flag is up. The thread blocks,
   * but where `outside`, asked after that look, names promises: then its event loop goes on, and they end
   * the sleep, too. Whether it waited at all.
   */
  async sleep(
    hasWork: () => boolean,
    outside: () => readonly Promise<void>[],
    timeoutMs: number,
  ): Promise<boolean> {
    const seen = this.#raise();
    try {
      if (hasWork()) return false;
      const others = outside();
      if (others.length > 0) return await this.#wait(seen, others, timeoutMs);
      return Atomics.wait(this.#words, this.#bell, seen, timeoutMs) !== 'not-equal';
    } finally {
      Atomics.store(this.#words, this.#flag, 0);
    }
  }

  /** The same without ever blocking the thread. */
  async sleepAsync(hasWork: () => boolean, timeoutMs: number): Promise<boolean> {
    const seen = this.#raise();
    try {
      return !hasWork() && (await this.#wait(seen, [], timeoutMs));
    } finally {
      Atomics.store(this.#words, this.#flag, 0);
    }
  }

  #raise(): number {
    const seen = Atomics.load(this.#words, this.#bell);
    Atomics.store(this.#words, this.#flag, 1);
    return seen;
  }

  async #wait(seen: number, others: readonly Promise<void>[], timeoutMs: number): Promise<boolean> {
    const wait = Atomics.waitAsync(this.#words, this.#bell, seen, timeoutMs);
    if (!wait.async) return false;
    await Promise.race([...others, wait.value]);
    // Nobody else waits here: ends our own wait where another promise came first.
    Atomics.notify(this.#words, this.#bell);
    return true;
  }
}
