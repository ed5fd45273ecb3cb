/**
 * The limits that a type's name and digits set beyond the type: VARCHAR(n), SMALLINT, TIMESTAMP(p). A cast
 * cuts a text that is too long; storing it into a column refuses it. Times are rounded by both.
 */
import type { SourceSpan } from '../../base/error.ts';
import type { ColumnLimit } from '../../columns/schema.ts';
import { intType, varcharType } from '../../columns/sql-type.ts';
import type { BoundExpression } from '../bound-expression.ts';
import { foldConstant } from '../fold.ts';
import { literal } from './literals.ts';
import { resolveCall } from './resolve-call.ts';

/** The value of the limit's type, as a cast gives it. */
export function castWithin(
  value: BoundExpression,
  limit: ColumnLimit | undefined,
  span: SourceSpan | undefined,
): BoundExpression {
  if (limit?.kind !== 'length') return storeWithin(value, limit, span);
  return foldConstant(resolveCall('left', [value, literal(intType, limit.length, span)], span));
}

/** The value of the limit's type, as a column takes it in. */
export function storeWithin(
  value: BoundExpression,
  limit: ColumnLimit | undefined,
  span: SourceSpan | undefined,
): BoundExpression {
  switch (limit?.kind) {
    case undefined:
      return value;
    case 'length':
      return foldConstant(resolveCall('limit_length', [value, literal(intType, limit.length, span)], span));
    case 'smallint':
      return foldConstant(resolveCall('limit_smallint', [value], span));
    case 'seconds':
      return foldConstant(resolveCall('round_seconds', [value, literal(intType, limit.digits, span)], span));
  }
}

/** The value of a column that takes no NULL. */
export function storeNotNull(value: BoundExpression, column: string): BoundExpression {
  return resolveCall('not_null', [value, literal(varcharType, column, value.span)], value.span);
}
