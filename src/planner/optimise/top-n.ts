/** ORDER BY with LIMIT becomes one operator, which keeps only the rows it will give. */
import type { LogicalPlan } from '../../plan/logical-plan.ts';
import { transformPlan } from '../../plan/rewrite-plan.ts';

export function makeTopN(plan: LogicalPlan): LogicalPlan {
  return transformPlan(plan, (node) => {
    if (node.kind !== 'limit' || node.limit === undefined || node.input.kind !== 'sort') return node;
    const { limit, offset, schema, input } = node;
    return { kind: 'top_n', input: input.input, keys: input.keys, limit, offset, schema };
  });
}
