/**
 * Rows for a program: the text that the workers wrote, as objects. A value keeps what its type can say:
 * BIGINT is a number up to 2^53 and a bigint beyond, DECIMAL a string with every digit, dates and times are
 * ISO 8601 strings.
 */
import { decodeUtf8 } from '../base/bytes.ts';
import { turn } from '../base/timers.ts';
import type { Schema } from '../columns/schema.ts';
import type { SinkWriter } from '../io/sink.ts';
import type { ClientSink } from './engine-options.ts';

export type RowValue = boolean | number | bigint | string | null;

/** One row, by column name. */
export type Row = Record<string, RowValue>;

type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** Reads JSON lines of rows with the given columns. */
export function parseRows(text: string, schema: Schema): Row[] {
  const exact = new Set(
    schema.filter(({ type }) => type.kind === 'decimal' || type.kind === 'bigint').map(({ name }) => name),
  );
  const decimals = new Set(schema.filter(({ type }) => type.kind === 'decimal').map(({ name }) => name));
  const revive: Reviver = (key, value, { source }) => {
    if (typeof value !== 'number' || source === undefined || !exact.has(key)) return value;
    if (decimals.has(key)) return source;
    return Number.isSafeInteger(value) ? value : BigInt(source);
  };
  const reviver = exact.size > 0 ? (revive as (key: string, value: unknown) => unknown) : undefined;
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line, reviver) as Row]));
}

/**
 * After so many rows the event loop gets a turn: they are well under a millisecond of our work, and a turn is
 * a hundredth of that.
 */
const rowsPerTurn = 256;

/** Rows between the job that writes them and the program that takes them; the job waits for the program. */
export class RowQueue {
  #rows: Row[] = [];
  #hasEnded = false;
  #failure: unknown;
  #onRows: (() => void) | undefined;
  #onTaken: (() => void) | undefined;

  /** The client sink that fills this queue. */
  readonly sink: ClientSink = { rowFormat: 'jsonl', create: async (schema) => this.#writer(schema) };

  end(failure?: unknown): void {
    this.#hasEnded = true;
    this.#failure = failure;
    this.#onRows?.();
    this.#onTaken?.();
  }

  async *take(): AsyncGenerator<Row, void, undefined> {
    let taken = 0;
    for (;;) {
      const rows = this.#rows;
      this.#rows = [];
      // Not `yield*`: an array's iterator has no way to take an error in.
      for (const row of rows) {
        yield row;
        if (++taken % rowsPerTurn === 0) await turn();
      }
      this.#onTaken?.();
      if (this.#rows.length > 0) continue;
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#hasEnded) return;
      await new Promise<void>((resolve) => {
        this.#onRows = resolve;
      });
    }
  }

  #writer(schema: Schema): SinkWriter {
    return {
      open: async () => {},
      write: async (bytes) => {
        this.#rows.push(...parseRows(decodeUtf8(bytes), schema));
        this.#onRows?.();
        if (this.#hasEnded) return;
        await new Promise<void>((resolve) => {
          this.#onTaken = resolve;
        });
      },
      commit: async () => {},
      abort: async () => {},
    };
  }
}
