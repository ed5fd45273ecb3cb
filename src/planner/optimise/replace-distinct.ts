/**
 * DISTINCT is grouping by all columns without aggregates. Rows that carry all keys of a grouping are distinct
 * already. So are the values of aggregates over all rows that are all DISTINCT over the same arguments: as
 * keys they spread over the partitions, where otherwise one task would have to see every row.
 */
import { aggregateOf, columnReference } from '../../plan/build-plan.ts';
import type { AggregateNode, DistinctNode, LogicalPlan } from '../../plan/logical-plan.ts';
import { transformPlan } from '../../plan/rewrite-plan.ts';
import { sameExpressions } from '../../plan/same-expression.ts';

export function replaceDistinct(plan: LogicalPlan): LogicalPlan {
  return transformPlan(plan, (node) => {
    if (node.kind === 'distinct') return replace(node);
    return node.kind === 'aggregate' ? groupFirst(node) : node;
  });
}

function groupFirst(node: AggregateNode): LogicalPlan {
  const [first] = node.aggregates;
  if (first === undefined || node.keys.length > 0) return node;
  const sameValues = node.aggregates.every(
    ({ distinct, filter, args }) => distinct && filter === undefined && sameExpressions(args, first.args),
  );
  if (!sameValues) return node;
  const values = aggregateOf(node.input, first.args, []);
  const args = values.schema.map((_, index) => columnReference(values.schema, index));
  const aggregates = node.aggregates.map((aggregate) => ({ ...aggregate, distinct: false, args }));
  return aggregateOf(values, [], aggregates);
}

function replace({ input }: DistinctNode): LogicalPlan {
  const columns = new Set(input.schema.keys());
  if (isDistinct(input, columns)) return input;
  const keys = input.schema.map((_, index) => columnReference(input.schema, index));
  return aggregateOf(input, keys, []);
}

/** Whether no two rows of the plan agree in all of `columns`. */
export function isDistinct(plan: LogicalPlan, columns: ReadonlySet<number>): boolean {
  switch (plan.kind) {
    case 'aggregate':
      return plan.keys.every((_, index) => columns.has(index));
    case 'values':
      return true;
    case 'project': {
      const below = new Set<number>();
      for (const [index, expression] of plan.expressions.entries()) {
        if (columns.has(index) && expression.kind === 'column') below.add(expression.index);
      }
      return isDistinct(plan.input, below);
    }
    case 'filter':
    case 'sort':
    case 'limit':
    case 'top_n':
      return isDistinct(plan.input, columns);
    default:
      return false;
  }
}
