/**
 * Rows as an aligned table. The first rows decide how wide the columns are; then the table is written as it
 * comes, so that a result of any size passes through, and a wider value later on only shifts its own line.
 *
 *    origin | flights
 *   --------+---------
 *    ATL    |  125034
 *   (1 row)
 */
import type { Schema } from '../../columns/schema.ts';
import type { SqlTypeKind } from '../../columns/sql-type.ts';
import type { CsvField } from '../csv/csv-record.ts';
import { cellText, clip, fill, widthOf } from './display-text.ts';

export interface TextTableOptions {
  /** Lines are cut to this many columns; undefined: they are not. */
  readonly widthMax: number | undefined;
  readonly nullText: string;
}

/** Rows that are held back until the widths are decided. */
const heldRowsMax = 1000;
/** A column is not made wider than this where lines are cut. */
const cellWidthMax = 60;

const numeric: ReadonlySet<SqlTypeKind> = new Set(['int', 'bigint', 'double', 'decimal']);

export class TextTable {
  readonly #options: TextTableOptions;
  readonly #names: readonly string[];
  readonly #sides: readonly ('left' | 'right')[];
  readonly #widths: number[];
  #held: string[][] | undefined = [];
  #rowCount = 0;

  constructor(schema: Schema, options: TextTableOptions) {
    this.#options = options;
    this.#names = schema.map(({ name }) => cellText(name));
    this.#sides = schema.map(({ type }) => (numeric.has(type.kind) ? 'right' : 'left'));
    this.#widths = this.#names.map(widthOf);
  }

  /** Takes a row; returns the lines that can be written now. */
  add(row: readonly CsvField[]): string {
    this.#rowCount++;
    const cells = this.#names.map((_, i) => this.#cellOf(row[i]));
    if (this.#held === undefined) return this.#line(cells);
    this.#held.push(cells);
    cells.forEach((cell, i) => {
      this.#widths[i] = Math.max(this.#widths[i] ?? 0, widthOf(cell));
    });
    return this.#held.length < heldRowsMax ? '' : this.#release();
  }

  /** The rows that were held back, if there are any: no more may come for a while. */
  flush(): string {
    return this.#held === undefined || this.#held.length === 0 ? '' : this.#release();
  }

  /** The rest, and how many rows there were. */
  end(): string {
    const count = `(${this.#rowCount} ${this.#rowCount === 1 ? 'row' : 'rows'})\n`;
    return this.#release() + count;
  }

  #cellOf(field: CsvField | undefined): string {
    if (field === undefined || (field.text === '' && !field.isQuoted)) return this.#options.nullText;
    const text = cellText(field.text);
    return this.#options.widthMax === undefined ? text : clip(text, cellWidthMax);
  }

  #release(): string {
    const held = this.#held;
    if (held === undefined) return '';
    this.#held = undefined;
    const names = this.#names.map((name, i) => centre(name, this.#widths[i] ?? 0));
    const rule = this.#cut(this.#widths.map((width) => '-'.repeat(width + 2)).join('+'));
    const head = `${this.#cut(` ${names.join(' | ')}`)}\n${rule}\n`;
    return head + held.map((cells) => this.#line(cells)).join('');
  }

  #line(cells: readonly string[]): string {
    const filled = cells.map((cell, i) => fill(cell, this.#widths[i] ?? 0, this.#sides[i] ?? 'left'));
    return `${this.#cut(` ${filled.join(' | ')}`)}\n`;
  }

  #cut(line: string): string {
    const { widthMax } = this.#options;
    const trimmed = line.trimEnd();
    return widthMax === undefined ? trimmed : clip(trimmed, widthMax);
  }
}

function centre(text: string, width: number): string {
  const before = Math.floor(Math.max(0, width - widthOf(text)) / 2);
  return fill(' '.repeat(before) + text, width, 'left');
}
