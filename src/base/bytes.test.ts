import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { clipUtf8, decodeUtf8, decodeUtf8Strict, encodeUtf8 } from './bytes.ts';

const seed = 7;

test('text comes back from its bytes, a byte order mark included', () => {
  const options = { seed, examples: [['\ufeffa']] as [string][] };
  const unit = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(unit, (text) => decodeUtf8Strict(encodeUtf8(text)) === text),
    options,
  );
});

test('bytes that are not UTF-8 are replaced for a reader and refused otherwise', () => {
  const bytes = Uint8Array.of(0x61, 0xff, 0x62);
  assert.equal(decodeUtf8(bytes), 'a\ufffdb');
  assert.equal(decodeUtf8Strict(bytes), undefined);
});

test('bytes in shared memory decode like others', () => {
  const bytes = new Uint8Array(new SharedArrayBuffer(3));
  bytes.set(encodeUtf8('abc'));
  assert.equal(decodeUtf8(bytes), 'abc');
  assert.equal(decodeUtf8Strict(bytes), 'abc');
});

test('text is clipped between characters', () => {
  assert.deepEqual(
    [0, 1, 2, 3, 6, 7].map((byteCount) => clipUtf8('aé\u{1f600}', byteCount)),
    ['', 'a', 'a', 'aé', 'aé', 'aé\u{1f600}'],
  );
});
