import assert from 'node:assert/strict';
import { test } from 'node:test';
import { positionOf } from './position.ts';

test('rows of a large unit come before those of the next one', () => {
  const rowCount = 3_000_000;
  const last = positionOf({ split: 0, start: 0 }, rowCount - 1);
  assert.ok(last < positionOf({ split: 0, start: rowCount }, 0));
});

test('splits come one behind the other, and positions fit 64 bits', () => {
  const last = positionOf({ split: 6, start: 2 ** 43 }, 2 ** 40);
  assert.ok(last < positionOf({ split: 7, start: 0 }, 0));
  assert.ok(positionOf({ split: 2 ** 19 - 1, start: 2 ** 43 }, 0) < 2n ** 63n);
});
