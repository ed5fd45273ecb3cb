import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printBytes, printCount, printDuration, printNoun, printRate } from './quantity.ts';

test('numbers are short and do not jump between units', () => {
  assert.equal(printCount(1_234_567), '1,234,567');
  assert.deepEqual([printNoun(1, 'row'), printNoun(0, 'row')], ['1 row', '0 rows']);
  assert.deepEqual([12, 9_994, 9_995, 999_499, 999_500, 5_430_000].map(printRate), [
    '12',
    '9,994',
    '10 K',
    '999 K',
    '1.0 M',
    '5.4 M',
  ]);
  assert.deepEqual([5, 1536, 5 * 1024 ** 3].map(printBytes), ['5 B', '1.5 KiB', '5.0 GiB']);
  assert.deepEqual([12.4, 1500, 100_000].map(printDuration), ['12 ms', '1.5 s', '1 min 40 s']);
});
