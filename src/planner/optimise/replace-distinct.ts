/**
 * DISTINCT is grouping by all columns without aggregates. Rows that carry all keys of a grouping are distinct
 * already.
 */
import { aggregateOf, columnReference } from '../../plan/build-plan.ts';
import type { DistinctNode, LogicalPlan } from '../../plan/logical-plan.ts';
import { transformPlan } from '../../plan/rewrite-plan.ts';

export function replaceDistinct(plan: LogicalPlan): LogicalPlan {
  return transformPlan(plan, (node) => (node.kind === 'distinct' ? replace(node) : node));
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
