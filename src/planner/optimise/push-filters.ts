/**
 * Moves filters towards the scans. A condition moves on its own only when it cannot fail, or when every
 * condition in front of it moves along: what protects it goes on protecting it. Never past a LIMIT, which
 * counts rows.
 */
import type { BoundExpression } from '../../expressions/bound-expression.ts';
import { isFallible } from '../../expressions/fallible.ts';
import { filterOf } from '../../plan/build-plan.ts';
import { collectColumns, expressionSize, substituteColumns } from '../../plan/expression-columns.ts';
import type { AggregateNode, FilterNode, LogicalPlan, ProjectNode } from '../../plan/logical-plan.ts';
import { inputOf, withInput } from '../../plan/rewrite-plan.ts';
import { conjunctionOf, conjunctsOf, filterBehind } from './conjuncts.ts';

/** A condition that would grow beyond so many nodes by substitution stays where it is. */
const pushedSizeMax = 400;

export function pushFilters(plan: LogicalPlan): LogicalPlan {
  if (plan.kind === 'filter') return pushFilter(plan);
  const input = inputOf(plan);
  return input === undefined ? plan : withInput(plan, pushFilters(input));
}

function pushFilter(filter: FilterNode): LogicalPlan {
  const { input, predicate } = filter;
  switch (input.kind) {
    case 'filter':
      return pushFilters(merged(filter, input));
    case 'scan':
      return { ...input, filter: filterBehind(input.filter, predicate) };
    case 'project':
      return belowProject(filter, input);
    case 'sort':
      return pushFilters(withInput(input, filterOf(input.input, predicate)));
    case 'aggregate':
      return belowAggregate(filter, input);
    default:
      return withInput(filter, pushFilters(input));
  }
}

/** The lower filter's conditions come first: they protect the upper one's. */
function merged(upper: FilterNode, lower: FilterNode): FilterNode {
  return filterOf(lower.input, filterBehind(lower.predicate, upper.predicate));
}

function belowProject(filter: FilterNode, project: ProjectNode): LogicalPlan {
  const moved = substituteColumns(filter.predicate, project.expressions);
  if (expressionSize(moved, pushedSizeMax) >= pushedSizeMax) return withInput(filter, pushFilters(project));
  return pushFilters(withInput(project, filterOf(project.input, moved)));
}

/** Conditions on the keys alone hold for all rows of a group or for none. */
function belowAggregate(filter: FilterNode, aggregate: AggregateNode): LogicalPlan {
  const stay: BoundExpression[] = [];
  const go: BoundExpression[] = [];
  for (const conjunct of conjunctsOf(filter.predicate)) {
    const moved = onKeys(conjunct, aggregate) ? substituteColumns(conjunct, aggregate.keys) : undefined;
    if (moved === undefined || isFallible(moved)) stay.push(conjunct);
    else go.push(moved);
  }
  const below = conjunctionOf(go);
  const above = conjunctionOf(stay);
  const input = below === undefined ? aggregate.input : filterOf(aggregate.input, below);
  const pushed = withInput(aggregate, pushFilters(input));
  return above === undefined ? pushed : filterOf(pushed, above);
}

/** Without keys there is a group even where no row is left, so nothing may move. */
function onKeys(conjunct: BoundExpression, aggregate: AggregateNode): boolean {
  const keyCount = aggregate.keys.length;
  return keyCount > 0 && [...collectColumns(conjunct, new Set())].every((index) => index < keyCount);
}
