/** LIMIT and OFFSET: constant expressions, as PostgreSQL takes them; NULL means none. */
import { VelostreamError } from '../../../base/error.ts';
import { bigintType } from '../../../columns/sql-type.ts';
import { assignTo } from '../../../expressions/binding/cast-to.ts';
import { foldConstant } from '../../../expressions/fold.ts';
import type { Expression } from '../../../sql/ast/query.ts';
import { walk } from '../../../sql/ast/traverse.ts';
import { bindExpression } from '../expression/expression.ts';
import type { ExpressionContext } from '../expression/expression-context.ts';
import { emptyScope } from '../expression/scope.ts';

export function bindRowCount(
  clause: 'LIMIT' | 'OFFSET',
  expression: Expression | undefined,
  context: ExpressionContext,
): bigint | undefined {
  if (expression === undefined) return undefined;
  checkNoColumns(clause, expression);
  const outside = { ...context, scope: emptyScope, aggregates: undefined, aliases: undefined, clause };
  const bound = bindExpression(expression, outside);
  const count = foldConstant(assignTo(bound, bigintType, clause, expression.span));
  if (count.kind !== 'literal') {
    throw new VelostreamError(`argument of ${clause} must be a constant`, {
      code: 'sql_invalid_literal',
      position: expression.span,
    });
  }
  if (count.value === null) return undefined;
  const value = BigInt(count.value as bigint);
  if (value < 0n) {
    throw new VelostreamError(`${clause} must not be negative`, {
      code: 'sql_invalid_literal',
      position: expression.span,
    });
  }
  return value;
}

function checkNoColumns(clause: string, expression: Expression): void {
  walk(expression, (node) => {
    if (node.kind !== 'column_reference') return true;
    throw new VelostreamError(`argument of ${clause} must not contain variables`, {
      code: 'sql_grouping',
      position: node.span,
    });
  });
}
