/**
 * Values other than strings as text: which routine writes each type, and how many bytes that takes at most.
 */
import { assert } from '../../base/assert.ts';
import type { SqlType } from '../../columns/sql-type.ts';
import { writeBoolean } from '../../routines/text/write-boolean.ts';
import { writeDate } from '../../routines/text/write-date.ts';
import { writeDecimal } from '../../routines/text/write-decimal.ts';
import { writeDouble } from '../../routines/text/write-double.ts';
import { writeInteger } from '../../routines/text/write-integer.ts';
import { intervalTextBytesMax, writeInterval } from '../../routines/text/write-interval.ts';
import { writeIsoTimestamp, writeIsoTimestamptz } from '../../routines/text/write-timestamp.ts';
import { call, i64 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr } from '../../wasm/types.ts';
import type { FormatCell } from './format-cell.ts';

export type ScalarKind = Exclude<SqlType['kind'], 'varchar' | 'unknown'>;

export interface ScalarText {
  readonly bytesMax: number;
  /** Text that is no JSON literal. */
  readonly isQuotedInJson: boolean;
  /** Every character the text may hold besides letters; a delimiter among them needs quotes in CSV. */
  readonly characters: string;
  /** The bytes written at `out`. */
  write(module: ModuleBuilder, cell: FormatCell, out: Expr<'i32'>): Expr<'i32'>;
}

const digits = '0123456789';
const lane64 = (cell: FormatCell, index = 0): Expr<'i64'> => cell.lanes[index] as Expr<'i64'>;

function number(bytesMax: number, characters: string, write: ScalarText['write']): ScalarText {
  return { bytesMax, isQuotedInJson: false, characters: digits + characters, write };
}

function quoted(bytesMax: number, characters: string, write: ScalarText['write']): ScalarText {
  return { bytesMax, isQuotedInJson: true, characters: digits + characters, write };
}

const writeNarrow: ScalarText['write'] = (module, cell, out) =>
  call(writeInteger(module), i64.extend_i32_s(cell.lanes[0] as Expr<'i32'>), out) as Expr<'i32'>;

const writeExact: ScalarText['write'] = (module, cell, out) => {
  assert(cell.type.kind === 'decimal', 'a decimal has a scale');
  const hi = cell.storage === 'i128' ? lane64(cell, 1) : i64.shr_s(lane64(cell), 63n);
  return call(writeDecimal(module), lane64(cell), hi, cell.type.scale, out) as Expr<'i32'>;
};

export const scalarTexts: Readonly<Record<ScalarKind, ScalarText>> = {
  boolean: number(
    5,
    '',
    (module, cell, out) => call(writeBoolean(module), cell.lanes[0]!, out) as Expr<'i32'>,
  ),
  int: number(11, '-', writeNarrow),
  bigint: number(
    20,
    '-',
    (module, cell, out) => call(writeInteger(module), lane64(cell), out) as Expr<'i32'>,
  ),
  // What is no finite number is quoted where it is written.
  double: number(
    26,
    '-+.',
    (module, cell, out) => call(writeDouble(module), cell.lanes[0]!, out) as Expr<'i32'>,
  ),
  decimal: number(41, '-.', writeExact),
  date: quoted(17, '- ', (module, cell, out) => call(writeDate(module), cell.lanes[0]!, out) as Expr<'i32'>),
  timestamp: quoted(
    32,
    '- :.',
    (module, cell, out) => call(writeIsoTimestamp(module), lane64(cell), out) as Expr<'i32'>,
  ),
  timestamptz: quoted(
    33,
    '- :.',
    (module, cell, out) => call(writeIsoTimestamptz(module), lane64(cell), out) as Expr<'i32'>,
  ),
  interval: quoted(
    intervalTextBytesMax,
    '- :.+',
    (module, cell, out) => call(writeInterval(module), lane64(cell), lane64(cell, 1), out) as Expr<'i32'>,
  ),
};
