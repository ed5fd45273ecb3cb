/**
 * A worker's life: tries its tasks, most downstream first, until all are finished or the job is aborted. It
 * waits only when nothing can go on: after a short spin it sleeps on its doorbell, and when a source waits
 * for the event loop it sleeps there instead, so that I/O is served.
 */
import type { Clock } from '../../base/clock.ts';
import { keepAlive, turn } from '../../base/timers.ts';
import type { Counters } from '../counters.ts';
import type { Doorbell } from '../rings/doorbell.ts';
import type { BuiltTask } from './built-task.ts';

export interface WorkerLoopOptions {
  readonly tasks: readonly BuiltTask[];
  readonly doorbell: Doorbell;
  readonly counters: Counters;
  readonly clock: Clock;
  readonly isAborted: () => boolean;
  /** A sleeper looks up this often even when nobody rings. */
  readonly sleepMillisMax: number;
  /**
   * A task failed: throws where that ends the worker. `drop`: the task is not tried again, but the others go
   * on, so that nobody who sends to them is stuck; the job then ends by being aborted. `go_on`: the failure
   * was confined.
   */
  readonly onTaskError: (task: BuiltTask, error: unknown) => 'go_on' | 'drop';
}

/** What trying the tasks once takes. */
export type TryOptions = Pick<WorkerLoopOptions, 'tasks' | 'counters' | 'clock' | 'onTaskError'>;

/** Passes without progress before a worker sleeps; about 20 microseconds. */
const spinPasses = 100;
/** With I/O open, the event loop gets a turn this often. */
const sliceMillis = 1;

export async function runWorkerLoop(options: WorkerLoopOptions): Promise<void> {
  const { tasks, doorbell, counters, clock, isAborted, sleepMillisMax } = options;
  const dropped = new Set<BuiltTask>();
  const runOnce = (): boolean => tryTasks(options, dropped);
  const release = keepAlive();
  let idlePasses = 0;
  let lastTurn = clock.monotonicMillis();
  try {
    for (;;) {
      if (isAborted() || tasks.every(({ task }) => task.isFinished)) return;
      if (runOnce()) {
        idlePasses = 0;
        const pending = tasks.some(({ task }) => task.pendingInput !== undefined);
        if (pending && clock.monotonicMillis() - lastTurn > sliceMillis) {
          await turn();
          lastTurn = clock.monotonicMillis();
        }
        continue;
      }
      if (++idlePasses < spinPasses) continue;
      let from = 0;
      const hasWork = (): boolean => {
        const found = isAborted() || runOnce();
        from = clock.monotonicMillis();
        return found;
      };
      const outside = (): Promise<void>[] => tasks.flatMap((built) => pendingOf(built, dropped));
      if (await doorbell.sleep(hasWork, outside, sleepMillisMax)) {
        counters.add('idleMicros', (clock.monotonicMillis() - from) * 1000);
        counters.add('sleeps', 1);
      }
      idlePasses = 0;
    }
  } finally {
    release();
    for (const { task } of tasks) task.close();
  }
}

function pendingOf(built: BuiltTask, dropped: ReadonlySet<BuiltTask>): readonly Promise<void>[] {
  const { pendingInput, isFinished } = built.task;
  return pendingInput === undefined || isFinished || dropped.has(built) ? [] : [pendingInput];
}

/** Lets the most downstream task that can go on do so; whether one did. */
export function tryTasks(options: TryOptions, dropped: Set<BuiltTask>): boolean {
  const { tasks, counters, clock } = options;
  for (const built of tasks) {
    const { task, inlet } = built;
    if (task.isFinished || dropped.has(built)) continue;
    const from = clock.monotonicMillis();
    try {
      const received = inlet?.poll() ?? false;
      const step = task.step();
      countBlocked(built, step === 'output_full', options);
      if ((step === 'output_full' || step === 'needs_input') && !received) continue;
    } catch (error) {
      if (options.onTaskError(built, error) === 'drop') {
        dropped.add(built);
        task.close();
      }
    }
    const micros = (clock.monotonicMillis() - from) * 1000;
    counters.add('busyMicros', micros);
    counters.addStage(task.stage, 'micros', micros);
    return true;
  }
  return false;
}

/** From one try that found the ring full to the next one, whatever happened between: a sleep, other tasks. */
function countBlocked(built: BuiltTask, isBlocked: boolean, { counters, clock }: TryOptions): void {
  const since = built.blockedSinceMillis;
  if (since === undefined && !isBlocked) return;
  const now = clock.monotonicMillis();
  if (since !== undefined) {
    const micros = (now - since) * 1000;
    counters.add('blockedMicros', micros);
    counters.addStage(built.task.stage, 'blockedMicros', micros);
  }
  built.blockedSinceMillis = isBlocked ? now : undefined;
}
