import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemTimers } from './timers.ts';

test('a delay that is longer than a timer of the machine takes is waited for in parts', (t) => {
  const delays: number[] = [];
  const steps: (() => void)[] = [];
  t.mock.method(globalThis, 'setTimeout', (step: () => void, delay: number) => {
    delays.push(delay);
    steps.push(step);
  });
  let runs = 0;
  systemTimers.after(2 ** 32, () => runs++);
  for (let step = steps.shift(); step; step = steps.shift()) {
    assert.equal(runs, 0);
    step();
  }
  assert.equal(runs, 1);
  assert.deepEqual(delays, [2 ** 31 - 1, 2 ** 31 - 1, 2]);
});
