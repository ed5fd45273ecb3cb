/**
 * The SQL types and how a value of each is kept: as lanes, the WebAssembly values a kernel holds it in,
 * and as bytes in linear memory. Knows no expressions and no text.
 */
import { unreachable } from '../base/assert.ts';

export type SqlType =
  | { readonly kind: 'boolean' }
  | { readonly kind: 'int' }
  | { readonly kind: 'bigint' }
  | { readonly kind: 'double' }
  /** `precision` is 1 to 38, `scale` 0 to `precision`. */
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'varchar' }
  | { readonly kind: 'date' }
  /** Wall clock, microseconds since 1970-01-01T00:00:00. */
  | { readonly kind: 'timestamp' }
  /** Instant, microseconds since 1970-01-01T00:00:00Z. */
  | { readonly kind: 'timestamptz' }
  | { readonly kind: 'interval' }
  /** The type of a bare NULL, until its context gives it another. */
  | { readonly kind: 'unknown' };

export type SqlTypeKind = SqlType['kind'];

export const booleanType: SqlType = { kind: 'boolean' };
export const intType: SqlType = { kind: 'int' };
export const bigintType: SqlType = { kind: 'bigint' };
export const doubleType: SqlType = { kind: 'double' };
export const varcharType: SqlType = { kind: 'varchar' };
export const dateType: SqlType = { kind: 'date' };
export const timestampType: SqlType = { kind: 'timestamp' };
export const timestamptzType: SqlType = { kind: 'timestamptz' };
export const intervalType: SqlType = { kind: 'interval' };
export const unknownType: SqlType = { kind: 'unknown' };

export const decimalPrecisionMax = 38;
/** A decimal of up to this precision is kept in one 64-bit integer. */
export const decimalNarrowPrecisionMax = 18;

/**
 * The days of DATE since 1970-01-01, both included: 4714-11-24 BC to 5874897-12-31, PostgreSQL's.
 */
export const dateDays = { first: -2_440_588, last: 2_145_042_905 } as const;

export function decimalType(precision: number, scale: number): SqlType {
  return { kind: 'decimal', precision, scale };
}

export function sameType(a: SqlType, b: SqlType): boolean {
  if (a.kind === 'decimal' && b.kind === 'decimal') {
    return a.precision === b.precision && a.scale === b.scale;
  }
  return a.kind === b.kind;
}

/** The type as SQL spells it. */
export function printType(type: SqlType): string {
  switch (type.kind) {
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`;
    case 'unknown':
      return 'NULL';
    default:
      return type.kind.toUpperCase();
  }
}

/**
 * How a type is kept in memory, little-endian:
 * - `i8` BOOLEAN, 0 or 1
 * - `i32` INT; DATE as days since 1970-01-01
 * - `i64` BIGINT; TIMESTAMP and TIMESTAMPTZ as microseconds; DECIMAL up to 18 digits, scaled
 * - `f64` DOUBLE
 * - `i128` DECIMAL up to 38 digits, scaled: low word, then high word
 * - `view` VARCHAR, a string view (string-view.ts)
 * - `interval` microseconds (i64), then months (low 32 bits) and days (high 32 bits)
 */
export type Storage = 'i8' | 'i32' | 'i64' | 'f64' | 'i128' | 'view' | 'interval';

export function storageOf(type: SqlType): Storage {
  switch (type.kind) {
    case 'boolean':
      return 'i8';
    case 'int':
    case 'date':
      return 'i32';
    case 'bigint':
    case 'timestamp':
    case 'timestamptz':
      return 'i64';
    case 'double':
      return 'f64';
    case 'decimal':
      return type.precision <= decimalNarrowPrecisionMax ? 'i64' : 'i128';
    case 'varchar':
      return 'view';
    case 'interval':
      return 'interval';
    case 'unknown':
      return 'i8';
    default:
      return unreachable(type);
  }
}

export const storageBytes: Readonly<Record<Storage, number>> = {
  i8: 1,
  i32: 4,
  i64: 8,
  f64: 8,
  i128: 16,
  view: 16,
  interval: 16,
};

/** The values a kernel holds one SQL value in; an `i8` is an `i32` in a register. */
export const storageLanes: Readonly<Record<Storage, readonly ('i32' | 'i64' | 'f64')[]>> = {
  i8: ['i32'],
  i32: ['i32'],
  i64: ['i64'],
  f64: ['f64'],
  i128: ['i64', 'i64'],
  view: ['i64', 'i64'],
  interval: ['i64', 'i64'],
};
