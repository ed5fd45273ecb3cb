/** The whole way through the planner, with everything known at once. */
import type { BoundJob, BoundQuery } from '../../src/plan/bound-script.ts';
import {
  optimiseStatement,
  type PlannedStatement,
  type PlanningOptions,
  placeStatement,
} from '../../src/planner/plan-statement.ts';

export function planStatement(statement: BoundJob | BoundQuery, options: PlanningOptions): PlannedStatement {
  return placeStatement(optimiseStatement(statement, options), options);
}
