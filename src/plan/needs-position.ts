/** Whether an aggregate's result depends on the order of its rows: FIRST and LAST do. */
import type { BoundAggregate } from '../expressions/bound-expression.ts';
import { findAggregate } from '../expressions/catalogue.ts';

export function needsPosition(aggregate: BoundAggregate): boolean {
  return findAggregate(aggregate.name)?.overloads.some((overload) => overload.needsPosition) ?? false;
}
