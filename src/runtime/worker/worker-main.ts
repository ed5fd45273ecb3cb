/** The entry of a worker thread: opens its context, builds its tasks, runs them, and reports how it ended. */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../base/assert.ts';
import { systemClock } from '../../base/clock.ts';
import { workerConnectors } from '../../connectors/registry.ts';
import type { WorkerMessage, WorkerStart } from '../messages.ts';
import { describeError } from '../posted-error.ts';
import { controlWords, stopStates } from '../shared-layout.ts';
import { pinThread } from './affinity.ts';
import { createBadRecordPolicy, RecordRejected } from './bad-records.ts';
import { type BuiltTask, buildTasks } from './build-tasks.ts';
import { failUnit } from './shared-unit-queue.ts';
import { openWorkerContext, type WorkerContext } from './worker-context.ts';
import { runWorkerLoop } from './worker-loop.ts';

assert(parentPort !== null, 'this module is the entry of a worker thread');
const port = parentPort;
const start = workerData as WorkerStart;
const { partition } = start;
const post = (message: WorkerMessage): void => port.postMessage(message);

try {
  const pinning = start.options.enableCoreAffinity ? await pinThread(partition) : undefined;
  const context: WorkerContext = openWorkerContext(start, {
    connectors: workerConnectors,
    post,
    rejectFor: (stage) => {
      const { producer } = start.graph.stages[stage]!;
      assert('source' in producer, 'only sources reject records');
      return createBadRecordPolicy({
        stage,
        partition,
        policy: producer.source.onError,
        words: context.words,
        layout: start.layout,
        counters: () => context.counters,
        post,
      });
    },
  });
  post({ kind: 'started', partition, core: pinning?.core, note: pinning?.note });
  const tasks = buildTasks(context);
  const stopWord = (start.layout.control >> 2) + controlWords.stop;
  await runWorkerLoop({
    tasks,
    doorbell: context.doorbells[partition]!,
    counters: context.counters,
    clock: systemClock,
    isAborted: () => Atomics.load(context.words, stopWord) === stopStates.abort,
    onTaskError: (built, error) => failSource(context, built, error),
  });
  post({ kind: 'finished', partition });
} catch (error) {
  post({ kind: 'failed', partition, error: describeError(error) });
}

/** A rejected record ends its source, once the records before it are read; anything else ends the worker. */
function failSource(context: WorkerContext, built: BuiltTask, error: unknown): void {
  if (!(error instanceof RecordRejected)) throw error;
  const { stage } = built.task;
  const { unitIndex } = error.record;
  failUnit(context.words, context.layout, stage, unitIndex);
  post({
    kind: 'source_failed',
    partition,
    stage,
    unitIndex,
    record: error.record,
    error: describeError(error),
  });
}
