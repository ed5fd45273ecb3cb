/**
 * Literals. A bare string or NULL has the type `unknown` until its context gives it one (cast-to.ts); a
 * number is the smallest of INT, BIGINT and DECIMAL that holds it exactly, as in PostgreSQL.
 */
import { type SourceSpan, VelostreamError } from '../../base/error.ts';
import {
  bigintType,
  booleanType,
  decimalPrecisionMax,
  decimalType,
  doubleType,
  intType,
  type SqlType,
  unknownType,
} from '../../columns/sql-type.ts';
import type { BoundExpression, BoundLiteral, LiteralValue } from '../bound-expression.ts';
import { decimalDefault, decimalTypeFor } from './type-rules.ts';

export function literal(type: SqlType, value: LiteralValue, span?: SourceSpan): BoundLiteral {
  return { kind: 'literal', type, value, nullable: value === null, span };
}

/** A string as written: its type is `unknown`, its value the text. */
export function stringLiteral(text: string, span?: SourceSpan): BoundLiteral {
  return literal(unknownType, text, span);
}

export function nullLiteral(span?: SourceSpan, type: SqlType = unknownType): BoundLiteral {
  return literal(type, null, span);
}

export function booleanLiteral(value: boolean, span?: SourceSpan): BoundLiteral {
  return literal(booleanType, value, span);
}

const intMax = 2_147_483_647n;
const bigintMax = 9_223_372_036_854_775_807n;

/**
 * A number from its plain decimal text: digits alone make INT, BIGINT or DECIMAL by size; a point or an
 * exponent makes DECIMAL with the digits written, or DOUBLE where those are more than a DECIMAL holds.
 */
export function numberLiteral(text: string, span?: SourceSpan): BoundLiteral {
  const parts = /^(-?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!parts || (parts[2] === '' && !parts[3])) {
    throw new VelostreamError(`invalid number "${text}"`, { code: 'sql_invalid_literal', position: span });
  }
  const [, sign = '', integral = '', fraction = '', exponent = '0'] = parts;
  const unscaled = BigInt(`${integral}${fraction}` || '0');
  const value = sign === '-' ? -unscaled : unscaled;
  if (parts[3] === undefined && parts[4] === undefined) {
    const magnitude = sign === '-' ? unscaled - 1n : unscaled;
    if (magnitude <= intMax) return literal(intType, Number(value), span);
    if (magnitude <= bigintMax) return literal(bigintType, value, span);
  }
  const scale = fraction.length - Number(exponent);
  if (Math.abs(scale) > 2 * decimalPrecisionMax) return doubleLiteral(text, span);
  const scaled = scale < 0 ? value * 10n ** BigInt(-scale) : value;
  const digits = (scaled < 0n ? -scaled : scaled).toString().length;
  const precision = Math.max(digits, scale, 1);
  if (precision > decimalPrecisionMax) return doubleLiteral(text, span);
  return literal(decimalType(precision, Math.max(scale, 0)), scaled, span);
}

function doubleLiteral(text: string, span: SourceSpan | undefined): BoundLiteral {
  const value = Number(text);
  if (Number.isFinite(value)) return literal(doubleType, value, span);
  throw new VelostreamError(`"${text}" is out of range for type double`, {
    code: 'sql_invalid_literal',
    position: span,
  });
}

/** The narrowest decimal type that holds an integer literal exactly; undefined for any other expression. */
export function decimalTypeOfInteger(value: LiteralValue): SqlType | undefined {
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  return decimalType(value.toString().replace('-', '').length, 0);
}

/**
 * The decimal type that a literal's text asks for, such as (3,2) for `1.50`; undefined where it is no plain
 * number.
 */
export function decimalTypeOfText(text: string): SqlType | undefined {
  if (!/^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/.test(text)) return undefined;
  const { type } = numberLiteral(`${text.trim().replace(/^[+]/, '')}`);
  switch (type.kind) {
    case 'decimal':
      return type;
    case 'int':
      return decimalType(10, 0);
    case 'bigint':
      return decimalType(19, 0);
    default:
      return undefined;
  }
}

/** The decimal type that an expression's own type, or a constant text, asks for. */
export function decimalTypeOf(expression: BoundExpression): SqlType {
  if (expression.kind !== 'literal' || typeof expression.value !== 'string') {
    return decimalTypeFor(expression.type);
  }
  return decimalTypeOfText(expression.value) ?? decimalDefault;
}
