/**
 * A worker's tasks from the job graph: instantiates each stage's module over the private memory and joins
 * producers, outputs, channels and inlets. The result is in the order in which the worker tries them: most
 * downstream first.
 */
import { assert, unreachable } from '../../base/assert.ts';
import {
  type ExchangeSpec,
  keyTextExport,
  localTakesRowsExport,
  type StageSpec,
} from '../../job/job-graph.ts';
import { heapBytesUsed } from '../../kernels/heap/heap.ts';
import { bindMapKernel, type MapKernel } from '../../operators/map-kernel.ts';
import {
  measureChannel,
  measureConsumer,
  measureMap,
  measureProducer,
  measureTable,
} from '../../operators/measured/measured-parts.ts';
import type { OperatorMeter } from '../../operators/measured/operator-meter.ts';
import type { Channel, Output, PageConsumer, Producer } from '../../operators/operator.ts';
import { ByteOutput } from '../../operators/output/byte-output.ts';
import { DiscardOutput } from '../../operators/output/discard-output.ts';
import { PageOutput } from '../../operators/output/page-output.ts';
import { PreAggregatingOutput } from '../../operators/output/pre-aggregating-output.ts';
import { bindGroupKernel, hashRange, ownersOfKeyGroups } from '../../operators/state/group-kernel.ts';
import { GroupProducer } from '../../operators/state/group-producer.ts';
import { listKeys } from '../../operators/state/listed-keys.ts';
import { loseGroups } from '../../operators/state/lost-groups.ts';
import { bindMergeKernel, MergeProducer } from '../../operators/state/merge-producer.ts';
import { PageProducer } from '../../operators/state/page-producer.ts';
import { reserveHeap } from '../../operators/state/reserved-heap.ts';
import { bindSortKernel, SortProducer } from '../../operators/state/sort-producer.ts';
import { Task, type TaskArm } from '../../operators/task.ts';
import { bindAddressFunction, instantiate, type Kernel } from '../../wasm/instantiate.ts';
import { LocalChannel, RingChannel } from '../rings/channel.ts';
import { Inlet, type InletOptions } from '../rings/inlet.ts';
import { measureRing } from '../rings/measured-ring.ts';
import { RingReader, RingWriter } from '../rings/ring.ts';
import { ringAt } from '../rings/ring-grid.ts';
import { partitionsOf } from '../shared-layout.ts';
import { buildSourceProducer } from './build-source.ts';
import type { BuiltTask } from './built-task.ts';
import { withFault } from './faults.ts';
import { canLosePart, isolateFailure } from './isolate.ts';
import { outOfMemory } from './kernel-error.ts';
import type { WorkerContext } from './worker-context.ts';

const outputBufferBytes = 65_536;
/** What sources and outputs need of the heap at the most, except for records that are as large. */
const reserveBytesMax = 256 * 1024 * 1024;
const lostGroupsNamedMax = 5;

export function buildTasks(context: WorkerContext): readonly BuiltTask[] {
  const built: BuiltTask[] = [];
  const inlets = new Map<number, Inlet>();
  /** Of the stages that share another's batch, by that stage; in the order of the stages. */
  const sharing = new Map<number, BuiltArm[]>();
  for (const stage of [...context.graph.stages].reverse()) {
    if (!partitionsOf(context.graph, stage.index).includes(context.partition)) continue;
    const kernel = instantiate(context.modules[stage.index]!, context.memory.memory);
    if (stage.producer.kind === 'shared') {
      const arms = sharing.get(stage.producer.stage) ?? [];
      sharing.set(stage.producer.stage, [{ kernel, arm: buildArm(context, stage, kernel, inlets) }, ...arms]);
    } else {
      built.push(buildTask(context, stage, kernel, { inlets, shared: sharing.get(stage.index) ?? [] }));
    }
  }
  return built;
}

interface BuiltArm {
  readonly kernel: Kernel;
  readonly arm: TaskArm;
}

interface TaskParts {
  readonly inlets: Map<number, Inlet>;
  /** Of the stages that share its batch. */
  readonly shared: readonly BuiltArm[];
}

function buildTask(
  context: WorkerContext,
  stage: StageSpec,
  kernel: Kernel,
  { inlets, shared }: TaskParts,
): BuiltTask {
  let self: BuiltTask | undefined;
  const onFailure = (error: unknown): boolean => isolateFailure(context, self!, error);
  const kernels = [kernel, ...shared.map((each) => each.kernel)];
  const { producer, inlet } = buildProducer(context, stage, kernels, onFailure);
  if (inlet) inlets.set(inletExchange(stage), inlet);
  const isShared = stage.output.kind === 'shared';
  const task = new Task({
    stage: stage.index,
    memory: context.memory,
    producer,
    arms: isShared ? shared.map(({ arm }) => arm) : [buildArm(context, stage, kernel, inlets)],
    errorTexts: context.graph.evaluationErrorTexts,
  });
  self = { task, inlet, blockedSinceMillis: undefined };
  return self;
}

function buildArm(
  context: WorkerContext,
  stage: StageSpec,
  kernel: Kernel,
  inlets: ReadonlyMap<number, Inlet>,
): TaskArm {
  const map = measureMap(bindMapKernel(kernel), context.openMeter?.(stage.index, 'map'));
  return {
    map,
    output: buildOutput(context, stage, { kernel, map, inlets }),
    evaluationErrors: stage.evaluationErrors,
    stopAfterRows: stage.stopAfterRows,
    onBatch: (rowsIn, rowsOut) => countBatch(context, stage, rowsIn, rowsOut),
  };
}

function countBatch({ counters }: WorkerContext, stage: StageSpec, rowsIn: number, rowsOut: bigint): void {
  counters.addStage(stage.index, 'batches', 1);
  counters.addStage(stage.index, 'rowsIn', rowsIn);
  const before = counters.getStage(stage.index, 'rowsOut');
  counters.setStage(stage.index, 'rowsOut', Number(rowsOut));
  // Added, because a worker may write the rows of several results.
  if (stage.output.kind !== 'exchange') counters.add('rowsWritten', Number(rowsOut) - before);
}

function inletExchange(stage: StageSpec): number {
  assert('exchange' in stage.producer, 'a stage with an inlet reads an exchange');
  return stage.producer.exchange;
}

function buildProducer(
  context: WorkerContext,
  stage: StageSpec,
  kernels: readonly Kernel[],
  onFailure: (error: unknown) => boolean,
): { producer: Producer; inlet: Inlet | undefined } {
  const { producer } = stage;
  if (producer.kind === 'scan' || producer.kind === 'columns' || producer.kind === 'values') {
    const source = buildSourceProducer(context, stage, kernels);
    return {
      producer: measureProducer(source, context.openMeter?.(stage.index, 'producer')),
      inlet: undefined,
    };
  }
  assert('exchange' in producer, 'what is left reads an exchange');
  const meters = context.openMeter && {
    own: context.openMeter(stage.index, 'producer'),
    arrival: context.openMeter(stage.index, 'exchange_in'),
  };
  const built = faulty(context, buildConsumer(context, stage, kernels[0]!));
  const consumer = measureConsumer(built, context.memory, meters);
  const exchange = context.graph.exchanges[producer.exchange]!;
  const inlet = buildInlet(context, exchange, { consumer, arrival: meters?.arrival, onFailure });
  return { producer: consumer, inlet };
}

function buildConsumer(context: WorkerContext, stage: StageSpec, kernel: Kernel): PageConsumer {
  const { producer } = stage;
  const { memory, counters } = context;
  switch (producer.kind) {
    case 'pages':
      return new PageProducer({ memory, pageToBatch: kernel.exports.page_to_batch as never });
    case 'group': {
      const table = bindGroupKernel(kernel, producer.prefix);
      const owners = partitionsOf(context.graph, stage.index);
      const range = hashRange(owners.indexOf(context.partition), owners.length);
      const bytesBefore = heapBytesUsed(memory.view());
      table.init(range.rangeStart, range.rangeScale);
      let countBefore = 0;
      const onGroups = (count: number, bytesTaken: number): void => {
        // Added, because a partition may own the groups of several stages.
        counters.add('groups', count - countBefore);
        counters.add('stateBytes', bytesTaken);
        countBefore = count;
      };
      onGroups(0, heapBytesUsed(memory.view()) - bytesBefore);
      const groups = new GroupProducer({ memory, table, onGroups });
      const told = producer.tellsKeys ? listed(context, stage, kernel, groups) : groups;
      return canLosePart(context.graph, stage.index) ? expendable(context, stage, kernel, told) : told;
    }
    case 'sort':
      return new SortProducer(bindSortKernel(kernel, producer.prefix));
    case 'merge': {
      const channelCount = sendersOf(context, context.graph.exchanges[producer.exchange]!).length;
      return new MergeProducer({
        memory,
        kernel: bindMergeKernel(kernel, producer.prefix),
        channelCount,
      });
    }
    default:
      throw new Error(`assertion failed: ${producer.kind} takes no pages`);
  }
}

/** The groups' producer, which also tells its keys. */
function listed(
  context: WorkerContext,
  stage: StageSpec,
  kernel: Kernel,
  groups: PageConsumer,
): PageConsumer {
  const { memory, partition, post, options } = context;
  return listKeys(groups, {
    memory,
    keyText: bindAddressFunction(kernel, keyTextExport),
    keysMax: options.inspection?.keysMax ?? 0,
    onKeys: (keys) => post({ kind: 'keys', partition, stage: stage.index, keys }),
  });
}

/** The groups' producer whose failure leaves the rest of the job to go on. */
function expendable(
  context: WorkerContext,
  stage: StageSpec,
  kernel: Kernel,
  groups: PageConsumer,
): PageConsumer {
  const { memory, partition, post } = context;
  const reserved = reserveHeap(groups, {
    memory,
    reserveBytesMax,
    refuse: () => {
      throw outOfMemory(context);
    },
  });
  return loseGroups(reserved, {
    memory,
    keyText: bindAddressFunction(kernel, keyTextExport),
    namedMax: lostGroupsNamedMax,
    onLost: (groups) => post({ kind: 'groups_lost', partition, stage: stage.index, groups }),
  });
}

/** The consumer, with the fault that a test wants in this partition. */
function faulty(context: WorkerContext, consumer: PageConsumer): PageConsumer {
  const { fault } = context.options;
  if (fault?.partition !== context.partition) return consumer;
  return withFault(consumer, fault, () => context.clock.monotonicMillis(), context.exit);
}

interface InletParts extends Pick<InletOptions, 'consumer' | 'onFailure'> {
  readonly arrival: OperatorMeter | undefined;
}

function buildInlet(context: WorkerContext, exchange: ExchangeSpec, parts: InletParts): Inlet {
  const { memory, counters, partition, layout } = context;
  const senders = sendersOf(context, exchange);
  const rings = senders.flatMap((from) => {
    if (from === partition) return [];
    const ring = ringAt(layout.rings[exchange.index]!, from, partition);
    const reader = new RingReader(ring, context.words, context.exchange);
    return [{ ring: measureRing(reader, parts.arrival), doorbell: context.doorbells[from]! }];
  });
  const { consumer, onFailure } = parts;
  return new Inlet({ memory, consumer, rings, senderCount: senders.length, counters, onFailure });
}

/** The partitions that send to this one. */
function sendersOf({ graph, partition }: WorkerContext, exchange: ExchangeSpec): readonly number[] {
  return exchange.routing === 'local' ? [partition] : partitionsOf(graph, exchange.from);
}

/** What an output is built from beside its stage. */
interface OutputParts {
  readonly kernel: Kernel;
  readonly map: MapKernel;
  readonly inlets: ReadonlyMap<number, Inlet>;
}

function buildOutput(context: WorkerContext, stage: StageSpec, parts: OutputParts): Output {
  const { memory } = context;
  const { output } = stage;
  switch (output.kind) {
    case 'exchange':
      return buildExchangeOutput(context, stage.index, output, parts);
    case 'text': {
      const { nextCell, endCell } = output;
      const meter = context.openMeter?.(stage.index, 'output');
      const measured = meter && { meter, rowsOut: () => parts.map.rowsOut() };
      const channel = measureChannel(resultChannel(context, output.result), memory, measured);
      return new ByteOutput({ memory, nextCell, endCell, bufferBytes: outputBufferBytes, channel });
    }
    case 'discard':
      return new DiscardOutput(resultChannel(context, output.result));
    case 'shared':
      throw new Error('assertion failed: a shared batch has no output of its own');
    default:
      return unreachable(output);
  }
}

function buildExchangeOutput(
  context: WorkerContext,
  stage: number,
  output: Extract<StageSpec['output'], { kind: 'exchange' }>,
  { kernel, map, inlets }: OutputParts,
): Output {
  const { memory, graph, partition, counters } = context;
  const { pageTable, routeTable, preAggregate } = output;
  const exchange = graph.exchanges[output.exchange]!;
  const receivers = exchange.routing === 'local' ? [partition] : partitionsOf(graph, exchange.to);
  const meter = context.openMeter?.(stage, 'output');
  const channels = receivers.map((to) => {
    const channel =
      to === partition
        ? new LocalChannel(inlets.get(exchange.index)!)
        : ringChannel(context, ringAt(context.layout.rings[exchange.index]!, partition, to), to);
    return measureChannel(channel, memory, meter && { meter, rowsOut: () => map.rowsOut() });
  });
  const owners = ownersOfKeyGroups(receivers.length);
  const writeTable = (address: number): void =>
    memory.bytes().set(new Uint8Array(owners.buffer, owners.byteOffset, owners.byteLength), address);
  if (preAggregate === undefined) {
    writeTable(routeTable);
    return new PageOutput({ memory, pageTable, channels });
  }
  writeTable(preAggregate.ownerTable);
  const local = bindGroupKernel(kernel, preAggregate.prefix);
  local.init(0n, 1n);
  const tableMeter = context.openMeter?.(stage, 'pre_aggregate');
  const takesRows = kernel.exports[localTakesRowsExport] as WebAssembly.Global;
  return new PreAggregatingOutput({
    memory,
    pageTable,
    routeTable,
    owners,
    channels,
    table: measureTable(local, tableMeter),
    mode: preAggregate.mode,
    groupsMax: context.options.preAggregateGroupsMax,
    rowsOut: () => map.rowsOut(),
    onMode: (grouping) => {
      takesRows.value = grouping ? 1 : 0;
      counters.set('preAggregating', grouping ? 1 : 0);
    },
    onRows: (count) => tableMeter?.count(count, 0),
  });
}

function resultChannel(context: WorkerContext, result: number): Channel {
  const coordinator = context.graph.partitionCount;
  return ringChannel(context, ringAt(context.layout.resultRings[result]!, context.partition, 0), coordinator);
}

function ringChannel(
  context: WorkerContext,
  layout: ConstructorParameters<typeof RingWriter>[0],
  to: number,
): Channel {
  const { memory, counters } = context;
  const ring = new RingWriter(layout, context.words, context.exchange);
  return new RingChannel({ memory, ring, doorbell: context.doorbells[to]!, counters });
}
