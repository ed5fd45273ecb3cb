/** The entry of a worker thread: opens its context, builds its tasks, runs them, and reports how it ended. */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../base/assert.ts';
import { systemClock } from '../../base/clock.ts';
import { workerConnectors } from '../../connectors/registry.ts';
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
const start = workerData as WorkerStart;
const { partition } = start;
const post = (message: WorkerMessage): void => port.postMessage(message);

let context: WorkerContext | undefined;
try {
  context = await open();
  await run(context);
  post({ kind: 'finished', partition });
} catch (error) {
  const described = context === undefined ? describeError(error) : describeKernelError(context, error);
  post({ kind: 'failed', partition, error: described });
}
// What a source still waits for, a timer or a pipe that nobody opened, must not keep the thread.
process.exit();

async function open(): Promise<WorkerContext> {
  const pinning = start.options.enableCoreAffinity ? await pinThread(partition) : undefined;
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
  post({ kind: 'started', partition, core: pinning?.core, note: pinning?.note });
  return opened;
}

async function run(opened: WorkerContext): Promise<void> {
  const stopWord = (start.layout.control >> 2) + controlWords.stop;
  await runWorkerLoop({
    tasks: buildTasks(opened),
    doorbell: opened.doorbells[partition]!,
    counters: opened.counters,
    clock: systemClock,
    sleepMillisMax: start.options.sleepMillisMax,
    isAborted: () => Atomics.load(opened.words, stopWord) === stopStates.abort,
    onTaskError: (built, error) => {
      if (isolateFailure(opened, built, error)) return 'go_on';
      failSource(opened, built.task.stage, error);
      return 'drop';
    },
  });
}
