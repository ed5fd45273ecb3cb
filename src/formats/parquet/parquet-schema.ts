/**
 * The SQL schema of a Parquet file: flat columns only, by their logical types; what SQL has no type for is
 * left out. Source: Parquet's LogicalTypes.
 */
import type { FileMetaData, SchemaElement } from 'hyparquet';
import { VelostreamError } from '../../base/error.ts';
import type { Column, Schema } from '../../columns/schema.ts';
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
} from '../../columns/sql-type.ts';

export function schemaOfParquet(metadata: FileMetaData): Schema {
  const [root, ...elements] = metadata.schema;
  const columns: Column[] = [];
  let nestedUntil = 0;
  for (const [i, element] of elements.entries()) {
    if (element.num_children) nestedUntil = Math.max(nestedUntil, i + descendantCount(elements, i) + 1);
    if (i < nestedUntil) continue;
    const type = typeOf(element);
    if (type) columns.push({ name: element.name, type, nullable: element.repetition_type !== 'REQUIRED' });
  }
  if (columns.length > 0) return columns;
  throw new VelostreamError(`the Parquet file has no column that SQL can read`, {
    code: 'source_format',
    detail: `Its root is "${root?.name ?? ''}"; nested and repeated columns are not supported.`,
  });
}

/** All elements below the one at `index`; as many as there are, where they are too few. */
export function descendantCount(elements: readonly SchemaElement[], index: number): number {
  let count = 0;
  for (let child = 0; child < (elements[index]?.num_children ?? 0); child++) {
    if (index + count + 1 >= elements.length) return elements.length;
    count += 1 + descendantCount(elements, index + count + 1);
  }
  return count;
}

export function isDecimal(element: SchemaElement): boolean {
  return element.logical_type?.type === 'DECIMAL' || element.converted_type === 'DECIMAL';
}

export function isInterval(element: SchemaElement): boolean {
  return element.logical_type?.type === 'INTERVAL' || element.converted_type === 'INTERVAL';
}

/** Digits of 2^64 - 1. */
const unsigned64Digits = 20;

function isUnsigned(element: SchemaElement, bitWidth: 32 | 64): boolean {
  const logical = element.logical_type;
  const isLogical = logical?.type === 'INTEGER' && logical.bitWidth === bitWidth && !logical.isSigned;
  return isLogical || element.converted_type === `UINT_${bitWidth}`;
}

function typeOf(element: SchemaElement): SqlType | undefined {
  if (element.repetition_type === 'REPEATED') return undefined;
  const { logical_type: logical, converted_type: converted } = element;
  if (isDecimal(element)) return typeOfDecimal(element);
  switch (element.type) {
    case 'BOOLEAN':
      return booleanType;
    case 'INT32':
      if (logical?.type === 'DATE' || converted === 'DATE') return dateType;
      return isUnsigned(element, 32) ? bigintType : intType;
    case 'INT64':
      if (logical?.type === 'TIMESTAMP') return logical.isAdjustedToUTC ? timestamptzType : timestampType;
      if (converted?.startsWith('TIMESTAMP')) return timestamptzType;
      return isUnsigned(element, 64) ? decimalType(unsigned64Digits, 0) : bigintType;
    case 'INT96':
      return timestampType;
    case 'FLOAT':
    case 'DOUBLE':
      return doubleType;
    case 'BYTE_ARRAY':
      return isText(element) ? varcharType : undefined;
    case 'FIXED_LEN_BYTE_ARRAY':
      if (logical?.type === 'UUID') return varcharType;
      if (logical?.type === 'FLOAT16') return doubleType;
      return isInterval(element) && element.type_length === intervalBytes ? intervalType : undefined;
    default:
      return undefined;
  }
}

function typeOfDecimal({
  type,
  precision = decimalPrecisionMax,
  scale = 0,
}: SchemaElement): SqlType | undefined {
  const isStored = type !== undefined && /^(?:INT32|INT64|BYTE_ARRAY|FIXED_LEN_BYTE_ARRAY)$/.test(type);
  const isPossible = precision >= 1 && precision <= decimalPrecisionMax && scale >= 0 && scale <= precision;
  return isStored && isPossible ? decimalType(precision, scale) : undefined;
}

/** Bytes without any type are mostly text. */
function isText({ logical_type: logical, converted_type: converted }: SchemaElement): boolean {
  const isOther = logical !== undefined && /^(?:BSON|GEOMETRY|GEOGRAPHY)$/.test(logical.type);
  return !isOther && converted !== 'BSON';
}

/** Months, days and milliseconds, of 32 bits each. */
const intervalBytes = 12;
