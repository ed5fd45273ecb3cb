/**
 * Types found in data: the narrowest type that holds every value seen. What does not go together becomes
 * VARCHAR.
 *
 *   BIGINT < DOUBLE     DATE < TIMESTAMP     everything < VARCHAR
 */
import {
  bigintType,
  booleanType,
  dateType,
  doubleType,
  type SqlType,
  timestampType,
  timestamptzType,
  varcharType,
} from '../columns/sql-type.ts';

/** The type that holds what both hold; undefined stands for nothing but NULLs so far. */
export function unionType(a: SqlType | undefined, b: SqlType | undefined): SqlType | undefined {
  if (a === undefined || b === undefined || a.kind === b.kind) return a ?? b;
  const kinds = new Set([a.kind, b.kind]);
  if (kinds.has('bigint') && kinds.has('double')) return doubleType;
  if (kinds.has('date') && kinds.has('timestamp')) return timestampType;
  return varcharType;
}

const integer = /^[+-]?\d+$/;
const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** A number of this form is more likely a code, whose zeros would be lost. */
const leadingZero = /^[+-]?0\d/;
const date = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;
const time =
  /^(\d{4}-\d\d-\d\d)[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(Z|[+-]\d\d(?::?\d\d)?)?$/i;

const bigintMax = 2n ** 63n - 1n;

/** BIGINT where an integer fits, else DOUBLE. */
export function typeOfNumber(text: string): SqlType {
  if (!integer.test(text)) return doubleType;
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  return value <= bigintMax && value >= -bigintMax - 1n ? bigintType : doubleType;
}

/** The type of a string by its form: a date, a time (with or without a zone), or just text. */
export function typeOfString(text: string): SqlType {
  if (date.test(text)) return dateType;
  const [, day = '', zone] = time.exec(text) ?? [];
  if (!date.test(day)) return varcharType;
  return zone === undefined ? timestampType : timestamptzType;
}

/** The type of text without quotes, which may stand for anything. */
export function typeOfText(text: string): SqlType {
  if (/^(?:true|false)$/i.test(text)) return booleanType;
  if (number.test(text) && !leadingZero.test(text)) return typeOfNumber(text);
  return typeOfString(text);
}
