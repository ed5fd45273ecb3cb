/**
 * Generated rows as a source of columns. A row depends on its number alone, so any worker may generate any
 * range. With `rows_per_second`, a row is due at its time after the start and never earlier; waiting is the
 * event loop's.
 */
import { encodeUtf8 } from '../../base/bytes.ts';
import { type Clock, systemClock } from '../../base/clock.ts';
import { VelostreamError } from '../../base/error.ts';
import { systemTimers, type Timers } from '../../base/timers.ts';
import type { BatchColumn, BatchLayout } from '../../columns/batch-layout.ts';
import { storageBytes } from '../../columns/sql-type.ts';
import { inlineBytesMax, writeView } from '../../columns/string-view.ts';
import type { ColumnReader, WorkUnit } from '../../io/source.ts';
import type { SourceSpec } from '../../job/job-graph.ts';
import { numberOption } from '../options.ts';
import { drawOf, type FieldDraw, rowsOf } from './draw.ts';
import { describeField, type FieldSpec } from './field-options.ts';

interface FieldWriter {
  readonly spec: FieldSpec;
  readonly draw: FieldDraw;
  /** Row numbers from here on have no value. */
  readonly endRow: number;
  /** Texts of numbers drawn before, by number. */
  readonly texts: Map<number, Uint8Array>;
}

const textsMax = 65_536;
const waitMillisMin = 1;

export class DatagenReader implements ColumnReader {
  readonly #source: SourceSpec;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #rowsPerMilli: number;
  readonly #writers = new Map<string, FieldWriter>();
  #nextRow = 0;
  #endRow = 0;
  /** When row 0 of the unit was due. */
  #startMillis: number | undefined;

  constructor(source: SourceSpec, clock: Clock = systemClock, timers: Timers = systemTimers) {
    this.#source = source;
    this.#clock = clock;
    this.#timers = timers;
    this.#rowsPerMilli = (numberOption(source, 'rows_per_second') ?? Number.POSITIVE_INFINITY) / 1000;
  }

  async open(unit: WorkUnit): Promise<void> {
    this.#nextRow = unit.start;
    this.#endRow = unit.end;
    this.#startMillis ??= this.#clock.monotonicMillis();
  }

  fill(
    memory: () => ArrayBufferLike,
    batch: BatchLayout,
    allocate: (byteCount: number) => number,
  ): number | 'wait' {
    const fields = batch.columns.map((column) => ({ column, writer: this.#writerOf(column) }));
    const endRow = Math.min(this.#endRow, ...fields.map(({ writer }) => writer.endRow));
    const wanted = Math.min(batch.capacityRows, endRow - this.#nextRow);
    if (wanted === 0) {
      const ended = fields.find(({ writer }) => writer.endRow < this.#endRow && writer.endRow === endRow);
      if (ended !== undefined) throw sequenceEnded(this.#source, ended.writer);
      return 0;
    }
    const count = Math.min(wanted, this.#dueRows());
    if (count === 0) return 'wait';
    for (const { column, writer } of fields) {
      const target = { column, firstRow: this.#nextRow, count };
      if (column.storage === 'view') writeTexts(memory, allocate, target, writer);
      else writeNumbers(memory(), target, writer.draw);
      writeNulls(memory(), target, writer.draw);
    }
    this.#nextRow += count;
    return count;
  }

  ready(): Promise<void> {
    const dueMillis = (this.#nextRow + 1) / this.#rowsPerMilli + (this.#startMillis ?? 0);
    const delay = Math.max(waitMillisMin, Math.ceil(dueMillis - this.#clock.monotonicMillis()));
    return new Promise((resolve) => {
      this.#timers.after(delay, resolve);
    });
  }

  close(): void {
    this.#writers.clear();
  }

  #dueRows(): number {
    if (this.#rowsPerMilli === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
    const elapsed = this.#clock.monotonicMillis() - (this.#startMillis ?? 0);
    return Math.max(0, Math.floor(elapsed * this.#rowsPerMilli) - this.#nextRow);
  }

  #writerOf({ column }: BatchColumn): FieldWriter {
    const known = this.#writers.get(column.name);
    if (known !== undefined) return known;
    const spec = describeField(this.#source, column);
    const seed = numberOption(this.#source, 'seed') ?? 0;
    const texts = new Map<number, Uint8Array>();
    const writer = { spec, draw: drawOf(spec, seed), endRow: rowsOf(spec), texts };
    this.#writers.set(column.name, writer);
    return writer;
  }
}

function sequenceEnded({ relation }: SourceSpec, { spec, endRow }: FieldWriter): VelostreamError {
  return new VelostreamError(`"${relation}": the sequence of column "${spec.column.name}" has ended`, {
    code: 'sql_invalid_option',
    detail: `Behind its first ${endRow} rows it would leave its type, or what is computed exactly.`,
    hint: 'Ask for fewer rows, or set a smaller step.',
  });
}

interface ColumnTarget {
  readonly column: BatchColumn;
  readonly firstRow: number;
  readonly count: number;
}

function writeNulls(
  memory: ArrayBufferLike,
  { column, firstRow, count }: ColumnTarget,
  draw: FieldDraw,
): void {
  if (column.nullsAddress === undefined) return;
  const nulls = new Uint8Array(memory, column.nullsAddress, count);
  nulls.fill(0);
  if (draw.isNull === undefined) return;
  const width = storageBytes[column.storage];
  const values = new Uint8Array(memory, column.valuesAddress, count * width);
  for (let i = 0; i < count; i++) {
    if (!draw.isNull(firstRow + i)) continue;
    nulls[i] = 1;
    values.fill(0, i * width, (i + 1) * width);
  }
}

function writeNumbers(
  memory: ArrayBufferLike,
  { column, firstRow, count }: ColumnTarget,
  draw: FieldDraw,
): void {
  const { storage, valuesAddress } = column;
  const view = new DataView(memory, valuesAddress, count * storageBytes[storage]);
  const { value } = draw;
  switch (storage) {
    case 'i8':
      for (let i = 0; i < count; i++) view.setUint8(i, value(firstRow + i));
      return;
    case 'i32':
      for (let i = 0; i < count; i++) view.setInt32(4 * i, value(firstRow + i), true);
      return;
    case 'f64':
      for (let i = 0; i < count; i++) view.setFloat64(8 * i, value(firstRow + i), true);
      return;
    case 'i64':
      for (let i = 0; i < count; i++) writeInteger(view, 8 * i, value(firstRow + i));
      return;
    default:
      for (let i = 0; i < count; i++) {
        const drawn = value(firstRow + i);
        writeInteger(view, 16 * i, drawn);
        view.setBigInt64(16 * i + 8, drawn < 0 ? -1n : 0n, true);
      }
  }
}

const twoTo32 = 0x1_0000_0000;

/** A whole number of up to 53 bits as a 64-bit one. */
function writeInteger(view: DataView, at: number, value: number): void {
  view.setUint32(at, value, true);
  view.setInt32(at + 4, Math.floor(value / twoTo32), true);
}

function writeTexts(
  memory: () => ArrayBufferLike,
  allocate: (byteCount: number) => number,
  { column, firstRow, count }: ColumnTarget,
  writer: FieldWriter,
): void {
  const { draw } = writer;
  let bytes = new Uint8Array(memory());
  for (let i = 0; i < count; i++) {
    const text = textOf(writer, draw.value(firstRow + i));
    let address: number | undefined;
    if (text.length > inlineBytesMax) {
      address = allocate(text.length);
      bytes = new Uint8Array(memory());
      bytes.set(text, address);
    }
    writeView(bytes, column.valuesAddress + 16 * i, text, address);
  }
}

function textOf({ spec, texts }: FieldWriter, drawn: number): Uint8Array {
  const known = texts.get(drawn);
  if (known !== undefined) return known;
  const isChoice = spec.kind === 'choice';
  const text = encodeUtf8(
    isChoice ? (spec.choices.texts[drawn] ?? '') : spec.template.replaceAll('{i}', String(drawn)),
  );
  if (texts.size < textsMax) texts.set(drawn, text);
  return text;
}
