/**
 * Casts between VARCHAR and every other type, by the routines that read and write values. Blanks around a
 * value are allowed; text that is no value of the type is an evaluation error.
 */
import type { SqlType, SqlTypeKind } from '../../columns/sql-type.ts';
import { parsedF64, parsedHigh, parsedI64, parseStatus } from '../../routines/parse-result.ts';
import { parseBoolean } from '../../routines/text/parse-boolean.ts';
import { parseDate } from '../../routines/text/parse-date.ts';
import { parseDecimal } from '../../routines/text/parse-decimal.ts';
import { parseDoubleText } from '../../routines/text/parse-double.ts';
import { parseInteger } from '../../routines/text/parse-integer.ts';
import { parseInterval } from '../../routines/text/parse-interval.ts';
import { parseTimestamp } from '../../routines/text/parse-timestamp.ts';
import { writeBoolean } from '../../routines/text/write-boolean.ts';
import { writeDate } from '../../routines/text/write-date.ts';
import { writeDecimal } from '../../routines/text/write-decimal.ts';
import { writeDouble } from '../../routines/text/write-double.ts';
import { writeInteger } from '../../routines/text/write-integer.ts';
import { writeInterval } from '../../routines/text/write-interval.ts';
import { writeTimestamp, writeTimestamptz } from '../../routines/text/write-timestamp.ts';
import { call, i32, i64 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Arg, Expr, FunctionSlot, ValueType } from '../../wasm/types.ts';
import { decimalOf, lanesOf, wideOf } from '../decimal/decimal-value.ts';
import { checkDigits } from '../decimal/rescale.ts';
import type { EmitContext, Value } from '../emit-context.ts';
import { bytesOf, writtenView } from '../strings/string-lanes.ts';
import { offsetSecondsAt } from '../time-zone/zone-offset.ts';
import { f64Lane, i32Lane, i64Lane } from '../value.ts';
import { type CastRule, never, sometimes } from './cast-rule.ts';
import { narrowToInt } from './number-casts.ts';
import { readTimestamptz } from './timestamptz-text.ts';

type Writer = (context: EmitContext, value: Value, out: number) => Expr<'i32'>;

function written(
  write: (module: ModuleBuilder) => FunctionSlot,
  lanesFor: (value: Value, context: EmitContext) => readonly Arg<ValueType>[],
): Writer {
  return (context, value, out) =>
    call(write(context.module), ...lanesFor(value, context), out) as Expr<'i32'>;
}

const writers: Readonly<Partial<Record<SqlTypeKind, Writer>>> = {
  boolean: written(writeBoolean, (value) => value.lanes),
  int: written(writeInteger, (value) => [i64.extend_i32_s(i32Lane(value))]),
  bigint: written(writeInteger, (value) => value.lanes),
  double: written(writeDouble, (value) => [f64Lane(value)]),
  decimal: written(writeDecimal, (value, { f }) => {
    const { lo, hi } = wideOf(f, value);
    return [lo, hi, decimalOf(value.type).scale];
  }),
  date: written(writeDate, (value) => value.lanes),
  timestamp: written(writeTimestamp, (value) => value.lanes),
  timestamptz: written(writeTimestamptz, (value, context) => [
    i64Lane(value),
    offsetSecondsAt(context, context.timeZone, i64Lane(value)),
  ]),
  interval: written(writeInterval, (value) => value.lanes),
};

const writeCasts: readonly CastRule[] = Object.entries(writers).map(([from, write]) => ({
  from: from as SqlTypeKind,
  to: 'varchar',
  canFail: never,
  lanes: (context, value) => writtenView(context, (out) => write(context, value, out)),
}));

/** Emits: reads the text with a routine; fails where it gives another status than `ok`. */
function read(
  context: EmitContext,
  value: Value,
  routine: FunctionSlot,
  further: readonly Arg<'i32'>[] = [],
): void {
  const { f } = context;
  const { address, byteCount } = bytesOf(context, value);
  const status = f.let('i32', 'status', call(routine, address, byteCount, ...further) as Expr<'i32'>);
  f.if(i32.eq(status, parseStatus.invalid), () => context.fail('invalid_cast'));
  f.if(status, () => context.fail('numeric_out_of_range'));
}

type Reader = (context: EmitContext, value: Value, to: SqlType) => readonly Expr[];

function readInteger(routine: (module: ModuleBuilder) => FunctionSlot): Reader {
  return (context, value) => {
    read(context, value, routine(context.module));
    return [context.f.let('i64', 'parsed', parsedI64(context.module))];
  };
}

function readI32(routine: (module: ModuleBuilder) => FunctionSlot): Reader {
  return (context, value) => {
    read(context, value, routine(context.module));
    return [narrowToInt(context, parsedI64(context.module))];
  };
}

const readers: Readonly<Partial<Record<SqlTypeKind, Reader>>> = {
  boolean: readI32(parseBoolean),
  int: readI32(parseInteger),
  bigint: readInteger(parseInteger),
  date: readI32(parseDate),
  timestamp: readInteger(parseTimestamp),
  timestamptz: readTimestamptz,
  double: (context, value) => {
    read(context, value, parseDoubleText(context.module));
    return [parsedF64(context.module)];
  },
  interval: (context, value) => {
    read(context, value, parseInterval(context.module));
    return [parsedI64(context.module), parsedHigh(context.module)];
  },
  decimal: (context, value, to) => {
    const { module, f } = context;
    const { precision, scale } = decimalOf(to);
    read(context, value, parseDecimal(module), [scale]);
    const parsed = {
      lo: f.let('i64', 'parsed', parsedI64(module)),
      hi: f.let('i64', 'parsed_hi', parsedHigh(module)),
    };
    checkDigits(context, parsed, precision);
    return lanesOf(to, parsed);
  },
};

const readCasts: readonly CastRule[] = Object.entries(readers).map(([to, lanes]) => ({
  from: 'varchar',
  to: to as SqlTypeKind,
  canFail: sometimes,
  lanes,
}));

export const textCasts: readonly CastRule[] = [...writeCasts, ...readCasts];
