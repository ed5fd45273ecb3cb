/**
 * A worker's tasks from the job graph: instantiates each stage's module over the private memory and joins
 * producers, outputs, channels and inlets. The result is in the order in which the worker tries them: most
 * downstream first.
 */
import { assert, unreachable } from '../../base/assert.ts';
import type { ExchangeSpec, StageSpec } from '../../job/job-graph.ts';
import { heapBytesUsed } from '../../kernels/heap/heap.ts';
import { bindMapKernel } from '../../operators/map-kernel.ts';
import type { Channel, Output, PageConsumer, Producer } from '../../operators/operator.ts';
import { ByteOutput } from '../../operators/output/byte-output.ts';
import { DiscardOutput } from '../../operators/output/discard-output.ts';
import { PageOutput } from '../../operators/output/page-output.ts';
import { PreAggregatingOutput } from '../../operators/output/pre-aggregating-output.ts';
import { bindGroupKernel, hashRange, ownersOfKeyGroups } from '../../operators/state/group-kernel.ts';
import { GroupProducer } from '../../operators/state/group-producer.ts';
import { PageProducer } from '../../operators/state/page-producer.ts';
import { bindSortKernel, SortProducer } from '../../operators/state/sort-producer.ts';
import { Task } from '../../operators/task.ts';
import { instantiate, type Kernel } from '../../wasm/instantiate.ts';
import { LocalChannel, RingChannel } from '../rings/channel.ts';
import { Inlet } from '../rings/inlet.ts';
import { RingReader, RingWriter } from '../rings/ring.ts';
import { partitionsOf } from '../shared-layout.ts';
import { buildSourceProducer } from './build-source.ts';
import type { BuiltTask } from './built-task.ts';
import { withFault } from './faults.ts';
import { isolateFailure } from './isolate.ts';
import type { WorkerContext } from './worker-context.ts';

const outputBufferBytes = 65_536;

export function buildTasks(context: WorkerContext): readonly BuiltTask[] {
  const built: BuiltTask[] = [];
  const inlets = new Map<number, Inlet>();
  for (const stage of [...context.graph.stages].reverse()) {
    if (!partitionsOf(context.graph, stage.index).includes(context.partition)) continue;
    const kernel = instantiate(context.modules[stage.index]!, context.memory.memory);
    let self: BuiltTask | undefined;
    const onFailure = (error: unknown): boolean => isolateFailure(context, self!, error);
    const { producer, inlet } = buildProducer(context, stage, kernel, onFailure);
    if (inlet) inlets.set(stage.producer.kind === 'scan' ? -1 : inletExchange(stage), inlet);
    const task = new Task({
      stage: stage.index,
      memory: context.memory,
      producer,
      map: bindMapKernel(kernel),
      output: buildOutput(context, stage, kernel, inlets),
      evaluationErrors: stage.evaluationErrors,
      errorTexts: context.graph.evaluationErrorTexts,
      stopAfterRows: stage.stopAfterRows,
      onBatch: (rowsIn, rowsOut) => countBatch(context, stage, rowsIn, rowsOut),
    });
    self = { task, inlet };
    built.push(self);
  }
  return built;
}

function countBatch({ counters }: WorkerContext, stage: StageSpec, rowsIn: number, rowsOut: bigint): void {
  counters.addStage(stage.index, 'batches', 1);
  counters.addStage(stage.index, 'rowsIn', rowsIn);
  counters.setStage(stage.index, 'rowsOut', Number(rowsOut));
  if (stage.output.kind !== 'exchange') counters.set('rowsWritten', Number(rowsOut));
}

function inletExchange(stage: StageSpec): number {
  assert('exchange' in stage.producer, 'a stage with an inlet reads an exchange');
  return stage.producer.exchange;
}

function buildProducer(
  context: WorkerContext,
  stage: StageSpec,
  kernel: Kernel,
  onFailure: (error: unknown) => boolean,
): { producer: Producer; inlet: Inlet | undefined } {
  const { producer } = stage;
  if (producer.kind === 'scan' || producer.kind === 'columns' || producer.kind === 'values') {
    return { producer: buildSourceProducer(context, stage, kernel), inlet: undefined };
  }
  const consumer = faulty(context, buildConsumer(context, stage, kernel));
  const exchange = context.graph.exchanges[producer.exchange]!;
  return { producer: consumer, inlet: buildInlet(context, exchange, consumer, onFailure) };
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
      const bytesBefore = heapBytesUsed(memory.memory);
      table.init(range.rangeStart, range.rangeScale);
      let countBefore = 0;
      const onGroups = (count: number): void => {
        // Added, because a partition may own the groups of several stages.
        counters.add('groups', count - countBefore);
        countBefore = count;
        counters.set('stateBytes', heapBytesUsed(memory.memory) - bytesBefore);
      };
      return new GroupProducer({ memory, table, onGroups });
    }
    case 'sort':
      return new SortProducer(bindSortKernel(kernel, producer.prefix));
    default:
      throw new Error(`assertion failed: ${producer.kind} takes no pages`);
  }
}

/** The consumer, with the fault that a test wants in this partition. */
function faulty(context: WorkerContext, consumer: PageConsumer): PageConsumer {
  const { fault } = context.options;
  if (fault?.partition !== context.partition) return consumer;
  return withFault(consumer, fault, () => context.clock.monotonicMillis(), context.exit);
}

function buildInlet(
  context: WorkerContext,
  exchange: ExchangeSpec,
  consumer: PageConsumer,
  onFailure: (error: unknown) => boolean,
): Inlet {
  const { memory, counters, partition, layout } = context;
  const senders = exchange.routing === 'local' ? [partition] : partitionsOf(context.graph, exchange.from);
  const rings = senders.flatMap((from) => {
    const ring = layout.rings[exchange.index]![from]![partition];
    if (ring === undefined) return [];
    return [
      { ring: new RingReader(ring, context.words, context.exchange), doorbell: context.doorbells[from]! },
    ];
  });
  return new Inlet({ memory, consumer, rings, senderCount: senders.length, counters, onFailure });
}

function buildOutput(
  context: WorkerContext,
  stage: StageSpec,
  kernel: Kernel,
  inlets: ReadonlyMap<number, Inlet>,
): Output {
  const { memory } = context;
  const { output } = stage;
  switch (output.kind) {
    case 'exchange':
      return buildExchangeOutput(context, output, kernel, inlets);
    case 'text': {
      const { nextCell, endCell } = output;
      const channel = resultChannel(context);
      return new ByteOutput({ memory, nextCell, endCell, bufferBytes: outputBufferBytes, channel });
    }
    case 'discard':
      return new DiscardOutput(resultChannel(context));
    default:
      return unreachable(output);
  }
}

function buildExchangeOutput(
  context: WorkerContext,
  output: Extract<StageSpec['output'], { kind: 'exchange' }>,
  kernel: Kernel,
  inlets: ReadonlyMap<number, Inlet>,
): Output {
  const { memory, graph, partition, counters } = context;
  const { pageTable, routeTable, preAggregate } = output;
  const exchange = graph.exchanges[output.exchange]!;
  const receivers = exchange.routing === 'local' ? [partition] : partitionsOf(graph, exchange.to);
  const channels = receivers.map((to) => {
    if (to === partition) return new LocalChannel(inlets.get(exchange.index)!);
    return ringChannel(context, context.layout.rings[exchange.index]![partition]![to]!, to);
  });
  const owners = ownersOfKeyGroups(receivers.length);
  const writeTable = (address: number): void =>
    memory.bytes().set(new Uint8Array(owners.buffer, owners.byteOffset, owners.byteLength), address);
  // A lone task owns every group itself: grouping first would only do the work twice.
  const isAlone = partitionsOf(graph, exchange.from).length === 1 && receivers[0] === partition;
  if (preAggregate === undefined || isAlone) {
    writeTable(routeTable);
    return new PageOutput({ memory, pageTable, channels });
  }
  writeTable(preAggregate.ownerTable);
  const table = bindGroupKernel(kernel, preAggregate.prefix);
  table.init(0n, 1n);
  return new PreAggregatingOutput({
    memory,
    pageTable,
    routeTable,
    owners,
    channels,
    table,
    mode: preAggregate.mode,
    groupsMax: context.options.preAggregateGroupsMax,
    onMode: (grouping) => counters.set('preAggregating', grouping ? 1 : 0),
  });
}

function resultChannel(context: WorkerContext): Channel {
  const coordinator = context.graph.partitionCount;
  return ringChannel(context, context.layout.resultRings[context.partition]!, coordinator);
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
