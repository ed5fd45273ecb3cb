/** Rows for a program: the text that the workers wrote, as objects. */
import { decodeUtf8 } from '../base/bytes.ts';
import { turn } from '../base/timers.ts';
import type { Schema } from '../columns/schema.ts';
import type { SinkWriter } from '../io/sink.ts';
import type { ClientSink } from './engine-options.ts';

/**
 * A value by its SQL type; NULL is null:
 *
 *   BOOLEAN                      boolean
 *   INT                          number
 *   BIGINT                       number up to 2^53 - 1, either side of zero; bigint beyond
 *   DOUBLE                       number, also NaN and the infinities
 *   DECIMAL                      string, with every digit of its scale
 *   VARCHAR                      string
 *   DATE, TIMESTAMP, TIMESTAMPTZ string in ISO 8601
 *   INTERVAL                     string as PostgreSQL writes it
 */
export type RowValue = boolean | number | bigint | string | null;

/** One row, by column name. */
export type Row = Record<string, RowValue>;

type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** Reads JSON lines of rows with the given columns. */
export function parseRows(text: string, schema: Schema): Row[] {
  const kinds = new Map(schema.map(({ name, type }) => [name, type.kind]));
  const revive: Reviver = (key, value, { source }) => {
    const kind = kinds.get(key);
    // JSON has no number for NaN and the infinities.
    if (typeof value === 'string') return kind === 'double' ? Number(value) : value;
    if (typeof value !== 'number' || source === undefined) return value;
    if (kind === 'decimal') return source;
    return kind === 'bigint' && !Number.isSafeInteger(value) ? BigInt(source) : value;
  };
  const isAsParsed = schema.every(({ type }) => !['bigint', 'decimal', 'double'].includes(type.kind));
  const reviver = isAsParsed ? undefined : (revive as (key: string, value: unknown) => unknown);
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
