/**
 * How far a job is, read from shared memory without asking anybody: counters, ring depths, backpressure
 * states.
 */
import type { JobGraph } from '../../job/job-graph.ts';
import {
  type CounterName,
  type Counters,
  counterNames,
  type StageCounterName,
  stageCounterNames,
} from '../counters.ts';
import { ringDepth } from '../rings/ring.ts';
import type { SharedLayout } from '../shared-layout.ts';

/** By how full the fullest ring is that leads to a partition. */
export type BackpressureState = 'Healthy' | 'Warning' | 'Critical' | 'Saturated';

export interface PartitionProgress {
  readonly partition: number;
  readonly counters: Readonly<Record<CounterName, number>>;
  /** For each stage. */
  readonly stages: readonly Readonly<Record<StageCounterName, number>>[];
  /** 0 to 1: the fullest ring that leads to this partition. */
  readonly utilization: number;
  readonly backpressure: BackpressureState;
}

export interface JobProgress {
  readonly elapsedMillis: number;
  readonly total: Readonly<Record<CounterName, number>>;
  readonly partitions: readonly PartitionProgress[];
}

export interface ProgressInput {
  readonly graph: JobGraph;
  readonly layout: SharedLayout;
  readonly words: Int32Array;
  readonly counters: readonly Counters[];
  readonly elapsedMillis: number;
}

/** Source: requirements 2.6, where a queue's depth over its capacity gives the state. */
export function backpressureOf(utilization: number): BackpressureState {
  if (utilization >= 0.95) return 'Saturated';
  if (utilization >= 0.85) return 'Critical';
  return utilization >= 0.7 ? 'Warning' : 'Healthy';
}

export function readProgress(input: ProgressInput): JobProgress {
  const partitions = input.counters.map((counters, partition) => {
    const utilization = utilizationOf(input, partition);
    return {
      partition,
      counters: record(counterNames, (name) => counters.get(name)),
      stages: input.graph.stages.map((stage) =>
        record(stageCounterNames, (name) => counters.getStage(stage.index, name)),
      ),
      utilization,
      backpressure: backpressureOf(utilization),
    };
  });
  const total = record(counterNames, (name) =>
    partitions.reduce((sum, partition) => sum + partition.counters[name], 0),
  );
  return { elapsedMillis: input.elapsedMillis, total, partitions };
}

function utilizationOf({ layout, words }: ProgressInput, partition: number): number {
  let fullest = 0;
  for (const exchange of layout.rings) {
    for (const from of exchange) {
      const ring = from[partition];
      if (ring) fullest = Math.max(fullest, ringDepth(words, ring) / ring.slotCount);
    }
  }
  return fullest;
}

function record<K extends string>(names: readonly K[], valueFor: (name: K) => number): Record<K, number> {
  return Object.fromEntries(names.map((name) => [name, valueFor(name)])) as Record<K, number>;
}
