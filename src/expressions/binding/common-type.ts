/**
 * The one type for several expressions (CASE, COALESCE, IN, comparisons, GREATEST), by PostgreSQL's rules for
 * UNION and related constructs: literals without a type take the others', and the type wins that the rest
 * converts to.
 */
import { VelostreamError } from '../../base/error.ts';
import { type SqlType, sameType, varcharType } from '../../columns/sql-type.ts';
import type { BoundExpression } from '../bound-expression.ts';
import { castTo } from './cast-to.ts';
import { decimalTypeOfInteger } from './literals.ts';
import {
  categoryOf,
  convertsImplicitly,
  decimalTypeFor,
  isPreferred,
  typeName,
  widerDecimal,
} from './type-rules.ts';

/** `context` is how the construct is called in an error, such as `CASE`. */
export function commonType(expressions: readonly BoundExpression[], context: string): SqlType {
  let common: SqlType | undefined;
  for (const { type, span } of expressions) {
    if (type.kind === 'unknown') continue;
    if (common === undefined || sameType(common, type)) {
      common = type;
      continue;
    }
    if (categoryOf(common.kind) !== categoryOf(type.kind)) {
      throw new VelostreamError(
        `${context} types ${typeName(common)} and ${typeName(type)} cannot be matched`,
        { code: 'sql_type_mismatch', position: span },
      );
    }
    if (common.kind === 'decimal' && type.kind === 'decimal') {
      common = widerDecimal(common, type);
    } else if (!isPreferred(common.kind) && convertsImplicitly(common.kind, type.kind)) {
      common = type;
    }
  }
  if (common === undefined) return varcharType;
  return common.kind === 'decimal' ? widestDecimal(expressions, common) : common;
}

/** The expressions converted to their common type. */
export function toCommonType(expressions: readonly BoundExpression[], context: string): BoundExpression[] {
  const type = commonType(expressions, context);
  return expressions.map((expression) => castTo(expression, type, expression.span, false));
}

/**
 * A decimal type is found again over all operands, so that it also holds the integers that come before it.
 */
function widestDecimal(expressions: readonly BoundExpression[], common: SqlType): SqlType {
  return expressions.reduce((widest, expression) => {
    if (expression.type.kind === 'unknown') return widest;
    const exact = expression.kind === 'literal' ? decimalTypeOfInteger(expression.value) : undefined;
    return widerDecimal(
      widest,
      expression.type.kind === 'decimal' ? expression.type : (exact ?? decimalTypeFor(expression.type)),
    );
  }, common);
}
