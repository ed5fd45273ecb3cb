/**
 * Two projections in a row become one, and one that changes nothing goes. An expression that is used several
 * times above is not copied where that would make the result much longer.
 */
import { projectOf } from '../../plan/build-plan.ts';
import { expressionSize, substituteColumns } from '../../plan/expression-columns.ts';
import type { LogicalPlan, ProjectNode } from '../../plan/logical-plan.ts';
import { inputOf, transformPlan, withInput } from '../../plan/rewrite-plan.ts';

/** A merged projection may have at most so many nodes more than the two together. */
const growthMax = 64;

export function mergeProjections(plan: LogicalPlan): LogicalPlan {
  const merged = transformPlan(plan, (node) => (node.kind === 'project' ? merge(node) : node));
  const input = inputOf(merged);
  if (input === undefined) return merged;
  const below = transformPlan(input, (node) =>
    node.kind === 'project' && isTrivial(node) ? node.input : node,
  );
  const top = withInput(merged, below);
  return top.kind === 'project' && isTrivial(top) && sameNames(top) ? top.input : top;
}

function merge(upper: ProjectNode): LogicalPlan {
  const { input: lower } = upper;
  if (lower.kind !== 'project') return upper;
  const sizeMax = size(upper) + size(lower) + growthMax;
  const expressions = upper.expressions.map((expression) => substituteColumns(expression, lower.expressions));
  let merged = 0;
  for (const expression of expressions) merged += expressionSize(expression, sizeMax + 1);
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

function isTrivial(project: ProjectNode): boolean {
  const { expressions, input } = project;
  return (
    expressions.length === input.schema.length &&
    expressions.every((expression, index) => expression.kind === 'column' && expression.index === index)
  );
}

/** Only at the top do the names of columns mean anything. */
function sameNames(project: ProjectNode): boolean {
  return project.schema.every((column, index) => column.name === project.input.schema[index]?.name);
}
