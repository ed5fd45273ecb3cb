/**
 * Groups by intervals: keys are compared by their bytes, and intervals of one length are equal whatever
 * their parts. So the key is the length, and the interval shown is that of the group's first row.
 */
import { resolveAggregate, resolveCall } from '../../expressions/binding/resolve-call.ts';
import type { BoundAggregate, BoundExpression } from '../../expressions/bound-expression.ts';
import { aggregateOf, columnReference, projectOf } from '../../plan/build-plan.ts';
import type { AggregateNode, LogicalPlan } from '../../plan/logical-plan.ts';
import { transformPlan } from '../../plan/rewrite-plan.ts';

export function keyIntervals(plan: LogicalPlan): LogicalPlan {
  return transformPlan(plan, (node) => {
    const hasInterval = node.kind === 'aggregate' && node.keys.some(isInterval);
    return hasInterval ? keyByLength(node) : node;
  });
}

function keyByLength(node: AggregateNode): LogicalPlan {
  const { keys, aggregates, schema } = node;
  const shown = keys.filter(isInterval).map(firstOf);
  const lengths = keys.map((key) =>
    isInterval(key) ? resolveCall('interval_length', [key], key.span) : key,
  );
  const grouped = aggregateOf(node.input, lengths, [...aggregates, ...shown]);
  let next = keys.length + aggregates.length;
  const places = schema.map((_, i) => (keys[i] !== undefined && isInterval(keys[i]) ? next++ : i));
  return projectOf(
    grouped,
    places.map((place) => columnReference(grouped.schema, place)),
    schema.map(({ name }) => name),
  );
}

function isInterval({ type }: BoundExpression): boolean {
  return type.kind === 'interval';
}

/** A group has a first row, so this is NULL only where the key is. */
function firstOf(key: BoundExpression): BoundAggregate {
  return { ...resolveAggregate('first', [key], {}, key.span), nullable: key.nullable };
}
