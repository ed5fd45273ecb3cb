/**
 * From a bound query to the plan that is compiled: optimise, choose an architecture, place stages and
 * exchanges. The one way through the planner for a job and a bare SELECT alike.
 */
import type { ArchitectureOptions } from '../plan/architecture.ts';
import type { BoundJob, BoundQuery } from '../plan/bound-script.ts';
import type { LogicalPlan } from '../plan/logical-plan.ts';
import type { PhysicalPlan, SinkTarget } from '../plan/physical-plan.ts';
import { optimise } from './optimise/optimise.ts';
import { chooseArchitecture } from './physical/choose-architecture.ts';
import { type Classification, classify } from './physical/classify.ts';
import { planPhysical } from './physical/plan-physical.ts';

export interface PlanningOptions {
  readonly architecture: ArchitectureOptions;
  readonly cores: number;
  /** Bytes to be read from these relations, where that is known. */
  readonly inputBytes?: (relations: Classification['relations']) => number | undefined;
}

export interface PlannedStatement {
  readonly logical: LogicalPlan;
  readonly physical: PhysicalPlan;
}

export function planStatement(statement: BoundJob | BoundQuery, options: PlanningOptions): PlannedStatement {
  const logical = optimise(statement.plan);
  const { queryClass, sorted, relations } = classify(logical);
  const parallelism = chooseArchitecture({
    options: options.architecture,
    cores: options.cores,
    queryClass,
    sorted,
    inputBytes: relations.length === 0 ? 0 : options.inputBytes?.(relations),
  });
  return { logical, physical: planPhysical(logical, parallelism, targetOf(statement)) };
}

function targetOf(statement: BoundJob | BoundQuery): SinkTarget {
  return statement.kind === 'query'
    ? { kind: 'client' }
    : { kind: 'relation', relation: statement.target.name };
}
