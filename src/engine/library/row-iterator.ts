/**
 * The rows of a query as a program takes them. The statements start with the first row that is asked for.
 * They are cancelled when the program leaves: by `return`, also while a row is awaited, or by losing the
 * iterator. Only while a row is awaited is the process kept alive; and however fast rows come, the event loop
 * has turns.
 */
import { keepAlive, turn } from '../../base/timers.ts';
import type { Row } from '../result-rows.ts';
import type { Execution } from './execution.ts';
import type { RowQueue } from './row-queue.ts';

/**
 * After so many rows the event loop gets a turn: they are well under a millisecond of our work, and a turn is
 * a hundredth of that.
 */
const rowsPerTurn = 256;

const over: IteratorReturnResult<undefined> = { done: true, value: undefined };

/** Nobody can ask for the rows of an iterator that was collected. */
const abandoned = new FinalizationRegistry<Execution<void>>((execution) => execution.cancel());

export class RowIterator implements AsyncGenerator<Row, void, undefined> {
  readonly #queue: RowQueue;
  /** Must not know this iterator, which could not be collected otherwise. */
  readonly #start: () => Execution<void>;
  #execution: Execution<void> | undefined;
  #isOver = false;
  #asked = 0;
  /** Calls of `next` that could not be answered at once, one after the other. */
  #waiting = 0;
  #lastAnswer: Promise<unknown> = Promise.resolve();

  /** `start` runs what fills and ends the queue, and drops its rows when it is cancelled. */
  constructor(queue: RowQueue, start: () => Execution<void>) {
    this.#queue = queue;
    this.#start = start;
  }

  next(): Promise<IteratorResult<Row, void>> {
    const isTurn = ++this.#asked % rowsPerTurn === 0;
    if (this.#waiting === 0 && !isTurn) {
      const value = this.#queue.take();
      if (value !== undefined) return Promise.resolve({ done: false, value });
    }
    this.#waiting++;
    const answer = this.#lastAnswer.then(() => this.#await(isTurn)).finally(() => this.#waiting--);
    this.#lastAnswer = answer.catch(() => undefined);
    return answer;
  }

  async return(): Promise<IteratorResult<Row, void>> {
    await this.#leave();
    return over;
  }

  async throw(error: unknown): Promise<IteratorResult<Row, void>> {
    await this.#leave();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#leave();
  }

  async #await(isTurn: boolean): Promise<IteratorResult<Row, void>> {
    const release = keepAlive();
    try {
      if (isTurn) await turn();
      if (this.#isOver) return over;
      this.#run();
      const value = this.#queue.take() ?? ((await this.#queue.fill()) ? this.#queue.take() : undefined);
      if (value !== undefined && !this.#isOver) return { done: false, value };
    } catch (error) {
      if (this.#isOver) return over;
      this.#isOver = true;
      throw error;
    } finally {
      release();
    }
    return over;
  }

  #run(): void {
    if (this.#execution !== undefined) return;
    this.#execution = this.#start();
    abandoned.register(this, this.#execution);
  }

  async #leave(): Promise<void> {
    this.#isOver = true;
    if (this.#execution === undefined) return;
    const release = keepAlive();
    this.#execution.cancel();
    await this.#execution.done.catch(() => undefined);
    release();
  }
}
