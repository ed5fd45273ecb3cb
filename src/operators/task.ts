/**
 * One parallel instance of a stage: a producer that fills the batch, the map kernel over it, an output.
 *
 * `step` does a bounded piece of work, downstream first: what the output still has to send, then the rows at
 * hand, then the next batch. It never blocks; what hinders it is its answer. After `finished` it has sent its
 * end marks.
 */
import { evaluationErrorBytes, type MapKernel, mapDone, mapOversized } from './map-kernel.ts';
import type { Output, PrivateMemory, Producer } from './operator.ts';

export type TaskStep = 'progress' | 'needs_input' | 'output_full' | 'finished';

export interface TaskOptions {
  readonly stage: number;
  readonly memory: PrivateMemory;
  readonly producer: Producer;
  readonly map: MapKernel;
  readonly output: Output;
  /** Address of the evaluation-error list. */
  readonly evaluationErrors: number;
  /** The texts of the error codes. */
  readonly errorTexts: readonly string[];
  /** Rows past the filter after which no more are wanted. */
  readonly stopAfterRows: bigint | undefined;
  /** Told after each batch: its rows, and the rows that passed since the start. */
  readonly onBatch: (rowsIn: number, rowsOut: bigint) => void;
}

export class Task {
  readonly #options: TaskOptions;
  #producer: Producer;
  #hasRows = false;
  #rowsInBatch = 0;
  #isFinishing = false;
  #isFinished = false;
  #isLost = false;

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

  get isFinished(): boolean {
    return this.#isFinished;
  }

  get pendingInput(): Promise<void> | undefined {
    return this.#producer.pendingInput;
  }

  step(): TaskStep {
    if (this.#isFinished) return 'finished';
    const { output } = this.#options;
    const producer = this.#producer;
    if (!output.resume()) return 'output_full';
    if (this.#isFinishing) return this.#finish();
    if (this.#hasRows) return this.#mapRows();
    this.#options.map.reset();
    const produced = producer.next();
    if (typeof produced === 'number') {
      const { positionBase, offsetBase } = producer.place;
      this.#options.map.start(produced, positionBase, offsetBase);
      this.#rowsInBatch = produced;
      this.#hasRows = true;
      return 'progress';
    }
    if (produced === 'end') this.#isFinishing = true;
    if (produced !== 'needs_input') return 'progress';
    output.flush();
    return 'needs_input';
  }

  /** The producer failed; from now on `substitute` stands for it, and what is at hand is dropped. */
  loseProducer(substitute: Producer): void {
    this.#producer.close();
    this.#producer = substitute;
    this.#isLost = true;
    this.#hasRows = false;
  }

  close(): void {
    this.#producer.close();
  }

  #mapRows(): TaskStep {
    const { map, output, stopAfterRows } = this.#options;
    const answer = map.step();
    if (answer <= mapOversized) {
      output.oversized(mapOversized - answer);
    } else if (answer !== mapDone) {
      output.full(answer);
    } else {
      this.#hasRows = false;
      this.#options.onBatch(this.#rowsInBatch, map.rowsOut());
      if (map.errorCount() > 0) this.#rejectRows(map.errorCount());
      if (stopAfterRows !== undefined && map.rowsOut() >= stopAfterRows) this.#isFinishing = true;
    }
    return 'progress';
  }

  #finish(): TaskStep {
    if (!this.#options.output.finish()) return 'output_full';
    this.#isFinished = true;
    this.#producer.close();
    return 'finished';
  }

  #rejectRows(count: number): void {
    const { memory, evaluationErrors, errorTexts } = this.#options;
    for (let i = 0; i < count; i++) {
      const entry = evaluationErrors + i * evaluationErrorBytes;
      const row = memory.view().getUint32(entry, true);
      const code = memory.view().getUint32(entry + 4, true);
      this.#producer.rejectRow(row, errorTexts[code] ?? 'evaluation failed');
    }
  }
}
