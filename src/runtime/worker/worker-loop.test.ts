import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import type { MapKernel } from '../../operators/map-kernel.ts';
import type { Output } from '../../operators/operator.ts';
import { openPrivateMemory } from '../../operators/private-memory.ts';
import { noPlace } from '../../operators/state/behind-exchange.ts';
import { Task } from '../../operators/task.ts';
import { Counters, counterBytes } from '../counters.ts';
import { Doorbell, doorbellBytes } from '../rings/doorbell.ts';
import type { BuiltTask } from './built-task.ts';
import { runWorkerLoop, tryTasks } from './worker-loop.ts';

const map: MapKernel = {
  reset: () => {},
  start: () => {},
  step: () => -1,
  rowsOut: () => 0n,
  errorCount: () => 0,
};

/** A task whose input has ended and whose output takes the rest when `isFree` says so. */
function endingTask(isFree: () => boolean): BuiltTask {
  const output: Output = {
    full: () => {},
    oversized: () => {},
    resume: () => true,
    flush: () => {},
    finish: isFree,
  };
  const task = new Task({
    stage: 0,
    memory: openPrivateMemory({ staticEnd: 4096, limitBytes: 1 << 22 }),
    producer: {
      next: () => 'end',
      pendingInput: undefined,
      place: noPlace,
      rejectRow: () => {},
      close: () => {},
    },
    arms: [{ map, output, evaluationErrors: 0, stopAfterRows: undefined, onBatch: () => {} }],
    errorTexts: [],
  });
  return { task, inlet: undefined, blockedSinceMillis: undefined };
}

test('a task is blocked from the try that finds its way full to the one that does not', () => {
  const clock = new ManualClock();
  const counters = new Counters(new ArrayBuffer(counterBytes(1)), 0, 1);
  let isFree = false;
  const tasks = [endingTask(() => isFree)];
  const options = { tasks, counters, clock, onTaskError: () => 'drop' as const };
  const tryOnce = (): boolean => tryTasks(options, new Set());
  tryOnce();
  clock.advance(50);
  assert.equal(tryOnce(), false);
  assert.equal(counters.get('blockedMicros'), 0, 'it was not blocked before');
  clock.advance(7);
  tryOnce();
  assert.equal(counters.get('blockedMicros'), 7000, 'the time is known while it lasts');
  clock.advance(3);
  isFree = true;
  tryOnce();
  clock.advance(20);
  tryOnce();
  assert.equal(counters.get('blockedMicros'), 10_000);
  assert.equal(counters.getStage(0, 'blockedMicros'), 10_000);
});

test('what is done at the last look before a sleep is work, and no sleep', async () => {
  const clock = new ManualClock();
  const counters = new Counters(new ArrayBuffer(counterBytes(1)), 0, 1);
  const words = new Int32Array(new SharedArrayBuffer(doorbellBytes));
  const doorbell = new Doorbell(words, 0);
  // Its flag is the only word that is not 0.
  const isLastLook = (): boolean => words.some((word) => word !== 0);
  const endAtLastLook = (): boolean => {
    if (isLastLook()) clock.advance(7);
    return isLastLook();
  };
  await runWorkerLoop({
    tasks: [endingTask(endAtLastLook)],
    doorbell,
    counters,
    clock,
    isAborted: () => false,
    sleepMillisMax: 1,
    onTaskError: () => 'drop',
  });
  assert.equal(counters.get('busyMicros'), 7000);
  assert.equal(counters.get('idleMicros'), 0);
  assert.equal(counters.get('sleeps'), 0);
});
