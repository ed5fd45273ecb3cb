/**
 * Decimals inside a kernel: scaled integers in one lane up to 18 digits, in two beyond. Operations that need
 * room work on the wide form whatever the operands' storage.
 */
import { assert } from '../../base/assert.ts';
import { decimalNarrowPrecisionMax, type SqlType } from '../../columns/sql-type.ts';
import { extend128, type Int128 } from '../../routines/integer128.ts';
import type { FunctionBuilder } from '../../wasm/function-builder.ts';
import type { Expr } from '../../wasm/types.ts';
import type { Value } from '../emit-context.ts';
import { i64Lane } from '../value.ts';

export interface DecimalType {
  readonly kind: 'decimal';
  readonly precision: number;
  readonly scale: number;
}

export function decimalOf(type: SqlType): DecimalType {
  assert(type.kind === 'decimal', `a decimal is expected, not ${type.kind}`);
  return type;
}

export function isNarrow(type: SqlType): boolean {
  return decimalOf(type).precision <= decimalNarrowPrecisionMax;
}

/** Emits: the scaled integer in two words. */
export function wideOf(f: FunctionBuilder, value: Value): Int128 {
  if (isNarrow(value.type)) return extend128(f, i64Lane(value));
  return { lo: i64Lane(value), hi: i64Lane(value, 1) };
}

/** The lanes of a decimal type for a scaled integer that is known to fit it. */
export function lanesOf(type: SqlType, value: Int128): readonly Expr[] {
  return isNarrow(type) ? [value.lo] : [value.lo, value.hi];
}

export function powerOfTen(exponent: number): bigint {
  return 10n ** BigInt(exponent);
}
