import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../base/random.ts';
import { createQuoteCutter, insideQuotes, lineCutter, outsideQuotes } from './record-cutter.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The kernel's two functions, byte by byte. */
function quoteKernel(bytes: Uint8Array) {
  return {
    quoteCount: (start: number, end: number) =>
      bytes.subarray(start, end).filter((byte) => byte === 0x22).length,
    recordEnd: (start: number, end: number, isInside: number) => {
      let inside = isInside === 1;
      for (let at = start; at < end; at++) {
        if (bytes[at] === 0x22) inside = !inside;
        if (bytes[at] === 10 && !inside) return at + 1;
      }
      return end + 1;
    },
  };
}

test('lines end at line feeds', () => {
  const bytes = bytesOf('ab\ncd\nef');
  assert.equal(lineCutter.recordEnd(bytes, 0, 8, outsideQuotes), 3);
  assert.equal(lineCutter.recordEnd(bytes, 6, 8, outsideQuotes), -1);
  assert.equal(lineCutter.lastRecordEnd(bytes, 0, 8), 6);
  assert.equal(lineCutter.lastRecordEnd(bytes, 6, 8), 6);
});

test('quoted line feeds end no record, wherever the bytes are cut', () => {
  const random = Random.fromSeed(11);
  for (let n = 0; n < 300; n++) {
    const length = random.int(0, 40);
    const text = Array.from({ length }, () => 'a",\n'[random.int(0, 3)]).join('');
    const bytes = bytesOf(text);
    const cutter = createQuoteCutter(quoteKernel(bytes));
    const ends: number[] = [];
    let inside = false;
    for (let at = 0; at < bytes.length; at++) {
      if (bytes[at] === 0x22) inside = !inside;
      if (bytes[at] === 10 && !inside) ends.push(at + 1);
    }
    assert.equal(cutter.lastRecordEnd(bytes, 0, bytes.length), ends.at(-1) ?? 0, JSON.stringify(text));
    for (let cut = 0; cut <= bytes.length; cut++) {
      const state = cutter.stateAfter(0, cut, outsideQuotes);
      const isInside = (text.slice(0, cut).split('"').length - 1) % 2 === 1;
      assert.equal(state, isInside ? insideQuotes : outsideQuotes);
      const next = ends.find((end) => end > cut) ?? -1;
      assert.equal(
        cutter.recordEnd(bytes, cut, bytes.length, state),
        next,
        `${JSON.stringify(text)} at ${cut}`,
      );
    }
  }
});
