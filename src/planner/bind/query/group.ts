/**
 * Expressions of a SELECT that groups, moved behind its aggregation: what is a key becomes the key's column,
 * an aggregate its result's column, and any other column of the input is an error, in PostgreSQL's words.
 */
import { VelostreamError } from '../../../base/error.ts';
import {
  type BoundColumn,
  type BoundExpression,
  rewriteExpression,
} from '../../../expressions/bound-expression.ts';
import { columnReference } from '../../../plan/build-plan.ts';
import type { AggregateNode } from '../../../plan/logical-plan.ts';
import { sameExpression } from '../../../plan/same-expression.ts';
import type { Scope } from '../expression/scope.ts';
import type { ProblemList } from '../problem-list.ts';

export interface GroupContext {
  readonly aggregate: AggregateNode;
  readonly scope: Scope;
  /** The columns from here on are aggregates. */
  readonly aggregateBase: number;
  readonly problems: ProblemList;
}

/** The expression over the aggregation's columns. Every column that is not grouped is reported. */
export function moveBehindGroup(expression: BoundExpression, context: GroupContext): BoundExpression {
  const before = context.problems.count;
  const moved = move(expression, context);
  if (context.problems.count > before) context.problems.giveUp();
  return moved;
}

function move(expression: BoundExpression, context: GroupContext): BoundExpression {
  return rewriteExpression(expression, { enter: (node) => columnBehindGroup(node, context) });
}

/** What stands for the node itself behind the aggregation; undefined where its operands are to be moved. */
function columnBehindGroup(expression: BoundExpression, context: GroupContext): BoundExpression | undefined {
  const { aggregate, aggregateBase } = context;
  const key = aggregate.keys.findIndex((candidate) => sameExpression(candidate, expression));
  if (key >= 0) return columnReference(aggregate.schema, key, expression.span);
  if (expression.kind !== 'column') return undefined;
  if (expression.index >= aggregateBase) {
    const index = aggregate.keys.length + expression.index - aggregateBase;
    return columnReference(aggregate.schema, index, expression.span);
  }
  context.problems.report(notGrouped(expression, context.scope));
  return expression;
}

function notGrouped(column: BoundColumn, scope: Scope): VelostreamError {
  const name = scope.relation === undefined ? column.name : `${scope.relation}.${column.name}`;
  return new VelostreamError(
    `column "${name}" must appear in the GROUP BY clause or be used in an aggregate function`,
    { code: 'sql_grouping', position: column.span },
  );
}
