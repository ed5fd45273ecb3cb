/**
 * From a type's name in the grammar to the engine's type; types that the engine does not have are refused by
 * name.
 */
import { type SourceSpan, VelostreamError } from '../../../base/error.ts';
import { nearestName } from '../../../base/nearest-name.ts';
import type { ColumnLimit } from '../../../columns/schema.ts';
import {
  bigintType,
  booleanType,
  dateType,
  decimalPrecisionMax,
  decimalType,
  doubleType,
  intervalType,
  intType,
  type SqlType,
  timestampType,
  timestamptzType,
  varcharType,
} from '../../../columns/sql-type.ts';
import { decimalTypeOf } from '../../../expressions/binding/literals.ts';
import { decimalDefault } from '../../../expressions/binding/type-rules.ts';
import type { BoundExpression } from '../../../expressions/bound-expression.ts';
import { builtinTypeNames, type DataType } from '../../../sql/ast/name.ts';
import { typeSpellings } from '../../../sql/type-spellings.ts';

const plainTypes: ReadonlyMap<string, SqlType> = new Map([
  ['boolean', booleanType],
  ['smallint', intType],
  ['integer', intType],
  ['bigint', bigintType],
  ['real', doubleType],
  ['double', doubleType],
  ['varchar', varcharType],
  ['date', dateType],
  ['timestamp', timestampType],
  ['timestamptz', timestamptzType],
  ['interval', intervalType],
]);

/** A type as it was written: the engine's type, and what the name and the digits ask beyond that. */
export interface WrittenType {
  readonly type: SqlType;
  readonly limit: ColumnLimit | undefined;
}

/** Digits of a second that a value has. */
const secondsDigitsMax = 6;

/** `value`: what is cast to it, if anything; a DECIMAL without digits takes its own. */
export function bindDataType(type: DataType, value?: BoundExpression): WrittenType {
  if (type.name === 'decimal') return { type: bindDecimal(type, value), limit: undefined };
  const plain = plainTypes.get(type.name);
  if (plain === undefined) throw unknownType(type);
  return { type: plain, limit: limitOf(type) };
}

function limitOf({ name, parameters, span }: DataType): ColumnLimit | undefined {
  const [digits] = parameters;
  if (name === 'smallint') return { kind: 'smallint' };
  if (digits === undefined) return undefined;
  if (name === 'varchar') {
    if (digits < 1) throw invalid(`length for type ${name} must be at least 1`, span);
    return { kind: 'length', length: digits };
  }
  const isTimed = name === 'timestamp' || name === 'timestamptz' || name === 'interval';
  return isTimed ? secondsLimit(digits, name, span) : undefined;
}

/** What `name(digits)` asks of a time. */
export function secondsLimit(
  digits: number | undefined,
  name: string,
  span: SourceSpan,
): ColumnLimit | undefined {
  if (digits === undefined || digits === secondsDigitsMax) return undefined;
  if (digits >= 0 && digits < secondsDigitsMax) return { kind: 'seconds', digits };
  throw invalid(`precision of ${name} must be between 0 and ${secondsDigitsMax}`, span);
}

function bindDecimal(type: DataType, value: BoundExpression | undefined): SqlType {
  const [precision, scale = 0] = type.parameters;
  if (precision === undefined) return value === undefined ? decimalDefault : decimalTypeOf(value);
  if (precision < 1 || precision > decimalPrecisionMax) {
    throw invalid(`DECIMAL precision ${precision} must be between 1 and ${decimalPrecisionMax}`, type.span);
  }
  if (scale < 0 || scale > precision) {
    throw invalid(`DECIMAL scale ${scale} must be between 0 and precision ${precision}`, type.span);
  }
  return decimalType(precision, scale);
}

function invalid(message: string, position: SourceSpan): VelostreamError {
  return new VelostreamError(message, { code: 'sql_invalid_option', position });
}

/** For proposals, in which INT comes before INT2. */
const supportedSpellings = [...typeSpellings]
  .flatMap(([spelling, name]) => (plainTypes.has(name) || name === 'decimal' ? [spelling] : []))
  .sort((a, b) => a.length - b.length);

function unknownType(type: DataType): VelostreamError {
  if ((builtinTypeNames as readonly string[]).includes(type.name)) {
    return new VelostreamError(`type ${type.name} is not supported`, {
      code: 'sql_unsupported',
      position: type.span,
      hint: type.name === 'char' ? 'Use VARCHAR(n), which is not padded with blanks.' : undefined,
    });
  }
  const proposal = nearestName(type.name, supportedSpellings);
  return new VelostreamError(`type "${type.name}" does not exist`, {
    code: 'sql_undefined_name',
    position: type.span,
    hint: proposal === undefined ? undefined : `Perhaps you meant ${proposal.toUpperCase()}.`,
  });
}
