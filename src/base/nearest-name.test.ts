import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editDistance, nearestName } from './nearest-name.ts';

test('the edit distance counts inserts, deletes, replacements and swaps of neighbours', () => {
  assert.equal(editDistance('', ''), 0);
  assert.equal(editDistance('select', 'select'), 0);
  assert.equal(editDistance('selct', 'select'), 1);
  assert.equal(editDistance('sselect', 'select'), 1);
  assert.equal(editDistance('sekect', 'select'), 1);
  assert.equal(editDistance('form', 'from'), 1);
  assert.equal(editDistance('kitten', 'sitting'), 3);
  assert.equal(editDistance('', 'abc'), 3);
});

test('the nearest name is proposed without regard to case', () => {
  assert.equal(nearestName('prcie', ['symbol', 'Price', 'volume']), 'Price');
  assert.equal(nearestName('SYMBL', ['symbol', 'price']), 'symbol');
});

test('of equally near names the first is proposed', () => {
  assert.equal(nearestName('col_3', ['col_1', 'col_2']), 'col_1');
});

test('nothing is proposed where every name is too far', () => {
  assert.equal(nearestName('x', ['y', 'z']), undefined);
  assert.equal(nearestName('quantity', ['price', 'symbol']), undefined);
  assert.equal(nearestName('anything', []), undefined);
});

test('very long names are compared quickly by their beginnings', () => {
  const long = 'a'.repeat(100_000);
  assert.equal(nearestName(`${long}b`, [`${long}c`]), `${long}c`);
});
