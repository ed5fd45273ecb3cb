import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WorkUnit } from '../../io/source.ts';
import type { UnitAssignment } from '../../job/job-graph.ts';
import { abandonedUnit } from '../../operators/input/unit-queue.ts';
import { Doorbell } from '../rings/doorbell.ts';
import { controlWords, type SharedLayout, stopStates } from '../shared-layout.ts';
import { failUnit, SharedUnitQueue } from './shared-unit-queue.ts';

const units = Array.from({ length: 6 }, (_, index): WorkUnit => {
  const place = { split: index >> 1, chunk: index & 1, name: 'x', start: 0, end: 1, splitEnd: 1 };
  return { ...place, byteCount: 1, compression: 'none' };
});

function openQueues(assignment: UnitAssignment) {
  const words = new Int32Array(new SharedArrayBuffer(8192));
  const layout: SharedLayout = {
    byteCount: 8192,
    partitionCount: 2,
    control: 0,
    nextUnit: [4096],
    unitStates: [4160],
    doorbells: [6144, 6272],
    counters: [],
    rings: [],
    resultRings: [],
  };
  const doorbells = layout.doorbells.map((address) => new Doorbell(words, address));
  const ended: number[] = [];
  const queues = [0, 1].map((partition) => {
    const onUnitsEnd = (): void => void ended.push(partition);
    const context = { words, layout, units: [units], doorbells, partition, onUnitsEnd };
    return new SharedUnitQueue(context, 0, assignment);
  });
  return { words, layout, ended, queues };
}

const stop = (words: Int32Array): void => {
  Atomics.store(words, controlWords.stop, stopStates.finish);
};

test('free units go to whoever asks, each once', () => {
  const { queues } = openQueues('free');
  const order = [0, 1, 1, 0, 0, 1];
  assert.deepEqual(
    order.map((who) => queues[who]!.take()?.index),
    [0, 1, 2, 3, 4, 5],
  );
  assert.equal(queues[0]!.take(), undefined);
});

test('units in turn belong to one task each, and units by split go together', () => {
  const indexes = (queue: SharedUnitQueue): number[] => {
    const taken: number[] = [];
    for (let unit = queue.take(); unit !== undefined; unit = queue.take()) taken.push(unit.index);
    return taken;
  };
  assert.deepEqual(openQueues('round_robin').queues.map(indexes), [
    [0, 2, 4],
    [1, 3, 5],
  ]);
  assert.deepEqual(openQueues('by_split').queues.map(indexes), [
    [0, 1, 4, 5],
    [2, 3],
  ]);
});

test('a task that takes no more abandons its own units, so that nobody waits for them', () => {
  const { queues, words, ended } = openQueues('round_robin');
  const [first, second] = queues;
  assert.equal(first!.take()?.index, 0);
  assert.equal(second!.take()?.index, 1);
  stop(words);
  assert.equal(first!.take(), undefined);
  assert.equal(second!.stateOf(2), abandonedUnit);
  assert.equal(second!.stateOf(3), 0);
  second!.close();
  assert.equal(first!.stateOf(3), abandonedUnit);
  assert.deepEqual(ended, [0, 1]);
});

test('after a failure no later unit is taken, and one that was counted off is abandoned', () => {
  const { queues, words, layout } = openQueues('free');
  const [first, second] = queues;
  assert.equal(first!.take()?.index, 0);
  failUnit(words, layout, 0, 2);
  failUnit(words, layout, 0, 4);
  assert.equal(second!.take()?.index, 1);
  assert.equal(second!.take(), undefined);
  assert.equal(first!.stateOf(2), abandonedUnit);
});

test('the end of the units is told once', () => {
  const { queues, ended } = openQueues('by_split');
  queues[0]!.close();
  queues[0]!.close();
  assert.equal(queues[1]!.take()?.index, 2);
  assert.deepEqual(ended, [0]);
});
