/**
 * How far a job is, read from shared memory without asking anybody: counters, ring depths, backpressure
 * states.
 */
import type { JobGraph } from '../../job/job-graph.ts';
import {
  type OperatorCounterName,
  type OperatorName,
  operatorCounterNames,
  operatorNames,
} from '../../operators/measured/operator-meter.ts';
import {
  type CounterName,
  type Counters,
  counterNames,
  type StageCounterName,
  stageCounterNames,
} from '../counters.ts';
import { type RingLayout, ringDeepest, ringDepth } from '../rings/ring.ts';
import { type RingGrid, ringAt } from '../rings/ring-grid.ts';
import type { SharedLayout } from '../shared-layout.ts';
import { type BackpressureState, backpressureOf } from './backpressure.ts';

/** How full the fullest of some rings is, 0 to 1, and was at its worst. */
export interface Backpressure {
  readonly utilization: number;
  readonly backpressure: BackpressureState;
  readonly utilizationMax: number;
  readonly backpressureMax: BackpressureState;
}

export interface StageProgress {
  readonly counters: Readonly<Record<StageCounterName, number>>;
  /** Those that are measured; none in a usual run. */
  readonly operators: Readonly<Partial<Record<OperatorName, OperatorFigures>>>;
}

export type OperatorFigures = Readonly<Record<OperatorCounterName, number>>;

/** Its backpressure is that of the rings that lead to this partition. */
export interface PartitionProgress extends Backpressure {
  readonly partition: number;
  readonly counters: Readonly<Record<CounterName, number>>;
  readonly stages: readonly StageProgress[];
}

export interface JobProgress {
  readonly elapsedMillis: number;
  readonly total: Readonly<Record<CounterName, number>>;
  readonly partitions: readonly PartitionProgress[];
  /** Rows of each result so far. */
  readonly resultRows: readonly number[];
  /** Of the rings that lead to the sinks. */
  readonly sink: Backpressure;
}

export interface ProgressInput {
  readonly graph: JobGraph;
  readonly layout: SharedLayout;
  readonly words: Int32Array;
  readonly counters: readonly Counters[];
  readonly elapsedMillis: number;
}

export function readProgress(input: ProgressInput): JobProgress {
  const partitions = input.counters.map((counters, partition) => ({
    partition,
    counters: record(counterNames, (name) => counters.get(name)),
    stages: input.graph.stages.map((stage) => stageProgress(counters, stage.index)),
    ...readRings(
      input,
      input.layout.rings.flatMap((grid) => (partition < grid.receivers ? ringsTo(grid, partition) : [])),
    ),
  }));
  const total = record(counterNames, (name) =>
    partitions.reduce((sum, partition) => sum + partition.counters[name], 0),
  );
  const sink = readRings(
    input,
    input.layout.resultRings.flatMap((grid) => ringsTo(grid, 0)),
  );
  const resultRows = input.graph.results.map(({ stage }) =>
    partitions.reduce((sum, { stages }) => sum + (stages[stage]?.counters.rowsOut ?? 0), 0),
  );
  return { elapsedMillis: input.elapsedMillis, total, partitions, resultRows, sink };
}

function stageProgress(counters: Counters, stage: number): StageProgress {
  const operators = operatorNames.flatMap((operator) => {
    const figures = record(operatorCounterNames, (name) => counters.getOperator(stage, operator, name));
    return figures.meters === 0 ? [] : [[operator, figures] as const];
  });
  return {
    counters: record(stageCounterNames, (name) => counters.getStage(stage, name)),
    operators: Object.fromEntries(operators),
  };
}

function ringsTo(grid: RingGrid, receiver: number): readonly RingLayout[] {
  return Array.from({ length: grid.senders }, (_, sender) => ringAt(grid, sender, receiver));
}

function readRings({ words }: ProgressInput, rings: readonly RingLayout[]): Backpressure {
  const fullest = (slotsOf: typeof ringDepth): number =>
    rings.reduce((most, ring) => Math.max(most, slotsOf(words, ring) / ring.slotCount), 0);
  const utilization = fullest(ringDepth);
  const utilizationMax = fullest(ringDeepest);
  return {
    utilization,
    backpressure: backpressureOf(utilization),
    utilizationMax,
    backpressureMax: backpressureOf(utilizationMax),
  };
}

function record<K extends string>(names: readonly K[], valueFor: (name: K) => number): Record<K, number> {
  return Object.fromEntries(names.map((name) => [name, valueFor(name)])) as Record<K, number>;
}
