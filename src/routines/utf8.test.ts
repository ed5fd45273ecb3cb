import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { harness, textAddress } from '../../test/support/routine-harness.ts';
import { countCodePoints, validateUtf8 } from './utf8.ts';

const routines = harness((module) => ({ routines: [validateUtf8(module), countCodePoints(module)] }));
const strict = new TextDecoder('utf-8', { fatal: true });
const seed = 20_260_103;

function isValid(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function check(bytes: Uint8Array): void {
  const size = routines.put(bytes);
  // What follows the text must not complete it.
  routines.bytes.fill(0x80, textAddress + size, textAddress + size + 64);
  assert.equal(routines.call('validate_utf8', textAddress, size) === 1, isValid(bytes), bytes.toString());
}

test('strings are well-formed, and their code points are counted', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const bytes = new TextEncoder().encode(text);
      check(bytes);
      const size = routines.put(bytes);
      assert.equal(routines.call('count_code_points', textAddress, size), [...strict.decode(bytes)].length);
    }),
    { seed, numRuns: 3000 },
  );
});

test('strings with bytes changed are well-formed exactly when TextDecoder takes them', () => {
  const mutated = fc.tuple(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 100 }),
    fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 3 }),
  );
  fc.assert(
    fc.property(mutated, ([text, changes]) => {
      const bytes = new TextEncoder().encode(text);
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
      check(bytes);
    }),
    { seed, numRuns: 10_000 },
  );
});

test('every sequence of two bytes and every lead with edge bytes behind it is judged right', () => {
  for (let a = 0x7f; a < 256; a++) {
    for (let b = 0; b < 256; b++) check(Uint8Array.of(a, b));
  }
  const edges = [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff];
  for (let a = 0xc0; a < 256; a++) {
    for (const b of edges) {
      for (const c of edges) {
        check(Uint8Array.of(a, b, c));
        for (const d of edges) check(Uint8Array.of(0x61, a, b, c, d));
      }
    }
  }
});

test('a bad byte is found at every place of a text longer than a block', () => {
  for (let length = 1; length < 70; length++) {
    for (let at = 0; at < length; at++) {
      const bytes = new Uint8Array(length).fill(0x61);
      bytes[at] = 0xe2;
      check(bytes);
      if (at + 3 > length) continue;
      bytes.set([0xe2, 0x82, 0xac], at);
      check(bytes);
    }
  }
});
