/**
 * From a bound query to the plan that is compiled: optimise, choose an architecture, place stages and
 * exchanges. The one way through the planner for a job and a bare SELECT alike.
 */
import type { ArchitectureOptions } from '../plan/architecture.ts';
import type { BoundJob, BoundQuery } from '../plan/bound-script.ts';
import type { LogicalPlan } from '../plan/logical-plan.ts';
import type { PhysicalPlan, SinkTarget } from '../plan/physical-plan.ts';
import { optimise, type Session } from './optimise/optimise.ts';
import { chooseArchitecture } from './physical/choose-architecture.ts';
import { type Classification, classify } from './physical/classify.ts';
import { planPhysical } from './physical/plan-physical.ts';

export interface PlanningOptions extends Session {
  readonly architecture: ArchitectureOptions;
  readonly cores: number;
  /** Bytes to be read from these relations, where that is known. */
  readonly inputBytes?: (relations: Classification['relations']) => number | undefined;
}

export interface PlannedStatement {
  readonly logical: LogicalPlan;
  readonly physical: PhysicalPlan;
}

/** A statement's plan before it is spread: what it will read is known, where its parts will run is not. */
export interface OptimisedStatement {
  readonly logical: LogicalPlan;
  readonly classification: Classification;
  readonly sink: SinkTarget;
}

export function optimiseStatement(statement: BoundJob | BoundQuery, session: Session): OptimisedStatement {
  const logical = optimise(statement.plan, session);
  return { logical, classification: classify(logical), sink: sinkOf(statement) };
}

export function placeStatement(
  optimised: OptimisedStatement,
  options: Omit<PlanningOptions, keyof Session>,
): PlannedStatement {
  const { logical, classification, sink } = optimised;
  const { queryClass, sorted, relations } = classification;
  const parallelism = chooseArchitecture({
    options: options.architecture,
    cores: options.cores,
    queryClass,
    sorted,
    inputBytes: relations.length === 0 ? 0 : options.inputBytes?.(relations),
  });
  return { logical, physical: planPhysical(logical, parallelism, sink) };
}

function sinkOf(statement: BoundJob | BoundQuery): SinkTarget {
  return statement.kind === 'query'
    ? { kind: 'client' }
    : { kind: 'relation', relation: statement.target.name };
}
