/**
 * The SQL schema of a Parquet file: flat columns only, by their logical types. Source: Parquet's
 * LogicalTypes.
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

function descendantCount(elements: readonly SchemaElement[], index: number): number {
  let count = 0;
  for (let child = 0; child < (elements[index]?.num_children ?? 0); child++) {
    count += 1 + descendantCount(elements, index + count + 1);
  }
  return count;
}

export function isDecimal(element: SchemaElement): boolean {
  return element.logical_type?.type === 'DECIMAL' || element.converted_type === 'DECIMAL';
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
  const logical = element.logical_type;
  if (logical?.type === 'TIMESTAMP') return logical.isAdjustedToUTC ? timestamptzType : timestampType;
  if (logical?.type === 'DATE' || element.converted_type === 'DATE') return dateType;
  if (element.converted_type?.startsWith('TIMESTAMP')) return timestamptzType;
  if (isDecimal(element)) {
    const { precision = decimalPrecisionMax, scale = 0 } = element;
    return precision <= decimalPrecisionMax ? decimalType(precision, scale) : undefined;
  }
  if (isUnsigned(element, 64)) return decimalType(unsigned64Digits, 0);
  if (isUnsigned(element, 32)) return bigintType;
  switch (element.type) {
    case 'BOOLEAN':
      return booleanType;
    case 'INT32':
      return intType;
    case 'INT64':
      return bigintType;
    case 'INT96':
      return timestampType;
    case 'FLOAT':
    case 'DOUBLE':
      return doubleType;
    case 'BYTE_ARRAY':
      return varcharType;
    default:
      return undefined;
  }
}
