/**
 * Rows between the job that writes them and the program that takes them: one block of them at a time, and the
 * job waits until the program has taken it.
 */
import { decodeUtf8 } from '../../base/bytes.ts';
import type { Schema } from '../../columns/schema.ts';
import { nowhere, type SinkWriter } from '../../io/sink.ts';
import type { ClientSink } from '../engine-options.ts';
import { parseRows, type Row } from '../result-rows.ts';

export class RowQueue {
  #rows: readonly Row[] = [];
  #next = 0;
  #hasEnded = false;
  #isDropping = false;
  #failure: unknown;
  #wakeTaker = (): void => {};
  #wakeWriter = (): void => {};

  /** The client sink that fills this queue. */
  readonly sink: ClientSink = { rowFormat: 'jsonl', create: async (schema) => this.#writer(schema) };

  /** The next row, if it is here. */
  take(): Row | undefined {
    const row = this.#rows[this.#next];
    if (row !== undefined) this.#next++;
    return row;
  }

  /** Whether there is a row, as soon as that is known; to be called when all that was here is taken. */
  async fill(): Promise<boolean> {
    this.#wakeWriter();
    while (this.#next >= this.#rows.length && !this.#hasEnded) {
      await new Promise<void>((resolve) => {
        this.#wakeTaker = resolve;
      });
    }
    if (this.#next < this.#rows.length) return true;
    if (this.#failure !== undefined) throw this.#failure;
    return false;
  }

  /** Settles when the rows are taken, or are not wanted any more. */
  async write(rows: readonly Row[]): Promise<void> {
    if (this.#isDropping) return;
    this.#rows = rows;
    this.#next = 0;
    this.#wakeTaker();
    while (this.#next < this.#rows.length) {
      await new Promise<void>((resolve) => {
        this.#wakeWriter = resolve;
      });
    }
  }

  /** There will be no more rows. */
  end(failure?: unknown): void {
    this.#hasEnded = true;
    this.#failure = failure;
    this.#wakeTaker();
  }

  /** No row is wanted any more, neither those here nor those to come. */
  drop(): void {
    this.#isDropping = true;
    this.#rows = [];
    this.#wakeWriter();
  }

  #writer(schema: Schema): SinkWriter {
    return { ...nowhere, write: (bytes) => this.write(parseRows(decodeUtf8(bytes), schema)) };
  }
}
