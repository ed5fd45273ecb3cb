/**
 * One parallel instance of a stage: a producer that fills the batch, and the map kernel over it with its
 * output; several of these where stages share the batch.
 *
 * `step` does a bounded piece of work, downstream first: what the output still has to send, then the rows at
 * hand, then the next batch. It never blocks; what hinders it is its answer. After `finished` it has sent its
 * end marks.
 */
import { evaluationErrorBytes, evaluationErrorCodeOffset, putStatus } from '../kernels/map-contract.ts';
import type { MapKernel } from './map-kernel.ts';
import type { Output, PrivateMemory, Producer } from './operator.ts';

export type TaskStep = 'progress' | 'needs_input' | 'output_full' | 'finished';

export interface TaskOptions {
  readonly stage: number;
  readonly memory: PrivateMemory;
  readonly producer: Producer;
  /** At least one; each sees every batch. */
  readonly arms: readonly TaskArm[];
  /** The texts of the error codes. */
  readonly errorTexts: readonly string[];
}

/** What becomes of the batch's rows. */
export interface TaskArm {
  readonly map: MapKernel;
  readonly output: Output;
  /** Address of the evaluation-error list. */
  readonly evaluationErrors: number;
  /** Rows past the filter after which no more are wanted; only of a lone arm. */
  readonly stopAfterRows: bigint | undefined;
  /** Told after each batch: its rows, and the rows that passed since the start. */
  readonly onBatch: (rowsIn: number, rowsOut: bigint) => void;
}

export class Task {
  readonly #options: TaskOptions;
  #producer: Producer;
  /** The arm that has the batch; undefined between two batches. */
  #arm: number | undefined;
  #rowsInBatch = 0;
  /** Rows of the batch that an arm has rejected: a record is bad once, however many cannot use it. */
  readonly #rejected = new Set<number>();
  #isFinishing = false;
  #finishedArms = 0;
  #isLost = false;
  #hasGivenRows = false;
  /** The strings of its batch, which must outlive the steps of other tasks. */
  readonly #arena = new Uint32Array(4);

  constructor(options: TaskOptions) {
    this.#options = options;
    this.#producer = options.producer;
  }

  get stage(): number {
    return this.#options.stage;
  }

  /** Whether its producer was given up; what fails now is no producer's fault. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Whether a batch has come from its producer: its rows may be on their way. */
  get hasGivenRows(): boolean {
    return this.#hasGivenRows;
  }

  get isFinished(): boolean {
    return this.#finishedArms === this.#options.arms.length;
  }

  get pendingInput(): Promise<void> | undefined {
    return this.#producer.pendingInput;
  }

  step(): TaskStep {
    if (this.isFinished) return 'finished';
    const { arms, memory } = this.#options;
    memory.useArena(this.#arena);
    for (const { output } of arms) if (!output.resume()) return 'output_full';
    if (this.#isFinishing) return this.#finish();
    if (this.#arm !== undefined) return this.#mapRows(this.#arm);
    for (const { map } of arms) map.reset();
    const produced = this.#producer.next();
    if (typeof produced === 'number') {
      this.#rowsInBatch = produced;
      this.#hasGivenRows = true;
      this.#rejected.clear();
      this.#startArm(0);
      return 'progress';
    }
    if (produced === 'end') this.#isFinishing = true;
    if (produced === 'end' || produced === 'worked') return 'progress';
    for (const { output } of arms) output.flush();
    return produced === 'flush' ? 'progress' : 'needs_input';
  }

  /** The producer failed before it gave a row; from now on `substitute` stands for it. */
  loseProducer(substitute: Producer): void {
    this.#producer.close();
    this.#producer = substitute;
    this.#isLost = true;
  }

  close(): void {
    this.#producer.close();
  }

  #startArm(index: number): void {
    const { positionBase, offsetBase } = this.#producer.place;
    this.#options.arms[index]!.map.start(this.#rowsInBatch, positionBase, offsetBase);
    this.#arm = index;
  }

  #mapRows(index: number): TaskStep {
    const arm = this.#options.arms[index]!;
    const { map, output } = arm;
    const answer = map.step();
    if (answer <= putStatus.oversized) {
      output.oversized(putStatus.oversized - answer);
    } else if (answer !== putStatus.done) {
      output.full(answer);
    } else {
      this.#endArm(arm);
      if (index + 1 < this.#options.arms.length) this.#startArm(index + 1);
      else this.#arm = undefined;
    }
    return 'progress';
  }

  /** The arm has seen the whole batch. */
  #endArm(arm: TaskArm): void {
    const { map, stopAfterRows, onBatch } = arm;
    onBatch(this.#rowsInBatch, map.rowsOut());
    if (map.errorCount() > 0) this.#rejectRows(arm, map.errorCount());
    if (stopAfterRows !== undefined && map.rowsOut() >= stopAfterRows) this.#isFinishing = true;
  }

  #finish(): TaskStep {
    while (!this.isFinished) {
      if (!this.#options.arms[this.#finishedArms]!.output.finish()) return 'output_full';
      this.#finishedArms++;
    }
    this.#producer.close();
    return 'finished';
  }

  #rejectRows({ evaluationErrors }: TaskArm, count: number): void {
    const { memory, errorTexts } = this.#options;
    for (let i = 0; i < count; i++) {
      const entry = evaluationErrors + i * evaluationErrorBytes;
      const row = memory.view().getUint32(entry, true);
      const code = memory.view().getUint32(entry + evaluationErrorCodeOffset, true);
      if (this.#rejected.has(row)) continue;
      this.#rejected.add(row);
      this.#producer.rejectRow(row, errorTexts[code] ?? 'evaluation failed');
    }
  }
}
