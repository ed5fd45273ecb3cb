/**
 * Drops an ORDER BY whose order nobody can see: below a grouping or another order. It stays where the rows
 * come out in it, or where LIMIT, FIRST or LAST take rows by their order.
 */
import type { LogicalPlan } from '../../plan/logical-plan.ts';
import { needsPosition } from '../../plan/needs-position.ts';
import { inputOf, withInput } from '../../plan/rewrite-plan.ts';

/** What the plan above makes of the order: nothing, the order of the result, or which rows are taken. */
type OrderUse = 'none' | 'shown' | 'taken';

export function dropSorts(plan: LogicalPlan): LogicalPlan {
  return drop(plan, 'shown');
}

function drop(plan: LogicalPlan, use: OrderUse): LogicalPlan {
  const input = inputOf(plan);
  if (input === undefined) return plan;
  if (plan.kind === 'sort' && use === 'none') return drop(input, 'none');
  return withInput(plan, drop(input, useOf(plan, use)));
}

/** What a node makes of the order of its input. */
function useOf(plan: LogicalPlan, above: OrderUse): OrderUse {
  switch (plan.kind) {
    case 'sort':
    case 'top_n':
      return 'none';
    case 'limit':
      return 'taken';
    case 'aggregate':
      return above === 'taken' || plan.aggregates.some(needsPosition) ? 'taken' : 'none';
    case 'distinct':
      return above === 'taken' ? 'taken' : 'none';
    default:
      return above;
  }
}
