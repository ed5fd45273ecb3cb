import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { keepAlive, sleep, systemTimers, turn } from '../../src/base/timers.ts';
import { ManualClock } from './manual-clock.ts';

test('time stands still until it is advanced', () => {
  const clock = new ManualClock(1_000_000n);
  assert.equal(clock.nowMicros(), 1_000_000n);
  clock.advance(1.5);
  assert.equal(clock.nowMicros(), 1_001_500n);
  assert.equal(clock.monotonicMillis(), 1.5);
});

test('timers run in the order of their time and then of their making, at their own time', () => {
  const clock = new ManualClock();
  const seen: string[] = [];
  const at = (name: string) => () => seen.push(`${name}@${clock.monotonicMillis()}`);
  clock.after(20, at('late'));
  clock.after(10, at('first'));
  clock.after(10, at('second'));
  clock.after(5, () => clock.after(5, at('nested')));
  clock.advance(15);
  assert.deepEqual(seen, ['first@10', 'second@10', 'nested@10']);
  clock.advance(5);
  assert.deepEqual(seen.at(-1), 'late@20');
});

test('a cancelled timer does not run', () => {
  const clock = new ManualClock();
  const cancel = clock.after(1, () => assert.fail('it ran'));
  cancel();
  clock.advance(10);
});

test('sleeping on a manual clock ends when its time comes', async () => {
  const clock = new ManualClock();
  let isAwake = false;
  const asleep = sleep(clock, 10).then(() => {
    isAwake = true;
  });
  await turn();
  assert.equal(isAwake, false);
  clock.advance(10);
  await asleep;
  assert.equal(isAwake, true);
});

test('the system clock goes forward and its timers can be cancelled', async () => {
  const before = systemClock.monotonicMillis();
  systemTimers.after(0, () => assert.fail('it ran'))();
  const release = keepAlive();
  await sleep(systemTimers, 1);
  release();
  assert.ok(systemClock.monotonicMillis() >= before);
  // The year 2020, as a sign that the unit is microseconds.
  assert.ok(systemClock.nowMicros() > 1_577_836_800_000_000n);
});
