/**
 * Two projections in a row become one, and one that changes nothing goes. An expression that is used several times
 * above is not copied where that would make the result much longer.
 */
import { projectOf } from '../../plan/build-plan.ts';
import { expressionSize, substituteColumns } from '../../plan/expression-columns.ts';
import type { LogicalPlan, ProjectNode } from '../../plan/logical-plan.ts';
import { transformPlan } from '../../plan/rewrite-plan.ts';

/** A merged projection may have at most so many nodes more than the two together. */
const growthMax = 64;

export function mergeProjections(plan: LogicalPlan): LogicalPlan {
  const merged = transformPlan(plan, (node) => (node.kind === 'project' ? merge(node) : node));
  return merged.kind === 'project' && isTrivial(merged) && sameNames(merged)
    ? merged.input
    : dropBelow(merged);
}

function merge(upper: ProjectNode): LogicalPlan {
  const { input: lower } = upper;
  if (lower.kind !== 'project') return upper;
  const sizeMax = size(upper) + size(lower) + growthMax;
  const expressions = upper.expressions.map((expression) => substituteColumns(expression, lower.expressions));
  let merged = 0;
  for (const expression of expressions) merged += expressionSize(expression, sizeMax);
  if (merged > sizeMax) return upper;
  return projectOf(
    lower.input,
    expressions,
    upper.schema.map((column) => column.name),
  );
}

function size(project: ProjectNode): number {
  return project.expressions.reduce((total, expression) => total + expressionSize(expression, 10_000), 0);
}

/** Below the top the names of columns mean nothing any more, only their positions. */
function dropBelow(plan: LogicalPlan): LogicalPlan {
  const top = plan;
  return transformPlan(plan, (node) =>
    node !== top && node.kind === 'project' && isTrivial(node) ? node.input : node,
  );
}

function isTrivial(project: ProjectNode): boolean {
  const { expressions, input } = project;
  return (
    expressions.length === input.schema.length &&
    expressions.every((expression, index) => expression.kind === 'column' && expression.index === index)
  );
}

function sameNames(project: ProjectNode): boolean {
  return project.schema.every((column, index) => column.name === project.input.schema[index]?.name);
}
