/**
 * Literals. A number keeps its source text, so that no digit is lost before the binder has chosen a type;
 * a string holds its decoded value.
 */
import type { SourceSpan } from '../../base/error.ts';
import type { DataType } from './name.ts';

export interface NumberLiteral {
  readonly kind: 'number_literal';
  /** `integer`: digits only, any base. `decimal`: with a point. `float`: with an exponent. */
  readonly form: 'integer' | 'decimal' | 'float';
  /** As written (`1_000`, `0x1F`, `.5`, `1e5`); `numberDigits` gives the plain decimal spelling. */
  readonly text: string;
  readonly span: SourceSpan;
}

export interface StringLiteral {
  readonly kind: 'string_literal';
  /** The value: quotes removed, `''` and `E'..'` escapes decoded. */
  readonly value: string;
  readonly span: SourceSpan;
}

export interface BooleanLiteral {
  readonly kind: 'boolean_literal';
  readonly value: boolean;
  readonly span: SourceSpan;
}

export interface NullLiteral {
  readonly kind: 'null_literal';
  readonly span: SourceSpan;
}

/** `DATE '2024-01-31'`, `TIMESTAMPTZ '...'`, `INT '7'`: a constant of the type, read by the binder. */
export interface TypedLiteral {
  readonly kind: 'typed_literal';
  readonly type: DataType;
  readonly value: string;
  readonly span: SourceSpan;
}

export const intervalUnits = [
  'year',
  'month',
  'week',
  'day',
  'hour',
  'minute',
  'second',
  'millisecond',
  'microsecond',
] as const;

export type IntervalUnit = (typeof intervalUnits)[number];

/** `INTERVAL '1 minute 30 seconds'`, `INTERVAL '1' MINUTE`, `INTERVAL '1-2' YEAR TO MONTH`. */
export interface IntervalLiteral {
  readonly kind: 'interval_literal';
  readonly value: string;
  /** The unit behind the string; of a range the first unit. */
  readonly unit: IntervalUnit | undefined;
  /** The last unit of a range such as `DAY TO SECOND`. */
  readonly endUnit: IntervalUnit | undefined;
  /** Digits of the seconds' fraction, as in `SECOND(3)` or `INTERVAL(3) '...'`. */
  readonly precision: number | undefined;
  readonly span: SourceSpan;
}

export type Literal =
  | NumberLiteral
  | StringLiteral
  | BooleanLiteral
  | NullLiteral
  | TypedLiteral
  | IntervalLiteral;

/**
 * The number as plain decimal text: no underscores, base 16, 8 and 2 converted. The result of an `integer`
 * is digits for `BigInt`, that of the other forms is text for `Number` or a decimal reader.
 */
export function numberDigits(literal: NumberLiteral): string {
  const text = literal.text.replaceAll('_', '');
  return /^-?0[xob]/i.test(text) ? radixDigits(text) : text;
}

function radixDigits(text: string): string {
  return text.startsWith('-') ? `-${BigInt(text.slice(1))}` : BigInt(text).toString();
}
