/**
 * A run of the pipeline: what it is made of, and starting it on fresh workers. The time is wall clock, all
 * workers.
 */

import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { SumKind } from '../kernels/aggregate.ts';
import { buildExchangeModule } from '../kernels/exchange.ts';
import { buildStageModule } from '../kernels/stage.ts';
import type { PhaseMillis } from './laps.ts';
import { createLayout, type Layout } from './layout.ts';
import { createRings, type Rings, resetControl, ringBytes, ringControlBytes, start } from './ring.ts';

/**
 * - `direct` aggregates the columns straight into the one table, without pages (one partition only)
 * - `rows` sends raw rows, `partials` sends groups of a local table, `adaptive` decides between the two
 * - `fused` sends raw rows that the scan writes straight into the pages
 * - `alone` is `direct` on every worker with no exchange: an upper bound, not an answer
 */
export type Shape = 'direct' | 'rows' | 'partials' | 'adaptive' | 'fused' | 'alone';

export interface JobSpec {
  readonly file: string;
  readonly partitionCount: number;
  readonly shape: Shape;
  readonly batchRows: number;
  readonly pageBytes: number;
  readonly ringSlots: number;
  readonly sum: SumKind;
  readonly memory: 'private' | 'shared';
  /** Tables of at least this many groups are aggregated in two phases. */
  readonly twoPhaseFrom: number;
  /** Local tables are drained after so many rows. */
  readonly epochRows: number;
  readonly localGroupsMax: number;
  /** Rows a stage-0 loop may take before it returns, whatever the batch. */
  readonly budgetRows: number;
  readonly collect: boolean;
}

export const defaultSpec: Omit<JobSpec, 'file' | 'partitionCount' | 'shape'> = {
  batchRows: 2048,
  pageBytes: 65_536,
  ringSlots: 16,
  sum: 'double-double',
  memory: 'private',
  twoPhaseFrom: 32_000,
  epochRows: 1 << 20,
  localGroupsMax: 1 << 14,
  budgetRows: 2048,
  collect: false,
};

export interface WorkerStats {
  readonly startedNanos: number;
  readonly endedNanos: number;
  /** The thread's own processor time, which waiting for a core does not lengthen. */
  readonly cpuMillis: number;
  readonly records: number;
  readonly pagesSent: number;
  readonly rowsSent: number;
  /** How often a full ring parked stage 0, and how often the worker slept. */
  readonly parks: number;
  readonly sleeps: number;
  readonly steps: number;
  readonly millis: PhaseMillis;
}

/** A worker's groups as bytes, with the addresses their views count from. */
export interface CollectedGroups {
  readonly entries: Uint8Array;
  readonly strings: Uint8Array;
  readonly stringsAddress: number;
}

export interface WorkerInput {
  readonly spec: JobSpec;
  readonly fileBytes: number;
  readonly partition: number;
  readonly layout: Layout;
  readonly stage: WebAssembly.Module;
  readonly exchange: WebAssembly.Module;
  readonly rings: Rings;
}

export interface WorkerOutput {
  readonly stats: WorkerStats;
  readonly groups: CollectedGroups | undefined;
}

export interface JobResult {
  readonly millis: number;
  readonly records: number;
  readonly workers: readonly WorkerOutput[];
}

const groupsMax = 1_100_000;
const wasmPageBytes = 65_536;
const modules = new Map<string, WebAssembly.Module>();

/** One result a pass: the first over untouched memory, the others over the same memory again. */
export async function runJob(spec: JobSpec, passes = 1): Promise<JobResult[]> {
  const { partitionCount, pageBytes, ringSlots } = spec;
  const ringShape = { partitionCount, pageBytes, slotCount: ringSlots };
  let end = ringControlBytes + ringBytes(ringShape);
  const layouts = Array.from({ length: partitionCount }, () => {
    const base = spec.memory === 'shared' ? Math.ceil(end / wasmPageBytes) * wasmPageBytes : 0;
    const tables = { groupsMax, localGroupsMax: spec.localGroupsMax };
    const layout = createLayout({ base, partitionCount, pageBytes, ...tables });
    if (spec.memory === 'shared') end = layout.end;
    return layout;
  });
  const pages = Math.ceil(end / wasmPageBytes);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: 65_536, shared: true });
  const rings = createRings(ringShape, memory, ringControlBytes);
  const exchange = compiled('exchange', buildExchangeModule);
  const workers = layouts.map((layout, partition) => {
    const sharedMemory = spec.memory === 'shared';
    const key = JSON.stringify([layout, spec.sum, sharedMemory]);
    const stage = compiled(key, () => buildStageModule(layout, { sum: spec.sum, sharedMemory }));
    const fileBytes = statSync(spec.file).size;
    const workerData: WorkerInput = { spec, fileBytes, partition, layout, stage, exchange, rings };
    return new Worker(new URL('./worker.ts', import.meta.url), { workerData });
  });
  const words = new Int32Array(memory.buffer);
  const results: JobResult[] = [];
  try {
    for (let pass = 0; pass < passes; pass++) {
      resetControl(words);
      const ready = workers.map(nextMessage);
      for (const worker of workers) worker.postMessage('pass');
      await Promise.all(ready);
      const outputs = workers.map((worker) => nextMessage(worker) as Promise<WorkerOutput>);
      start(words);
      results.push(summarise(await Promise.all(outputs)));
    }
    return results;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function summarise(workers: readonly WorkerOutput[]): JobResult {
  const started = Math.min(...workers.map((worker) => worker.stats.startedNanos));
  const ended = Math.max(...workers.map((worker) => worker.stats.endedNanos));
  const records = workers.reduce((sum, worker) => sum + worker.stats.records, 0);
  return { millis: (ended - started) / 1e6, records, workers };
}

function nextMessage(worker: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

function compiled(key: string, build: () => Uint8Array<ArrayBuffer>): WebAssembly.Module {
  const known = modules.get(key);
  if (known) return known;
  const module = new WebAssembly.Module(build());
  modules.set(key, module);
  return module;
}
