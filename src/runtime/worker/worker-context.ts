/**
 * What all parts of one worker share: its memory, its place in the job, the ways out. Made once at its start.
 */
import type { Clock } from '../../base/clock.ts';
import type { WorkerConnectors } from '../../io/source.ts';
import { createExchange, type ExchangeKernel } from '../../kernels/exchange/exchange.ts';
import type { RejectRecord } from '../../operators/input/unit-queue.ts';
import { createMeters, type OpenMeter } from '../../operators/measured/operator-meter.ts';
import type { PrivateMemory } from '../../operators/operator.ts';
import { openPrivateMemory } from '../../operators/private-memory.ts';
import { Counters } from '../counters.ts';
import type { WorkerMessage, WorkerStart } from '../messages.ts';
import { Doorbell } from '../rings/doorbell.ts';

export interface WorkerContext extends WorkerStart {
  readonly memory: PrivateMemory;
  readonly words: Int32Array;
  readonly exchange: ExchangeKernel;
  readonly counters: Counters;
  /** Where operators are measured. */
  readonly openMeter: OpenMeter | undefined;
  /** Of every thread; the coordinator's is the last. */
  readonly doorbells: readonly Doorbell[];
  readonly connectors: WorkerConnectors;
  readonly post: (message: WorkerMessage) => void;
  readonly clock: Clock;
  /** Ends the thread at once; for faults that tests want. */
  readonly exit: () => void;
  readonly onUnitsEnd: (stage: number) => void;
  /** Makes the policy for a stage's bad records. */
  readonly rejectFor: (stage: number) => RejectRecord;
}

export function openWorkerContext(
  start: WorkerStart,
  parts: Pick<WorkerContext, 'connectors' | 'clock' | 'exit' | 'post' | 'rejectFor'>,
): WorkerContext {
  const { graph, layout, shared, partition, options } = start;
  const staticEnd = graph.stages.reduce((end, stage) => Math.max(end, stage.module.staticEnd), 0);
  const memory = openPrivateMemory({
    staticEnd,
    limitBytes: options.memoryBytesMax,
    heapStart: options.heapStart,
  });
  const words = new Int32Array(shared.buffer);
  const onUnitsEnd = (stage: number): void => parts.post({ kind: 'source_ended', partition, stage });
  const counters = new Counters(shared.buffer, layout.counters[partition]!, graph.stages.length);
  return {
    ...start,
    ...parts,
    onUnitsEnd,
    memory,
    words,
    exchange: createExchange(memory.memory, shared),
    counters,
    openMeter: options.inspection?.operators ? createMeters(parts.clock, counters) : undefined,
    doorbells: layout.doorbells.map((address) => new Doorbell(words, address)),
  };
}
