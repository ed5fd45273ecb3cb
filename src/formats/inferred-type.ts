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
import { readDateTime } from './date-time-text.ts';

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
const digitsOfZero = /^[+-]?[0.]+(?:$|e)/i;

const bigintMax = 2n ** 63n - 1n;

/** BIGINT where an integer fits, else DOUBLE; VARCHAR where no double is near it. */
export function typeOfNumber(text: string): SqlType {
  if (integer.test(text)) {
    const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
    if (value <= bigintMax && value >= -bigintMax - 1n) return bigintType;
  }
  const value = Number(text);
  const isInRange = Number.isFinite(value) && (value !== 0 || digitsOfZero.test(text));
  return isInRange ? doubleType : varcharType;
}

/** The type of a string by what it reads as: a date, a time (with or without a zone), or just text. */
export function typeOfString(text: string): SqlType {
  const read = readDateTime(text);
  if (read === undefined) return varcharType;
  if (read.microsOfDay === undefined) return dateType;
  return read.zoneSeconds === undefined ? timestampType : timestamptzType;
}

/** The type of text without quotes, which may stand for anything. */
export function typeOfText(text: string): SqlType {
  if (/^(?:true|false)$/i.test(text)) return booleanType;
  if (number.test(text) && !leadingZero.test(text)) return typeOfNumber(text);
  return typeOfString(text);
}
