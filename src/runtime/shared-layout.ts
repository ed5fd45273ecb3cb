/**
 * What lies where in the one memory that all threads of a job share: control words, doorbells, counters, the
 * states of work units, and the rings. Computed once by the coordinator, posted to every worker, never
 * changed.
 */
import { VelostreamError } from '../base/error.ts';
import type { ExchangeSpec, JobGraph } from '../job/job-graph.ts';
import { counterBytes } from './counters.ts';
import { doorbellBytes } from './rings/doorbell.ts';
import { type RingLayout, ringBytes } from './rings/ring.ts';

/** Thread numbers: 0 to partitions - 1 are workers, `partitions` is the coordinator's thread. */
export interface SharedLayout {
  readonly byteCount: number;
  readonly partitionCount: number;
  /** i32 words of job-wide control; see `controlWords`. */
  readonly control: number;
  /** For each stage: i32, the next unit to be taken. On cache lines of their own. */
  readonly nextUnit: readonly number[];
  /** For each stage with units: i32 for each unit, what the unit hands on to its successor. */
  readonly unitStates: readonly number[];
  /** For each thread: its doorbell. */
  readonly doorbells: readonly number[];
  /** For each worker: its f64 counters. */
  readonly counters: readonly number[];
  /** `rings[exchange][from][to]`; a ring from a worker to itself does not exist. */
  readonly rings: readonly (readonly (readonly (RingLayout | undefined)[])[])[];
  /** `resultRings[result][partition]`: from the worker to the coordinator's thread. */
  readonly resultRings: readonly (readonly RingLayout[])[];
}

/** Indexes of the control words. */
export const controlWords = {
  /** 0 running, 1 stop reading and finish, 2 abort at once. */
  stop: 0,
  /** Bad records so far, all workers and sources. */
  badRecords: 1,
  /** Bytes of rejected records that were posted to the coordinator and that it has not dealt with. */
  rejectedBytes: 2,
  /** For each source stage: the lowest unit that failed; units past it are not taken. */
  failedUnitBase: 16,
} as const;

export const stopStates = { running: 0, finish: 1, abort: 2 } as const;

const controlBytes = 4096;
const cacheLineBytes = 64;

export interface SharedLayoutOptions {
  readonly graph: JobGraph;
  /** Units for each stage; 0 for stages that read no source. */
  readonly unitCounts: readonly number[];
  /** Payload of a ring slot: at least a page. */
  readonly slotPayloadBytes: number;
  /** All rings of one exchange together should stay within this; every ring has at least one slot. */
  readonly exchangeBytesMax: number;
  /** Forces the number of slots, a power of two. */
  readonly slotCount?: number | undefined;
}

/** What one memory can hold. */
const byteCountMax = 2 ** 32;
/** All exchanges together should stay within this: statements that share a scan bring many. */
const exchangesBytesMax = 2 ** 30;

/** Throws `resource_limit` where so many partitions need more than one memory can hold. */
export function layoutShared(options: SharedLayoutOptions): SharedLayout {
  const { graph } = options;
  const partitionCount = graph.partitionCount;
  let end = 0;
  const take = (byteCount: number): number => {
    const address = end;
    end += Math.ceil(byteCount / cacheLineBytes) * cacheLineBytes;
    return address;
  };
  const control = take(controlBytes);
  const nextUnit = graph.stages.map(() => take(cacheLineBytes));
  const unitStates = options.unitCounts.map((count) => take(count * 4));
  const doorbells = Array.from({ length: partitionCount + 1 }, () => take(doorbellBytes));
  const counters = Array.from({ length: partitionCount }, () => take(counterBytes(graph.stages.length)));
  const ringOf = (ringCount: number): RingLayout => {
    const slotCount = options.slotCount ?? slotsPerRing(options, ringCount);
    const address = take(ringBytes(slotCount, options.slotPayloadBytes));
    return { address, slotCount, slotPayloadBytes: options.slotPayloadBytes };
  };
  const rings = graph.exchanges.map((exchange) => layoutRings(exchange, graph, ringOf));
  const resultRings = graph.results.map(() =>
    Array.from({ length: partitionCount }, () => ringOf(partitionCount * graph.results.length)),
  );
  if (end > byteCountMax) throw tooManyPartitions(partitionCount);
  return {
    byteCount: end,
    partitionCount,
    control,
    nextUnit,
    unitStates,
    doorbells,
    counters,
    rings,
    resultRings,
  };
}

function tooManyPartitions(count: number): VelostreamError {
  return new VelostreamError(`${count} partitions are too many`, {
    code: 'resource_limit',
    detail: 'The rings from each partition to each other do not fit into the 4 GiB that all share.',
    hint: 'More partitions than cores do not make a job faster.',
  });
}

function slotsPerRing(options: SharedLayoutOptions, ringCount: number): number {
  const { graph, exchangeBytesMax, slotPayloadBytes } = options;
  const bytesMax = Math.min(exchangeBytesMax, exchangesBytesMax / Math.max(1, graph.exchanges.length));
  const affordable = Math.floor(bytesMax / (ringCount * slotPayloadBytes));
  return Math.max(2, Math.min(16, 2 ** Math.floor(Math.log2(Math.max(1, affordable)))));
}

function layoutRings(
  exchange: ExchangeSpec,
  graph: JobGraph,
  ringOf: (ringCount: number) => RingLayout,
): (RingLayout | undefined)[][] {
  const senders = partitionsOf(graph, exchange.from);
  const receivers = exchange.routing === 'local' ? [] : partitionsOf(graph, exchange.to);
  const ringCount = senders.length * Math.max(1, receivers.length);
  return Array.from({ length: graph.partitionCount }, (_, from) =>
    Array.from({ length: graph.partitionCount }, (_, to) => {
      const exists = from !== to && senders.includes(from) && receivers.includes(to);
      return exists ? ringOf(ringCount) : undefined;
    }),
  );
}

/** The partitions in which a stage has a task. */
export function partitionsOf(graph: JobGraph, stage: number): readonly number[] {
  const one = graph.stages[stage]!.parallelism === 'one';
  return one ? [0] : Array.from({ length: graph.partitionCount }, (_, partition) => partition);
}
