/**
 * The work of a source stage as all its tasks see it: a shared counter from which each takes the next unit.
 * After a failure no unit past the failed one is taken, but those before it are, so that the first bad record
 * in the order of the input is the one that is reported, whoever reads what.
 */
import type { WorkUnit } from '../../io/source.ts';
import type { UnitAssignment } from '../../job/job-graph.ts';
import { abandonedUnit, type TakenUnit, type UnitQueue } from '../../operators/input/unit-queue.ts';
import type { Doorbell } from '../rings/doorbell.ts';
import { controlWords, type SharedLayout, stopStates } from '../shared-layout.ts';

export interface UnitQueueContext {
  readonly words: Int32Array;
  readonly layout: SharedLayout;
  /** For each stage: its units. */
  readonly units: readonly (readonly WorkUnit[])[];
  readonly doorbells: readonly Doorbell[];
  readonly partition: number;
  /** Told once, when this task takes no more units of the stage, for whatever reason. */
  readonly onUnitsEnd: (stage: number) => void;
}

export class SharedUnitQueue implements UnitQueue {
  readonly #words: Int32Array;
  readonly #layout: SharedLayout;
  readonly #stage: number;
  readonly #units: readonly WorkUnit[];
  readonly #doorbells: readonly Doorbell[];
  readonly #onEnd: () => void;
  readonly #assignment: UnitAssignment;
  readonly #partition: number;
  /** The next unit to look at where units are not taken freely. */
  #own = 0;
  #isClosed = false;

  constructor(context: UnitQueueContext, stage: number, assignment: UnitAssignment) {
    this.#words = context.words;
    this.#layout = context.layout;
    this.#stage = stage;
    this.#assignment = assignment;
    this.#partition = context.partition;
    this.#units = context.units[stage]!;
    this.#doorbells = context.doorbells;
    this.#onEnd = () => context.onUnitsEnd(stage);
  }

  take(): TakenUnit | undefined {
    const index = this.isStopping ? this.#units.length : this.#nextIndex();
    const unit = this.#units[index];
    const failed = Atomics.load(this.#words, this.#failedWord);
    if (unit !== undefined && (failed === 0 || index < failed - 1)) return { index, unit };
    if (unit !== undefined) this.publish(index, abandonedUnit);
    this.close();
    return undefined;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    // Freely taken units are somebody else's now; those of this task alone would be waited for in vain.
    if (this.#assignment !== 'free') {
      for (let index = this.#own; index < this.#units.length; index++) {
        if (this.#isOwn(index)) this.#setState(index, abandonedUnit);
      }
      this.#ringAll();
    }
    this.#onEnd();
  }

  publish(index: number, state: number): void {
    this.#setState(index, state);
    this.#ringAll();
  }

  stateOf(index: number): number {
    return Atomics.load(this.#words, this.#stateWord(index));
  }

  get isStopping(): boolean {
    const word = (this.#layout.control >> 2) + controlWords.stop;
    return Atomics.load(this.#words, word) !== stopStates.running;
  }

  #setState(index: number, state: number): void {
    Atomics.store(this.#words, this.#stateWord(index), state);
  }

  #ringAll(): void {
    for (const doorbell of this.#doorbells) doorbell.ring();
  }

  #nextIndex(): number {
    if (this.#assignment === 'free') {
      return Atomics.add(this.#words, this.#layout.nextUnit[this.#stage]! >> 2, 1);
    }
    while (this.#own < this.#units.length && !this.#isOwn(this.#own)) this.#own++;
    return this.#own++;
  }

  #isOwn(index: number): boolean {
    const turn = this.#assignment === 'by_split' ? this.#units[index]!.split : index;
    return turn % this.#layout.partitionCount === this.#partition;
  }

  get #failedWord(): number {
    return failedWord(this.#layout, this.#stage);
  }

  #stateWord(index: number): number {
    return (this.#layout.unitStates[this.#stage]! >> 2) + index;
  }
}

/** Notes that a unit failed; the lowest one counts. */
export function failUnit(words: Int32Array, layout: SharedLayout, stage: number, index: number): void {
  const word = failedWord(layout, stage);
  for (;;) {
    const seen = Atomics.load(words, word);
    if (seen !== 0 && seen - 1 <= index) return;
    if (Atomics.compareExchange(words, word, seen, index + 1) === seen) return;
  }
}

function failedWord(layout: SharedLayout, stage: number): number {
  return (layout.control >> 2) + controlWords.failedUnitBase + stage;
}
