/**
 * From a type's name in the grammar to the engine's type; types that the engine does not have are refused by
 * name.
 */
import { type SourceSpan, VelostreamError } from '../../../base/error.ts';
import { nearestName } from '../../../base/nearest-name.ts';
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
import { decimalDefault } from '../../../expressions/binding/type-rules.ts';
import { builtinTypeNames, type DataType } from '../../../sql/ast/name.ts';
import { typeSpellings } from '../../../sql/type-spellings.ts';

const plainTypes: ReadonlyMap<string, SqlType> = new Map([
  ['boolean', booleanType],
  ['smallint', intType],
  ['integer', intType],
  ['bigint', bigintType],
  ['real', doubleType],
  ['double', doubleType],
  ['char', varcharType],
  ['varchar', varcharType],
  ['date', dateType],
  ['timestamp', timestampType],
  ['timestamptz', timestamptzType],
  ['interval', intervalType],
]);

/** Digits of a second that a value has; a type that asks for fewer is taken as a description of the data. */
const secondsDigitsMax = 6;

export function bindDataType(type: DataType): SqlType {
  if (type.name === 'decimal') return bindDecimal(type);
  const plain = plainTypes.get(type.name);
  if (plain === undefined) throw unknownType(type);
  const [digits] = type.parameters;
  const timed = plain.kind === 'timestamp' || plain.kind === 'timestamptz' || plain.kind === 'interval';
  if (timed && digits !== undefined && digits > secondsDigitsMax) {
    throw invalid(`precision of ${type.name} must be between 0 and ${secondsDigitsMax}`, type.span);
  }
  if (plain.kind === 'varchar' && digits !== undefined && digits < 1) {
    throw invalid(`length of type ${type.name} must be at least 1`, type.span);
  }
  return plain;
}

function bindDecimal(type: DataType): SqlType {
  const [precision, scale = 0] = type.parameters;
  if (precision === undefined) return decimalDefault;
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

const supportedSpellings = [...typeSpellings].flatMap(([spelling, name]) =>
  plainTypes.has(name) || name === 'decimal' ? [spelling] : [],
);

function unknownType(type: DataType): VelostreamError {
  if ((builtinTypeNames as readonly string[]).includes(type.name)) {
    return new VelostreamError(`type ${type.name} is not supported`, {
      code: 'sql_unsupported',
      position: type.span,
    });
  }
  const proposal = nearestName(type.name, supportedSpellings);
  return new VelostreamError(`type "${type.name}" does not exist`, {
    code: 'sql_undefined_name',
    position: type.span,
    hint: proposal === undefined ? undefined : `Perhaps you meant ${proposal.toUpperCase()}.`,
  });
}
