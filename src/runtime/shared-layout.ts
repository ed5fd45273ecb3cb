/**
 * What lies where in the one memory that all threads of a job share: control words, doorbells, counters, the
 * states of work units, and the rings. Computed once by the coordinator, posted to every worker, never
 * changed.
 */
import { VelostreamError } from '../base/error.ts';
import type { JobGraph } from '../job/job-graph.ts';
import { counterBytes } from './counters.ts';
import { doorbellBytes } from './rings/doorbell.ts';
import { ringBytes } from './rings/ring.ts';
import { type RingGrid, ringGridBytes } from './rings/ring-grid.ts';

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
  /** For each exchange: between the partitions. The ring of a worker to itself is not used. */
  readonly rings: readonly RingGrid[];
  /** For each result: from every worker to the coordinator's thread, the one receiver. */
  readonly resultRings: readonly RingGrid[];
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
  /** Payload of a ring slot: a page, unless there are so many rings that it has to be a part of one. */
  readonly slotPayloadBytes: number;
  /** All rings of one exchange together should stay within this; every ring has at least two slots. */
  readonly exchangeBytesMax: number;
  /** Forces the number of slots, a power of two. */
  readonly slotCount?: number | undefined;
}

/** What one memory can hold. */
const byteCountMax = 2 ** 32;
/** All exchanges together should stay within this: statements that share a scan bring many. */
const exchangesBytesMax = 2 ** 30;
const slotPayloadBytesMin = 512;

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
  const gridOf = (senders: number, receivers: number, ringCount = senders * receivers): RingGrid => {
    const grid = { address: end, senders, receivers, ...sizeSlots(options, ringCount) };
    take(ringGridBytes(grid));
    return grid;
  };
  const rings = graph.exchanges.map(({ from, to, routing }) =>
    gridOf(partitionsOf(graph, from).length, routing === 'local' ? 0 : partitionsOf(graph, to).length),
  );
  const resultRings = graph.results.map(() =>
    gridOf(partitionCount, 1, partitionCount * graph.results.length),
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
    hint: 'Give the rings fewer slots; more partitions than cores do not make a job faster.',
  });
}

/** How many slots each of so many rings has, and of which size. */
function sizeSlots(
  options: SharedLayoutOptions,
  ringCount: number,
): Pick<RingGrid, 'slotCount' | 'slotPayloadBytes'> {
  const { graph, exchangeBytesMax } = options;
  const shareBytes = exchangesBytesMax / Math.max(1, graph.exchanges.length);
  let { slotPayloadBytes } = options;
  const affordable = Math.min(exchangeBytesMax, shareBytes) / (ringCount * slotPayloadBytes);
  const slotCount = options.slotCount ?? Math.max(2, Math.min(16, 2 ** Math.floor(Math.log2(affordable))));
  // Pages then travel in parts.
  while (
    slotPayloadBytes > slotPayloadBytesMin &&
    ringCount * ringBytes(slotCount, slotPayloadBytes) > shareBytes
  ) {
    slotPayloadBytes /= 2;
  }
  return { slotCount, slotPayloadBytes };
}

/** The partitions in which a stage has a task. */
export function partitionsOf(graph: JobGraph, stage: number): readonly number[] {
  const one = graph.stages[stage]!.parallelism === 'one';
  return one ? [0] : Array.from({ length: graph.partitionCount }, (_, partition) => partition);
}
