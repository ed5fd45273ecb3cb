/**
 * Rows to text: one JSON object or one CSV record per row, a line feed behind each. A building block of a row
 * loop, which asks for a row's largest size, sees to the room, and lets the row be written.
 *
 *   {"symbol":"ACME","price":12.5,"at":"2024-01-15T10:20:30Z"}        ACME,12.5,2024-01-15T10:20:30Z
 *
 * JSON: NULL is null, a DOUBLE that is no finite number a string, a DECIMAL a number with all its digits,
 * dates and intervals strings. CSV: NULL is an empty field, an empty string is quoted. Dates and times are
 * ISO 8601. `rowSlackBytes` bytes behind the row must be writable; they keep no particular value.
 */
import { assert } from '../../base/assert.ts';
import { encodeUtf8 } from '../../base/bytes.ts';
import type { Schema } from '../../columns/schema.ts';
import { storageOf } from '../../columns/sql-type.ts';
import { isLongView, longViewLength } from '../../routines/views.ts';
import type { FunctionBuilder, Local } from '../../wasm/function-builder.ts';
import { call, f64, i32, i64, select } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr } from '../../wasm/types.ts';
import { type CsvForm, csvFormDefault, csvStringFactor, writeCsvString } from './csv-string.ts';
import type { FormatCell } from './format-cell.ts';
import { jsonStringFactor, writeJsonString } from './json-string.ts';
import { appendLiteral } from './literal.ts';
import { scalarTexts } from './scalar-text.ts';

export interface RowFormatterSpec {
  readonly format: 'jsonl' | 'csv';
  /** Names are the keys of JSON objects, and differ. */
  readonly schema: Schema;
  /** For CSV; comma and double quote where it is left out. */
  readonly csv?: CsvForm;
}

export interface RowFormatter {
  /** Emits: an upper bound of the row's bytes, from what its strings measure. */
  emitRowBytesMax(f: FunctionBuilder, cells: readonly FormatCell[]): Expr<'i64'>;
  /** Emits: writes the row at `out`; yields the address behind it. */
  emitRow(f: FunctionBuilder, cells: readonly FormatCell[], out: Expr<'i32'>): Expr<'i32'>;
}

interface RowContext {
  readonly module: ModuleBuilder;
  readonly f: FunctionBuilder;
  readonly at: Local<'i32'>;
  readonly spec: RowFormatterSpec;
}

export function emitRowFormatter(module: ModuleBuilder, spec: RowFormatterSpec): RowFormatter {
  const { schema, format } = spec;
  const fixedBytes = fixedBytesMax(spec);
  const factor = format === 'jsonl' ? jsonStringFactor : csvStringFactor;
  return {
    emitRowBytesMax(f, cells) {
      checkCells(schema, cells);
      const strings = cells.filter(({ type }) => type.kind === 'varchar');
      return strings.reduce<Expr<'i64'>>(
        (total, { lanes }) => {
          const bytes = i64.extend_i32_u(viewBytes(f, lanes[0] as Expr<'i64'>));
          return i64.add(total, i64.mul(bytes, BigInt(factor)));
        },
        i64.const(BigInt(fixedBytes)),
      );
    },
    emitRow(f, cells, out) {
      checkCells(schema, cells);
      const at = f.let('i32', 'out', out);
      const context: RowContext = { module, f, at, spec };
      cells.forEach((cell, index) => {
        const before = format === 'jsonl' ? jsonKey(schema, index) : csvDelimiter(spec, index);
        appendLiteral(f, at, before);
        writeCell(context, cell);
      });
      appendLiteral(f, at, format === 'jsonl' ? (schema.length === 0 ? '{}\n' : '}\n') : '\n');
      return at;
    },
  };
}

function checkCells(schema: Schema, cells: readonly FormatCell[]): void {
  assert(cells.length === schema.length, 'a row has a value for each column');
}

function jsonKey(schema: Schema, index: number): string {
  return `${index === 0 ? '{' : ','}${JSON.stringify(schema[index]!.name)}:`;
}

function csvForm(spec: RowFormatterSpec): CsvForm {
  return spec.csv ?? csvFormDefault;
}

function csvDelimiter(spec: RowFormatterSpec, index: number): string {
  return index === 0 ? '' : String.fromCharCode(csvForm(spec).delimiter);
}

/** All of a row but the characters of its strings. */
function fixedBytesMax(spec: RowFormatterSpec): number {
  const { schema, format } = spec;
  const quotesAndNull = 4;
  const valueBytes = schema.map(({ type }) => {
    if (type.kind === 'varchar' || type.kind === 'unknown') return quotesAndNull;
    return scalarTexts[type.kind].bytesMax + quotesAndNull;
  });
  const keyBytes = schema.map((_, index) =>
    format === 'jsonl' ? encodeUtf8(jsonKey(schema, index)).length : 1,
  );
  return [...valueBytes, ...keyBytes].reduce((total, bytes) => total + bytes, 4);
}

function viewBytes(f: FunctionBuilder, w0: Expr<'i64'>): Expr<'i32'> {
  const tag = i32.and(i32.wrap_i64(w0), 0xff);
  return f.let('i32', 'string_bytes', select('i32', isLongView(w0), longViewLength(w0), tag));
}

function writeCell(context: RowContext, cell: FormatCell): void {
  const { f, at, spec } = context;
  assert(cell.storage === storageOf(cell.type), 'a cell is stored as its type says');
  const writeNull = (): void => {
    if (spec.format === 'jsonl') appendLiteral(f, at, 'null');
  };
  if (cell.type.kind === 'unknown') return writeNull();
  if (cell.isNull === undefined) return writeValue(context, cell);
  f.if(cell.isNull, writeNull, () => writeValue(context, cell));
}

function writeValue(context: RowContext, cell: FormatCell): void {
  const { module, f, at, spec } = context;
  const { kind } = cell.type;
  if (kind === 'unknown') return;
  if (kind === 'varchar') {
    const writer = spec.format === 'jsonl' ? writeJsonString(module) : writeCsvString(module, csvForm(spec));
    f.set(at, call(writer, cell.lanes[0]!, cell.lanes[1]!, at) as Expr<'i32'>);
    return;
  }
  const text = scalarTexts[kind];
  const write = (): void => f.set(at, i32.add(at, text.write(module, cell, at)));
  if (spec.format === 'csv') {
    const { delimiter, quote } = csvForm(spec);
    const isAmbiguous = [delimiter, quote].some((byte) => isInText(text.characters, byte));
    return isAmbiguous ? between(context, String.fromCharCode(quote), write) : write();
  }
  if (kind === 'double') return writeJsonDouble(context, cell, write);
  return text.isQuotedInJson ? between(context, '"', write) : write();
}

/** Whether a value's text may hold the character: one of those named, or a letter. */
function isInText(characters: string, byte: number): boolean {
  const character = String.fromCharCode(byte);
  return characters.includes(character) || /[a-z]/i.test(character);
}

function between({ f, at }: RowContext, quote: string, write: () => void): void {
  appendLiteral(f, at, quote);
  write();
  appendLiteral(f, at, quote);
}

/** Emits: a number, or a string where JSON has no number for it. */
function writeJsonDouble(context: RowContext, cell: FormatCell, write: () => void): void {
  const value = cell.lanes[0] as Expr<'f64'>;
  // Only infinities and NaN less themselves are not zero.
  const isNumber = f64.eq(f64.sub(value, value), 0);
  context.f.if(isNumber, write, () => between(context, '"', write));
}
