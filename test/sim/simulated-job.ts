/**
 * All workers of a job in one thread: their contexts are opened over one shared memory, and a seeded
 * scheduler steps them. Threads are modelled as actors that sleep on their doorbells without a time limit, as
 * the real ones do, so a wake-up that is missing is a deadlock here.
 */
import assert from 'node:assert/strict';
import type { Random } from '../../src/base/random.ts';
import { pageBytesDefault } from '../../src/columns/page.ts';
import type { WorkerConnectors, WorkUnit } from '../../src/io/source.ts';
import type { JobGraph } from '../../src/job/job-graph.ts';
import { createExchange } from '../../src/kernels/exchange/exchange.ts';
import { openPrivateMemory } from '../../src/operators/private-memory.ts';
import { JobFailures } from '../../src/runtime/coordinator/job-failures.ts';
import type { WorkerOptions } from '../../src/runtime/messages.ts';
import { type RingLayout, RingReader, ringDepth } from '../../src/runtime/rings/ring.ts';
import { type RingGrid, ringAt } from '../../src/runtime/rings/ring-grid.ts';
import {
  controlWords,
  layoutShared,
  partitionsOf,
  type SharedLayout,
  stopStates,
} from '../../src/runtime/shared-layout.ts';
import { RecordRejected } from '../../src/runtime/worker/bad-records.ts';
import { buildTasks } from '../../src/runtime/worker/build-tasks.ts';
import type { BuiltTask } from '../../src/runtime/worker/built-task.ts';
import { failSource } from '../../src/runtime/worker/fail-source.ts';
import { openWorkerContext, type WorkerContext } from '../../src/runtime/worker/worker-context.ts';
import { tryTasks } from '../../src/runtime/worker/worker-loop.ts';
import { compileModule, createSharedMemory } from '../../src/wasm/instantiate.ts';

export interface SimulationOptions {
  readonly graph: JobGraph;
  readonly units: readonly WorkUnit[];
  readonly connectors: WorkerConnectors;
  readonly slotCount: number;
  readonly worker: Pick<WorkerOptions, 'inputBufferBytes' | 'preAggregateGroupsMax' | 'heapStart'>;
  readonly random: Random;
  /** `loop`: tasks are tried as a worker's loop does. `any`: tasks and inlets in any order, one at a time. */
  readonly order: 'loop' | 'any';
  /** The sink takes a block in one of so many turns. */
  readonly sinkSlowness: number;
  /** After so many turns the job is told to read no further. */
  readonly stopAtTurn: number | undefined;
}

export interface SimulatedOutcome {
  /** The lines that reached the sink. */
  readonly lines: readonly string[];
  /** What ended the job before its end. */
  readonly failure: unknown;
}

/** What takes turns. */
interface Actor {
  readonly name: string;
  readonly isDone: () => boolean;
  /** Does something if it can; whether it did. */
  readonly turn: () => boolean;
  /** Waits for something that no doorbell announces. */
  readonly waitsOutside: () => boolean;
  readonly doorbell: number;
  /** Turns that it still misses. */
  stalledTurns: number;
  /** The bell as it was when it fell asleep; undefined while awake. */
  asleepSince: number | undefined;
}

const turnsMax = 400_000;
const idleTurnsMax = 4000;
const flagWord = 16;

/** Runs the job to its end. Throws where nobody can go on. */
export function simulate(options: SimulationOptions): SimulatedOutcome {
  const { graph, random, units } = options;
  const stageUnits = graph.stages.map((stage) => (stage.producer.kind === 'scan' ? units : []));
  const layout = layoutShared({
    graph,
    unitCounts: stageUnits.map((list) => list.length),
    slotPayloadBytes: pageBytesDefault,
    exchangeBytesMax: 1 << 22,
    slotCount: options.slotCount,
  });
  const shared = createSharedMemory(layout.byteCount);
  const words = new Int32Array(shared.buffer);
  const stop = (state: number): void => {
    words[(layout.control >> 2) + controlWords.stop] = state;
    for (const doorbell of layout.doorbells) ring(words, doorbell >> 2);
  };
  let failure: unknown;
  const failures = new JobFailures(
    graph,
    (_stage, record) => record,
    () => stop(stopStates.abort),
  );
  const sink = openSink(options, layout, shared);
  const modules = graph.stages.map((stage) => compileModule(stage.module.bytes));
  const workers = Array.from({ length: graph.partitionCount }, (_, partition) =>
    openWorker(options, { graph, modules, layout, shared, partition, units: stageUnits }, failures),
  );
  const actors = [...workers, sink.actor];
  for (let turn = 0, idle = 0; !failures.hasFailed && actors.some((actor) => !actor.isDone()); turn++) {
    if (turn === options.stopAtTurn) stop(stopStates.finish);
    const actor = actors[random.int(0, actors.length - 1)]!;
    const worked = takeTurn(actor, words, options);
    idle = worked ? 0 : idle + 1;
    if (isDead(actors, words, options) || idle > idleTurnsMax || turn > turnsMax) {
      throw new Error(`nobody can go on after ${turn} turns: ${describe(actors, layout, words)}`);
    }
  }
  try {
    failures.throwFirst();
    for (const { address, depth } of depthsOf(layout, words)) assert.equal(depth, 0, `ring at ${address}`);
  } catch (error) {
    failure = error;
  }
  return { lines: sink.lines(), failure };
}

function takeTurn(actor: Actor, words: Int32Array, { random, order }: SimulationOptions): boolean {
  if (actor.isDone()) return false;
  if (actor.stalledTurns > 0) {
    actor.stalledTurns--;
    return true;
  }
  if (random.int(0, 60) === 0) actor.stalledTurns = random.int(1, 40);
  if (order === 'any') return actor.turn();
  const flag = actor.doorbell + flagWord;
  if (actor.asleepSince !== undefined) {
    if (words[actor.doorbell] === actor.asleepSince && !actor.waitsOutside()) return false;
    actor.asleepSince = undefined;
    words[flag] = 0;
  }
  if (actor.turn()) return true;
  // As Doorbell.sleep: raises the flag, looks once more, sleeps. Others may have their turns in between.
  const seen = words[actor.doorbell]!;
  words[flag] = 1;
  if (actor.turn()) {
    words[flag] = 0;
    return true;
  }
  actor.asleepSince = seen;
  return false;
}

/** Everybody sleeps, and nobody was rung. */
function isDead(actors: readonly Actor[], words: Int32Array, { order }: SimulationOptions): boolean {
  if (order === 'any') return false;
  const waiting = actors.filter((actor) => !actor.isDone());
  return (
    waiting.length > 0 &&
    waiting.every((actor) => actor.asleepSince === words[actor.doorbell] && !actor.waitsOutside())
  );
}

type Start = Pick<
  Parameters<typeof openWorkerContext>[0],
  'graph' | 'modules' | 'layout' | 'shared' | 'partition' | 'units'
>;

function openWorker(options: SimulationOptions, start: Start, failures: JobFailures): Actor {
  const { connectors, worker, random, order } = options;
  const limits = {
    sleepMillisMax: 0,
    memoryBytesMax: 2 ** 32 - 65_536,
    recordBytesMax: 1 << 26,
    enableCoreAffinity: false,
  };
  const clock = { nowMicros: () => 0n, monotonicMillis: () => 0 };
  const context: WorkerContext = openWorkerContext(
    { ...start, options: { ...limits, ...worker } },
    {
      connectors,
      clock,
      exit: () => assert.fail('no worker is to die'),
      post: (message) => failures.onMessage(message),
      rejectFor: () => (record) => {
        throw new RecordRejected(record, 'a record cannot be read', '');
      },
    },
  );
  const tasks = buildTasks(context);
  const loop = {
    tasks,
    counters: context.counters,
    clock,
    onTaskError: ({ task }: BuiltTask, error: unknown) => {
      failSource(context, task.stage, error);
      return 'drop' as const;
    },
  };
  const dropped = new Set<BuiltTask>();
  const tryOne = (): boolean => {
    const some = tasks.filter(() => random.int(0, 1) === 0);
    return tryTasks({ ...loop, tasks: some.sort(() => random.int(0, 1) - 0.5) }, dropped);
  };
  return {
    name: `worker ${start.partition}`,
    isDone: () => tasks.every(({ task }) => task.isFinished),
    turn: order === 'loop' ? () => tryTasks(loop, dropped) : tryOne,
    waitsOutside: () => tasks.some(({ task }) => task.pendingInput !== undefined),
    doorbell: start.layout.doorbells[start.partition]! >> 2,
    stalledTurns: 0,
    asleepSince: undefined,
  };
}

function openSink(options: SimulationOptions, layout: SharedLayout, shared: WebAssembly.Memory) {
  const { graph, random } = options;
  const words = new Int32Array(shared.buffer);
  const memory = openPrivateMemory({ staticEnd: 4096, limitBytes: 2 ** 31 });
  const exchange = createExchange(memory.memory, shared);
  const landingBytes = 1 << 17;
  let text = '';
  const sources = partitionsOf(graph, graph.results[0]!.stage).map((partition) => ({
    partition,
    ring: new RingReader(ringAt(layout.resultRings[0]!, partition, 0), words, exchange),
    landing: memory.allocate(landingBytes),
    landingBytes,
    hasEnded: false,
  }));
  const takeBlock = (): boolean => {
    const ready = sources.filter(({ ring }) => ring.hasMessage);
    const source = ready[random.int(0, Math.max(0, ready.length - 1))];
    if (source === undefined) return false;
    if (random.int(1, options.sinkSlowness) > 1) return true;
    const received = source.ring.tryReceive((byteCount) => {
      if (byteCount <= source.landingBytes) return source.landing;
      const grown = memory.allocate(2 * byteCount);
      memory.bytes().copyWithin(grown, source.landing, source.landing + source.landingBytes);
      source.landing = grown;
      source.landingBytes = 2 * byteCount;
      return grown;
    });
    ring(words, layout.doorbells[source.partition]! >> 2);
    if (received.kind === 'end') source.hasEnded = true;
    if (received.kind === 'bytes') {
      const { address, byteCount } = received;
      text += new TextDecoder().decode(memory.bytes().subarray(address, address + byteCount));
    }
    return true;
  };
  const actor: Actor = {
    name: 'sink',
    isDone: () => sources.every(({ hasEnded }) => hasEnded),
    turn: takeBlock,
    waitsOutside: () => false,
    doorbell: layout.doorbells[layout.partitionCount]! >> 2,
    stalledTurns: 0,
    asleepSince: undefined,
  };
  return { actor, lines: () => text.split('\n').slice(0, -1) };
}

function ring(words: Int32Array, doorbell: number): void {
  if (words[doorbell + flagWord] === 1) words[doorbell]!++;
}

function depthsOf(layout: SharedLayout, words: Int32Array) {
  const grids = [...layout.rings, ...layout.resultRings];
  return grids.flatMap(ringsOf).map((found) => ({ address: found.address, depth: ringDepth(words, found) }));
}

function ringsOf(grid: RingGrid): readonly RingLayout[] {
  return Array.from({ length: grid.senders * grid.receivers }, (_, index) =>
    ringAt(grid, Math.floor(index / grid.receivers), index % grid.receivers),
  );
}

function describe(actors: readonly Actor[], layout: SharedLayout, words: Int32Array): string {
  const states = actors.map((actor) => {
    const state = actor.asleepSince === undefined ? 'awake' : 'asleep';
    return `${actor.name} ${actor.isDone() ? 'done' : state}`;
  });
  const depths = layout.rings.map((grid, index) => {
    const all = ringsOf(grid).map((found) => ringDepth(words, found));
    return `exchange ${index} [${all.join(' ')}]`;
  });
  return [...states, ...depths].join(', ');
}
