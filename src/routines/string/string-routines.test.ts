/** The string routines against JavaScript's own strings, taken as lists of code points. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { harness, outAddress, textAddress } from '../../../test/support/routine-harness.ts';
import { indexOfCodePoint, trimEnd, trimStart } from './code-point-set.ts';
import { advanceCodePoints, decodeCodePoint, encodeCodePoint, retreatCodePoints } from './code-points.ts';
import { fillRepeating } from './fill-repeating.ts';
import { countOccurrences, findBytes } from './find-bytes.ts';
import { mapAsciiCase, mapCase, mapInitials } from './map-case.ts';
import { fieldEnd, nthField } from './nth-field.ts';
import { replaceBytes } from './replace-bytes.ts';
import { reverseText } from './reverse-text.ts';
import { translateText } from './translate-text.ts';
import { writeHex } from './write-hex.ts';

const routines = harness((module) => ({
  routines: [
    ...[advanceCodePoints, retreatCodePoints, decodeCodePoint, encodeCodePoint].map((build) => build(module)),
    ...[findBytes, countOccurrences, nthField, fieldEnd, replaceBytes].map((build) => build(module)),
    ...[reverseText, translateText, fillRepeating, writeHex].map((build) => build(module)),
    ...[indexOfCodePoint, trimStart, trimEnd, mapInitials].map((build) => build(module)),
    ...(['upper', 'lower'] as const).flatMap((way) => [mapAsciiCase(module, way), mapCase(module, way)]),
  ],
}));

const seed = 20_261_123;
const numRuns = 2000;
const encoder = new TextEncoder();
const secondAddress = 0x28000;
const thirdAddress = 0x2c000;

/** Few different code points of every size, so that parts occur. */
const alphabet = ['a', 'b', 'B', ' ', 'é', 'É', 'ж', '文', '😀', '𝒳'];
const anyText = fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 80 });
const shortText = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '文', '😀'), maxLength: 3 });
const anyCount = fc.nat({ max: 90 });

interface Placed {
  readonly start: number;
  readonly end: number;
  readonly size: number;
}

/** Puts the bytes at an address; what lies around them must not matter. */
function place(text: string, start = textAddress): Placed {
  const bytes = encoder.encode(text);
  routines.bytes.fill(0x61, start - 32, start + bytes.length + 32);
  routines.bytes.set(bytes, start);
  return { start, end: start + bytes.length, size: bytes.length };
}

function byteLength(codePoints: readonly string[]): number {
  return encoder.encode(codePoints.join('')).length;
}

function check(property: fc.IRawProperty<unknown>): void {
  fc.assert(property, { seed, numRuns });
}

test('so many code points from the start or the end are found', () => {
  check(
    fc.property(anyText, anyCount, (text, count) => {
      const { start, end } = place(text);
      const points = [...text];
      const behind = start + byteLength(points.slice(0, count));
      assert.equal(routines.call('advance_code_points', start, end, count), behind);
      const before = end - byteLength(points.slice(Math.max(points.length - count, 0)));
      assert.equal(routines.call('retreat_code_points', end, start, count), before);
    }),
  );
});

test('every code point is read and written', () => {
  const anyPoint = fc.integer({ min: 1, max: 0x10_ffff }).filter((n) => n < 0xd800 || n > 0xdfff);
  check(
    fc.property(anyPoint, (codePoint) => {
      const { start } = place(String.fromCodePoint(codePoint));
      assert.equal(routines.call('decode_code_point', start), codePoint);
      const size = routines.call('encode_code_point', codePoint, outAddress);
      assert.equal(routines.written(size), String.fromCodePoint(codePoint));
    }),
  );
});

test('parts are found, counted and replaced, also at the end of memory', () => {
  const part = shortText.filter((text) => text !== '');
  check(
    fc.property(anyText, part, shortText, fc.boolean(), (text, wanted, other, atEnd) => {
      const size = byteLength([text]);
      const start = atEnd ? routines.bytes.length - size : textAddress;
      routines.bytes.set(encoder.encode(text), start);
      const [second, third] = [place(wanted, secondAddress), place(other, thirdAddress)];
      const search = [start, start + size, second.start, second.size];
      const index = text.indexOf(wanted);
      const found = index < 0 ? 0 : start + byteLength([text.slice(0, index)]);
      assert.equal(routines.call('find_bytes', ...search), found);
      assert.equal(routines.call('count_occurrences', ...search), text.split(wanted).length - 1);
      routines.call('replace_bytes', ...search, third.start, third.size, outAddress);
      const replaced = text.replaceAll(wanted, () => other);
      assert.equal(routines.written(byteLength([replaced])), replaced);
    }),
  );
});

test('fields between delimiters are found', () => {
  const delimiter = shortText.filter((text) => text !== '');
  check(
    fc.property(anyText, delimiter, fc.integer({ min: -1, max: 8 }), (text, wanted, position) => {
      const [{ start, end }, second] = [place(text), place(wanted, secondAddress)];
      const fields = text.split(wanted);
      const field = routines.call('nth_field', start, end, second.start, second.size, position);
      const expected = position < 1 ? undefined : fields[position - 1];
      if (expected === undefined) {
        assert.equal(field, 0);
        return;
      }
      const fieldStop = routines.call('field_end', field, end, second.start, second.size);
      assert.equal(new TextDecoder().decode(routines.bytes.slice(field, fieldStop)), expected);
    }),
  );
});

test('ends are trimmed of the code points of a set', () => {
  check(
    fc.property(anyText, shortText, (text, set) => {
      const [{ start, end }, second] = [place(text), place(set, secondAddress)];
      const members = new Set(set);
      const points = [...text];
      const first = points.findIndex((point) => !members.has(point));
      const kept = first < 0 ? points.length : first;
      const last = points.findLastIndex((point) => !members.has(point)) + 1;
      const args = [start, end, second.start, second.end];
      assert.equal(routines.call('trim_start', ...args), start + byteLength(points.slice(0, kept)));
      assert.equal(routines.call('trim_end', ...args), start + byteLength(points.slice(0, last)));
    }),
  );
});

test('code points are exchanged one by one', () => {
  check(
    fc.property(anyText, shortText, shortText, (text, from, to) => {
      const [{ start, end }, second, third] = [
        place(text),
        place(from, secondAddress),
        place(to, thirdAddress),
      ];
      const [sources, targets] = [[...from], [...to]];
      const expected = [...text]
        .map((point) => (sources.includes(point) ? (targets[sources.indexOf(point)] ?? '') : point))
        .join('');
      const args = [start, end, second.start, second.end, third.start, third.end];
      assert.equal(routines.call('translate_text', ...args, 0), byteLength([expected]));
      assert.equal(routines.written(routines.call('translate_text', ...args, outAddress)), expected);
    }),
  );
});

test('text is reversed, and repeated to fill its room', () => {
  check(
    fc.property(anyText, fc.nat({ max: 300 }), (text, room) => {
      const { start, end, size } = place(text);
      routines.call('reverse_text', start, end, outAddress);
      assert.equal(routines.written(size), [...text].reverse().join(''));
      if (size === 0) return;
      routines.call('fill_repeating', outAddress, room, start, size);
      const expected = Array.from({ length: room }, (_, i) => routines.bytes[start + (i % size)]);
      assert.deepEqual([...routines.bytes.slice(outAddress, outAddress + room)], expected);
    }),
  );
});

test('ASCII text changes case sixteen bytes at a time, and other text is refused', () => {
  const mixed = fc.string({
    unit: fc.constantFrom('a', 'Z', '@', '[', '`', '{', '0', '\x7f', 'é'),
    maxLength: 60,
  });
  check(
    fc.property(mixed, (text) => {
      const { start, end, size } = place(text);
      const isAscii = Number(!text.includes('é'));
      for (const [way, expected] of [
        ['upper', text.toUpperCase()],
        ['lower', text.toLowerCase()],
      ] as const) {
        assert.equal(routines.call(`${way}_ascii`, start, end, outAddress), isAscii);
        if (isAscii === 1) assert.equal(routines.written(size), expected);
      }
    }),
  );
});

test('every code point with a simple mapping changes case as JavaScript says', () => {
  // ß and İ have only longer counterparts in JavaScript; a byte order mark does not come back from a decoder.
  const exceptions = new Set([0xdf, 0x130, 0xfeff]);
  for (let codePoint = 1; codePoint < 0x1_f000; codePoint++) {
    if ((codePoint >= 0xd800 && codePoint < 0xe000) || exceptions.has(codePoint)) continue;
    const point = String.fromCodePoint(codePoint);
    const { start, end } = place(point);
    for (const [way, expected] of [
      ['upper', point.toUpperCase()],
      ['lower', point.toLowerCase()],
    ] as const) {
      if ([...expected].length > 1) continue;
      const written = routines.written(routines.call(`${way}_text`, start, end, outAddress));
      assert.equal(written, expected, `${way} of U+${codePoint.toString(16)}`);
    }
  }
});

test('initials are raised and the rest of each word lowered', () => {
  const { start, end } = place('ÉCOLE élan 1ABC x-RAY_ж МИР');
  const size = routines.call('initcap_text', start, end, outAddress);
  assert.equal(routines.written(size), 'École Élan 1abc X-Ray_Ж Мир');
});

test('numbers are written in hexadecimal', () => {
  check(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
      const size = routines.call('write_hex', BigInt.asIntN(64, value), outAddress);
      assert.equal(routines.written(size), value.toString(16));
    }),
  );
});
