/**
 * The entry of a worker thread: for each job it is given a part of, it opens a context, builds its tasks,
 * runs them, and reports how it ended.
 */
import { parentPort } from 'node:worker_threads';
import { assert } from '../../base/assert.ts';
import { systemClock } from '../../base/clock.ts';
import { turn } from '../../base/timers.ts';
import { workerConnectors } from '../../connectors/registry.ts';
import { garbageCollector } from '../collect-garbage.ts';
import type { WorkerMessage, WorkerStart } from '../messages.ts';
import { describeError } from '../posted-error.ts';
import { controlWords, stopStates } from '../shared-layout.ts';
import { pinThread } from './affinity.ts';
import { createBadRecordPolicy } from './bad-records.ts';
import { buildTasks } from './build-tasks.ts';
import { failSource } from './fail-source.ts';
import { isolateFailure } from './isolate.ts';
import { describeKernelError } from './kernel-error.ts';
import { openWorkerContext, type WorkerContext } from './worker-context.ts';
import { runWorkerLoop } from './worker-loop.ts';

assert(parentPort !== null, 'this module is the entry of a worker thread');
const port = parentPort;
const post = (message: WorkerMessage): void => port.postMessage(message);

port.on('message', async (start: WorkerStart) => {
  const { isAsNew, memoryBytes } = await runPart(start);
  if (!isAsNew) process.exit();
  const isLarge = memoryBytes > garbageBytesMax;
  const collect = isLarge ? garbageCollector() : undefined;
  if (isLarge && collect === undefined) process.exit();
  post({ kind: 'idle' });
  if (collect === undefined) return;
  // After a turn no frame holds the memory.
  await turn();
  collect();
});

/** Memory that a thread may leave to its garbage collector, whenever that comes. */
const garbageBytesMax = 64 * 1024 * 1024;

interface PartEnd {
  /** After a failure or a stop a source may still wait for something: a timer, a pipe that nobody opened. */
  readonly isAsNew: boolean;
  readonly memoryBytes: number;
}

async function runPart(start: WorkerStart): Promise<PartEnd> {
  const { partition, options } = start;
  let context: WorkerContext | undefined;
  try {
    const pinning = options.enableCoreAffinity ? await pinThread(partition) : undefined;
    context = open(start);
    post({ kind: 'started', partition, core: pinning?.core, note: pinning?.note });
    await run(context);
    post({ kind: 'finished', partition });
    const isFree = pinning === undefined || pinning.release();
    const isAsNew = isFree && stopStateOf(context) === stopStates.running;
    return { isAsNew, memoryBytes: context.memory.memory.buffer.byteLength };
  } catch (error) {
    const described = context === undefined ? describeError(error) : describeKernelError(context, error);
    post({ kind: 'failed', partition, error: described });
    return { isAsNew: false, memoryBytes: 0 };
  }
}

function open(start: WorkerStart): WorkerContext {
  const { partition } = start;
  const opened: WorkerContext = openWorkerContext(start, {
    connectors: workerConnectors,
    clock: systemClock,
    exit: () => process.exit(7),
    post,
    rejectFor: (stage) => {
      const { producer } = start.graph.stages[stage]!;
      assert('source' in producer, 'only sources reject records');
      return createBadRecordPolicy({
        stage,
        partition,
        policy: producer.source.onError,
        words: opened.words,
        layout: start.layout,
        counters: () => opened.counters,
        post,
      });
    },
  });
  return opened;
}

async function run(opened: WorkerContext): Promise<void> {
  await runWorkerLoop({
    tasks: buildTasks(opened),
    doorbell: opened.doorbells[opened.partition]!,
    counters: opened.counters,
    clock: systemClock,
    sleepMillisMax: opened.options.sleepMillisMax,
    isAborted: () => stopStateOf(opened) === stopStates.abort,
    onTaskError: (built, error) => {
      if (isolateFailure(opened, built, error)) return 'go_on';
      failSource(opened, built.task.stage, error);
      return 'drop';
    },
  });
}

function stopStateOf({ words, layout }: WorkerContext): number {
  return Atomics.load(words, (layout.control >> 2) + controlWords.stop);
}
