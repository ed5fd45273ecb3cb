/**
 * One field of a record into its column: NULL where it is empty and not quoted, else its text converted.
 * Inline for what most fields are; routines of routines/text/ for the rest, which read the same texts the
 * same way.
 */
import { unreachable } from '../../../base/assert.ts';
import type { BatchColumn } from '../../../columns/batch-layout.ts';
import { type Storage, storageBytes } from '../../../columns/sql-type.ts';
import { inlineBytesMax, longTag } from '../../../columns/string-view.ts';
import { exceedsDigits128 } from '../../../routines/integer128.ts';
import { parsedF64, parsedHigh, parsedI64, parseStatus } from '../../../routines/parse-result.ts';
import { parseBoolean } from '../../../routines/text/parse-boolean.ts';
import { parseDate } from '../../../routines/text/parse-date.ts';
import { parseDecimal } from '../../../routines/text/parse-decimal.ts';
import { parseDoubleText } from '../../../routines/text/parse-double.ts';
import { parseInteger } from '../../../routines/text/parse-integer.ts';
import { parseInterval } from '../../../routines/text/parse-interval.ts';
import { parseTimestamp, parseTimestamptz } from '../../../routines/text/parse-timestamp.ts';
import type { FunctionBuilder, Local } from '../../../wasm/function-builder.ts';
import { call, f64, i8x16, i32, i64, shuffle, v128 } from '../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../wasm/module-builder.ts';
import type { Arg, Expr, FunctionSlot, Stmt } from '../../../wasm/types.ts';
import type { BadRecordReason } from '../scan-contract.ts';
import { ifShortDecimal, ifShortInteger } from './short-number.ts';

/** Where the text of a field lies, and the surroundings of its conversion. */
export interface FieldContext {
  readonly module: ModuleBuilder;
  readonly f: FunctionBuilder;
  readonly column: BatchColumn;
  readonly row: Expr<'i32'>;
  /** The field's text without quotes; not empty but for a quoted VARCHAR. */
  readonly start: Local<'i32'>;
  readonly size: Local<'i32'>;
  /** Emits: gives the record up. */
  fail(reason: BadRecordReason): void;
}

/** The byte offset of the row's value from the column's first. */
function rowOffset({ row, column }: FieldContext): Expr<'i32'> {
  const shift = Math.log2(storageBytes[column.storage]);
  return shift === 0 ? row : i32.shl(row, shift);
}

/** Emits: the null byte and a value of zeros. */
export function storeNull(context: FieldContext): void {
  const { f, column, row } = context;
  const { nullsAddress, valuesAddress, storage } = column;
  if (nullsAddress === undefined) return context.fail('null_in_not_null_column');
  f.do(i32.store8(row, 1, nullsAddress));
  const zeros: Readonly<Record<Storage, () => Stmt>> = {
    i8: () => i32.store8(row, 0, valuesAddress),
    i32: () => i32.store(rowOffset(context), 0, valuesAddress),
    i64: () => i64.store(rowOffset(context), 0n, valuesAddress),
    f64: () => f64.store(rowOffset(context), 0, valuesAddress),
    i128: () => v128.store(rowOffset(context), zero, valuesAddress),
    view: () => v128.store(rowOffset(context), zero, valuesAddress),
    interval: () => v128.store(rowOffset(context), zero, valuesAddress),
  };
  f.do(zeros[storage]());
}

/** Emits: a value that is not NULL. */
export function storeValue(context: FieldContext): void {
  const { f, column, row } = context;
  if (column.nullsAddress !== undefined) f.do(i32.store8(row, 0, column.nullsAddress));
  const { type } = column.column;
  switch (type.kind) {
    case 'varchar':
      return storeView(context);
    case 'double':
      return storeDouble(context);
    case 'int':
    case 'bigint':
      return storeInteger(context);
    case 'decimal':
      return storeDecimal(context, type.precision, type.scale);
    case 'boolean':
    case 'date':
    case 'timestamp':
    case 'timestamptz':
    case 'interval':
      return storeParsed(context, parsers[type.kind](context.module));
    case 'unknown':
      return context.fail('wrong_type');
    default:
      return unreachable(type);
  }
}

const parsers: Readonly<
  Record<
    'boolean' | 'date' | 'timestamp' | 'timestamptz' | 'interval',
    (module: ModuleBuilder) => FunctionSlot
  >
> = {
  boolean: parseBoolean,
  date: parseDate,
  timestamp: parseTimestamp,
  timestamptz: parseTimestamptz,
  interval: parseInterval,
};

const zero = v128.const(new Uint8Array(16));
const shiftedByOne = [16, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14];

/** Emits: a string view (columns/string-view.ts), pointing into the input where the text is long. */
function storeView(context: FieldContext): void {
  const { module, f, start, size, column } = context;
  const masks = module.table('view_masks', () => new Uint8Array(32).fill(0xff, 0, 16));
  const to = f.let('i32', 'view', rowOffset(context));
  f.if(
    i32.le_u(size, inlineBytesMax),
    () => {
      const text = v128.and(v128.load(start), v128.load(i32.sub(masks + 16, size)));
      const view = i8x16.replace_lane(0, shuffle(shiftedByOne, text, zero), size);
      f.do(v128.store(to, view, column.valuesAddress));
    },
    () => {
      const prefix = i64.extend_i32_u(i32.shl(i32.load(start), 8));
      const first = i64.or(i64.or(prefix, BigInt(longTag)), i64.shl(i64.extend_i32_u(size), 32n));
      const next = i64.shl(i64.load32_u(start, 3), 32n);
      const second = i64.or(next, i64.extend_i32_u(start));
      f.do(i64.store(to, first, column.valuesAddress), i64.store(to, second, column.valuesAddress + 8));
    },
  );
}

function storeDouble(context: FieldContext): void {
  const { module, f, column } = context;
  const store = (value: Arg<'f64'>): void => f.do(f64.store(rowOffset(context), value, column.valuesAddress));
  ifShortDecimal(context, {
    short: ({ digits, exactPower, signBit }) => {
      const magnitude = i64.reinterpret_f64(f64.div(f64.convert_i64_s(digits), exactPower()));
      store(f64.reinterpret_i64(i64.or(magnitude, signBit)));
    },
    otherwise: () => {
      parseOrFail(context, parseDoubleText(module));
      store(parsedF64(module));
    },
  });
}

function storeInteger(context: FieldContext): void {
  const { module, f, column } = context;
  const { storage, valuesAddress } = column;
  const store = (value: Expr<'i64'>): void =>
    f.do((storage === 'i32' ? i64.store32 : i64.store)(rowOffset(context), value, valuesAddress));
  ifShortInteger(context, {
    short: store,
    otherwise: () => {
      parseOrFail(context, parseInteger(module));
      const value = f.let('i64', 'value', parsedI64(module));
      if (storage === 'i32') {
        f.if(i64.ne(i64.extend32_s(value), value), () => context.fail('out_of_range'));
      }
      store(value);
    },
  });
}

function storeDecimal(context: FieldContext, precision: number, scale: number): void {
  const { module, f, column } = context;
  const { storage, valuesAddress } = column;
  const store = (lo: Expr<'i64'>, hi: Expr<'i64'>): void => {
    const to = f.let('i32', 'to', rowOffset(context));
    f.do(i64.store(to, lo, valuesAddress));
    if (storage === 'i128') f.do(i64.store(to, hi, valuesAddress + 8));
  };
  const parse = (): void => {
    const status = call(parseDecimal(module), context.start, context.size, scale) as Expr<'i32'>;
    failUnlessOk(context, status);
    const value = {
      lo: f.let('i64', 'lo', parsedI64(module)),
      hi: f.let('i64', 'hi', parsedHigh(module)),
    };
    f.if(exceedsDigits128(precision, value), () => context.fail('out_of_range'));
    store(value.lo, value.hi);
  };
  // Eight digits with all of the scale's zeros behind them must fit a word.
  if (scale > 10) return parse();
  ifShortDecimal(context, {
    scale,
    short: ({ digits, scaled, signBit }) => {
      const value = f.let('i64', 'decimal', i64.mul(digits, scaled()));
      if (precision < 18) {
        f.if(i64.ge_u(value, 10n ** BigInt(precision)), () => context.fail('out_of_range'));
      }
      const negative = f.let('i64', 'negative', i64.shr_s(signBit, 63n));
      f.set(value, i64.sub(i64.xor(value, negative), negative));
      store(value, i64.shr_s(value, 63n));
    },
    otherwise: parse,
  });
}

/** Emits: a value that one routine reads whole. */
function storeParsed(context: FieldContext, routine: FunctionSlot): void {
  const { module, f, column } = context;
  const { storage, valuesAddress } = column;
  parseOrFail(context, routine);
  const value = parsedI64(module);
  const to = rowOffset(context);
  if (storage === 'i8') f.do(i64.store8(to, value, valuesAddress));
  else if (storage === 'i32') f.do(i64.store32(to, value, valuesAddress));
  else f.do(i64.store(to, value, valuesAddress));
  if (storage === 'interval') f.do(i64.store(to, parsedHigh(module), valuesAddress + 8));
}

function parseOrFail(context: FieldContext, routine: FunctionSlot): void {
  failUnlessOk(context, call(routine, context.start, context.size) as Expr<'i32'>);
}

function failUnlessOk(context: FieldContext, status: Expr<'i32'>): void {
  const { f } = context;
  const parsed = f.let('i32', 'status', status);
  f.if(parsed, () => {
    f.if(i32.eq(parsed, parseStatus.outOfRange), () => context.fail('out_of_range'));
    context.fail('wrong_type');
  });
}
