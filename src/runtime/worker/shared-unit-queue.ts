/**
 * The work of a source stage as all its tasks see it: a shared counter from which each takes the next unit. After a
 * failure no unit past the failed one is taken, but those before it are, so that the first bad record in the order of
 * the input is the one that is reported, whoever reads what.
 */
import type { WorkUnit } from '../../io/source.ts';
import type { TakenUnit, UnitQueue } from '../../operators/input/unit-queue.ts';
import type { Doorbell } from '../rings/doorbell.ts';
import { controlWords, type SharedLayout, stopStates } from '../shared-layout.ts';

export interface UnitQueueContext {
  readonly words: Int32Array;
  readonly layout: SharedLayout;
  /** For each stage: its units. */
  readonly units: readonly (readonly WorkUnit[])[];
  readonly doorbells: readonly Doorbell[];
  /** Told once, when this task takes no more units of the stage. */
  readonly onUnitsEnd: (stage: number) => void;
}

export class SharedUnitQueue implements UnitQueue {
  readonly #words: Int32Array;
  readonly #layout: SharedLayout;
  readonly #stage: number;
  readonly #units: readonly WorkUnit[];
  readonly #doorbells: readonly Doorbell[];
  readonly #onEmpty: () => void;

  constructor(context: UnitQueueContext, stage: number) {
    this.#words = context.words;
    this.#layout = context.layout;
    this.#stage = stage;
    this.#units = context.units[stage]!;
    this.#doorbells = context.doorbells;
    this.#onEmpty = () => context.onUnitsEnd(stage);
  }

  take(): TakenUnit | undefined {
    if (Atomics.load(this.#words, (this.#layout.control >> 2) + controlWords.stop) !== stopStates.running) {
      return undefined;
    }
    const index = Atomics.add(this.#words, this.#layout.nextUnit[this.#stage]! >> 2, 1);
    const unit = this.#units[index];
    const failed = Atomics.load(this.#words, this.#failedWord);
    if (unit === undefined || (failed !== 0 && index >= failed - 1)) {
      this.#onEmpty();
      return undefined;
    }
    return { index, unit };
  }

  publish(index: number, state: number): void {
    Atomics.store(this.#words, this.#stateWord(index), state);
    for (const doorbell of this.#doorbells) doorbell.ring();
  }

  stateOf(index: number): number {
    return Atomics.load(this.#words, this.#stateWord(index));
  }

  /** Notes that a unit failed; the lowest one counts. */
  fail(index: number): void {
    for (;;) {
      const seen = Atomics.load(this.#words, this.#failedWord);
      if (seen !== 0 && seen - 1 <= index) return;
      if (Atomics.compareExchange(this.#words, this.#failedWord, seen, index + 1) === seen) return;
    }
  }

  get #failedWord(): number {
    return (this.#layout.control >> 2) + controlWords.failedUnitBase + this.#stage;
  }

  #stateWord(index: number): number {
    return (this.#layout.unitStates[this.#stage]! >> 2) + index;
  }
}
