/** The text of values that are not strings: the same bytes in every format; a format adds quotes where it needs them. */
import { unreachable } from '../../base/assert.ts';
import type { SqlType } from '../../columns/sql-type.ts';
import { writeBoolean } from '../../routines/text/write-boolean.ts';
import { writeDate } from '../../routines/text/write-date.ts';
import { writeDecimal } from '../../routines/text/write-decimal.ts';
import { writeDouble } from '../../routines/text/write-double.ts';
import { writeInteger } from '../../routines/text/write-integer.ts';
import { writeInterval } from '../../routines/text/write-interval.ts';
import { writeIsoTimestamp } from '../../routines/text/write-timestamp.ts';
import type { FunctionBuilder } from '../../wasm/function-builder.ts';
import { call, i32, i64 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr } from '../../wasm/types.ts';
import type { Cell } from './cell.ts';

/** Emits: the value's text at `out`; yields the bytes written. */
export function emitScalarText(
  module: ModuleBuilder,
  f: FunctionBuilder,
  { type, lanes }: Cell,
  out: Expr<'i32'>,
): Expr<'i32'> {
  const [first, second] = lanes as readonly [Expr, Expr];
  switch (type.kind) {
    case 'boolean':
      return call(writeBoolean(module), first, out) as Expr<'i32'>;
    case 'int':
      return call(writeInteger(module), i64.extend_i32_s(first as Expr<'i32'>), out) as Expr<'i32'>;
    case 'bigint':
      return call(writeInteger(module), first, out) as Expr<'i32'>;
    case 'double':
      return call(writeDouble(module), first, out) as Expr<'i32'>;
    case 'decimal': {
      const low = first as Expr<'i64'>;
      const high = lanes.length === 2 ? second : i64.shr_s(low, 63);
      return call(writeDecimal(module), low, high, i32.const(type.scale), out) as Expr<'i32'>;
    }
    case 'date':
      return call(writeDate(module), first, out) as Expr<'i32'>;
    case 'timestamp':
      return call(writeIsoTimestamp(module), first, out) as Expr<'i32'>;
    case 'timestamptz': {
      // An instant is written in UTC.
      const bytes = f.let('i32', 'bytes', call(writeIsoTimestamp(module), first, out) as Expr<'i32'>);
      f.do(i32.store8(i32.add(out, bytes), 0x5a));
      return i32.add(bytes, 1);
    }
    case 'interval':
      return call(writeInterval(module), first, second, out) as Expr<'i32'>;
    case 'varchar':
    case 'unknown':
      throw new Error(`assertion failed: ${type.kind} is not written as a scalar`);
    default:
      return unreachable(type);
  }
}

/** The most bytes that the text of a type takes; undefined for strings. */
export function scalarBytesMax(type: SqlType): number | undefined {
  switch (type.kind) {
    case 'varchar':
      return undefined;
    case 'interval':
      return 128;
    case 'decimal':
      return 41;
    default:
      return 40;
  }
}
