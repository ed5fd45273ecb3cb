/** Walking and rebuilding logical plans: every node has at most one input. */
import type { LogicalPlan } from './logical-plan.ts';

export function inputOf(plan: LogicalPlan): LogicalPlan | undefined {
  return plan.kind === 'scan' || plan.kind === 'values' ? undefined : plan.input;
}

/**
 * The same node over another input of the same schema; node and input stay as they are where nothing changes.
 */
export function withInput(plan: LogicalPlan, input: LogicalPlan): LogicalPlan {
  if (plan.kind === 'scan' || plan.kind === 'values' || plan.input === input) return plan;
  return { ...plan, input };
}

/** Rebuilds the plan bottom-up; `rewrite` sees each node over its rewritten input. */
export function transformPlan(plan: LogicalPlan, rewrite: (plan: LogicalPlan) => LogicalPlan): LogicalPlan {
  const input = inputOf(plan);
  if (input === undefined) return rewrite(plan);
  return rewrite(withInput(plan, transformPlan(input, rewrite)));
}

/** The node and all below it, top first. */
export function* nodesOf(plan: LogicalPlan): Generator<LogicalPlan> {
  for (let node: LogicalPlan | undefined = plan; node !== undefined; node = inputOf(node)) yield node;
}
