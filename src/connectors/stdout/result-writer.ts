/**
 * Rows on an output descriptor: as JSON lines or CSV as the workers wrote them, or as a table made of their
 * CSV.
 */
import { encodeUtf8 } from '../../base/bytes.ts';
import { systemTimers, type Timers } from '../../base/timers.ts';
import type { Schema } from '../../columns/schema.ts';
import { csvHeader } from '../../formats/csv/csv-header.ts';
import { readCsvRecords } from '../../formats/csv/csv-record.ts';
import type { TextTable } from '../../formats/table/text-table.ts';
import type { RowFormat, SinkWriter } from '../../io/sink.ts';

export const resultFormats = ['table', 'jsonl', 'csv'] as const;
export type ResultFormat = (typeof resultFormats)[number];

/** What the workers write for it. */
export function rowFormatOf(format: ResultFormat): RowFormat {
  return format === 'jsonl' ? 'jsonl' : 'csv';
}

export interface ResultOutput {
  write(bytes: Uint8Array): Promise<void>;
}

export interface ResultWriterOptions {
  readonly format: ResultFormat;
  readonly output: ResultOutput;
  /** The terminal's columns; undefined where the output is none: then no line is cut. */
  readonly widthMax?: number | undefined;
  readonly timers?: Timers;
  /** What parts this result from the one before. */
  readonly separator?: string;
}

export function createResultWriter(options: ResultWriterOptions): SinkWriter {
  return options.format === 'table' ? new TableWriter(options) : new TextWriter(options);
}

class TextWriter implements SinkWriter {
  readonly #options: ResultWriterOptions;

  constructor(options: ResultWriterOptions) {
    this.#options = options;
  }

  async open(schema: Schema): Promise<void> {
    const { format, output, separator = '' } = this.#options;
    if (format === 'csv') await output.write(encodeUtf8(separator + csvHeader(schema)));
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#options.output.write(bytes);
  }

  async commit(): Promise<void> {}

  async abort(): Promise<void> {}
}

/** Rows that came alone are shown after this time, though more might change the widths. */
const holdMillis = 500;
/** Lines are handed on in blocks of about this size. */
const blockCharactersMin = 65_536;

const comma = 44;
const quote = 34;

class TableWriter implements SinkWriter {
  readonly #options: ResultWriterOptions;
  #table: TextTable | undefined;
  #cancelHold: (() => void) | undefined;
  #failure: unknown;

  constructor(options: ResultWriterOptions) {
    this.#options = options;
  }

  async open(schema: Schema): Promise<void> {
    const { widthMax, separator = '' } = this.#options;
    // Widths of characters take tables of their own, which other formats do without.
    const { TextTable } = await import('../../formats/table/text-table.ts');
    this.#table = new TextTable(schema, { widthMax, nullText: 'NULL' });
    if (separator !== '') await this.#print(separator);
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    let lines = '';
    for (const record of readCsvRecords(bytes, { delimiter: comma, quote }, 'keep')) {
      lines += this.#table?.add(record) ?? '';
      if (lines.length < blockCharactersMin) continue;
      await this.#print(lines);
      lines = '';
    }
    await this.#print(lines);
    this.#cancelHold ??= (this.#options.timers ?? systemTimers).after(holdMillis, () => this.#release());
  }

  async commit(): Promise<void> {
    this.#cancelHold?.();
    if (this.#failure !== undefined) throw this.#failure;
    await this.#print(this.#table?.end() ?? '');
  }

  async abort(): Promise<void> {
    this.#cancelHold?.();
  }

  #release(): void {
    this.#cancelHold = undefined;
    this.#print(this.#table?.flush() ?? '').catch((error: unknown) => {
      this.#failure = error;
    });
  }

  async #print(text: string): Promise<void> {
    if (text !== '') await this.#options.output.write(encodeUtf8(text));
  }
}
