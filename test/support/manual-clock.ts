/**
 * Clock and timers of a test or a simulation: time passes only when told to. Timers run in the order of their
 * time, and in the order of their making where that is equal, each seeing the clock at its own time.
 */
import type { Clock } from '../../src/base/clock.ts';
import type { Timers } from '../../src/base/timers.ts';

interface Timer {
  readonly dueMillis: number;
  readonly run: () => void;
}

export class ManualClock implements Clock, Timers {
  readonly #startMicros: bigint;
  #elapsedMillis = 0;
  readonly #timers: Set<Timer> = new Set();

  constructor(startMicros = 0n) {
    this.#startMicros = startMicros;
  }

  nowMicros(): bigint {
    return this.#startMicros + BigInt(Math.round(this.#elapsedMillis * 1000));
  }

  monotonicMillis(): number {
    return this.#elapsedMillis;
  }

  after(delayMillis: number, run: () => void): () => void {
    const timer = { dueMillis: this.#elapsedMillis + Math.max(0, delayMillis), run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Lets time pass and runs every timer that comes due, also those made on the way. */
  advance(millis: number): void {
    const end = this.#elapsedMillis + millis;
    for (let next = this.#earliest(); next !== undefined; next = this.#earliest()) {
      if (next.dueMillis > end) break;
      this.#timers.delete(next);
      this.#elapsedMillis = next.dueMillis;
      next.run();
    }
    this.#elapsedMillis = end;
  }

  #earliest(): Timer | undefined {
    let earliest: Timer | undefined;
    for (const timer of this.#timers) {
      if (earliest === undefined || timer.dueMillis < earliest.dueMillis) earliest = timer;
    }
    return earliest;
  }
}
