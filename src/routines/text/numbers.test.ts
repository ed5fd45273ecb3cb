import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { harness, outAddress, textAddress } from '../../../test/support/routine-harness.ts';
import { parsedHigh, parsedI64, parseStatus } from '../parse-result.ts';
import { parseBoolean } from './parse-boolean.ts';
import { parseDecimal } from './parse-decimal.ts';
import { parseInteger } from './parse-integer.ts';
import { writeBoolean } from './write-boolean.ts';
import { writeDecimal } from './write-decimal.ts';
import { writeInteger, writeRoomBytes } from './write-integer.ts';

const routines = harness((module) => ({
  routines: [
    parseInteger(module),
    parseDecimal(module),
    parseBoolean(module),
    writeInteger(module),
    writeDecimal(module),
    writeBoolean(module),
  ],
  globals: [parsedI64(module), parsedHigh(module)],
}));

const seed = 20_260_101;
const lowest = -(2n ** 63n);
const highest = 2n ** 63n - 1n;
const tenTo38 = 10n ** 38n;

function parse(name: string, text: string, ...args: number[]): number {
  return routines.call(name, textAddress, routines.put(text), ...args);
}

/** What the routine writes; beyond the room that it may use, every byte stays as it is. */
function writtenBy(name: string, ...args: (number | bigint)[]): string {
  routines.bytes.set(surroundings, outAddress);
  const text = routines.written(routines.call(name, ...args, outAddress));
  const beyond = routines.bytes.subarray(outAddress + writeRoomBytes, outAddress + surroundings.length);
  assert.deepEqual(beyond, surroundings.subarray(writeRoomBytes), `${name}(${args}) leaves its room`);
  return text;
}

/** No two neighbours are equal, so that moved bytes show. */
const surroundings = Uint8Array.from({ length: 128 }, (_, i) => (i * 7) & 0xff);

function parsed128(): bigint {
  return (routines.global('parsed_high') << 64n) | BigInt.asUintN(64, routines.global('parsed_i64'));
}

/** Integers of every length, the ends of the range among them. */
const anyInteger = fc.oneof(
  fc.bigInt({ min: lowest, max: highest }),
  fc.bigInt({ min: -100_000n, max: 100_000n }),
  fc
    .tuple(fc.integer({ min: 0, max: 18 }), fc.bigInt({ min: -11n, max: 11n }))
    .map(([e, d]) => 10n ** BigInt(e) + d),
  fc.constantFrom(lowest, lowest + 1n, highest, highest - 1n, 0n, -1n),
);

test('every integer is written as BigInt writes it and read back', () => {
  fc.assert(
    fc.property(anyInteger, (value) => {
      assert.equal(writtenBy('write_integer', value), String(value));
      assert.equal(parse('parse_integer', String(value)), parseStatus.ok);
      assert.equal(routines.global('parsed_i64'), value);
    }),
    { seed, numRuns: 20_000 },
  );
});

test('integers are read with blanks, a plus and leading zeros, and refused when they do not fit', () => {
  const texts = ['+5', ' 12\t', '-0', '00000000000000000000000000000007', '-0000000000009223372036854775808'];
  for (const text of texts) {
    assert.equal(parse('parse_integer', text), parseStatus.ok, text);
    assert.equal(
      routines.global('parsed_i64'),
      BigInt(
        text
          .trim()
          .replace(/^\+/, '')
          .replace(/^-0*(?=\d)/, '-'),
      ),
    );
  }
  for (const text of [
    String(highest + 1n),
    String(lowest - 1n),
    '1'.repeat(20),
    '-99999999999999999999999',
  ]) {
    assert.equal(parse('parse_integer', text), parseStatus.outOfRange, text);
  }
  const junk = [
    '',
    ' ',
    '-',
    '+',
    '--1',
    '1-',
    '1.0',
    '1e3',
    'a',
    '1 2',
    '12345678a',
    'a2345678',
    '12345678901234567x',
  ];
  for (const text of junk) assert.equal(parse('parse_integer', text), parseStatus.invalid, text);
});

test('a byte other than a digit is refused at every place of an integer of every length', () => {
  for (let length = 1; length <= 19; length++) {
    for (let at = 0; at < length; at++) {
      for (const byte of [0, 0x2e, 0x2f, 0x3a, 0x3f, 0x70, 0x80, 0xb0, 0xff]) {
        const text = new Uint8Array(length).fill(0x31);
        text[at] = byte;
        const status = routines.call('parse_integer', textAddress, routines.put(text));
        assert.equal(status, parseStatus.invalid, `byte ${byte} at ${at} of ${length}`);
      }
    }
  }
});

/** The value of a decimal's text at a scale, half away from zero, by BigInt. */
function expectedDecimal(
  sign: string,
  digits: string,
  point: number,
  exponent: number,
  scale: number,
): bigint {
  const shift = scale + exponent - (digits.length - point);
  let value = BigInt(digits || '0');
  if (shift >= 0) value *= 10n ** BigInt(shift);
  else {
    const divisor = 10n ** BigInt(-shift);
    value = (2n * value + divisor) / (2n * divisor);
  }
  return sign === '-' ? -value : value;
}

test('decimals are read exactly and rounded half away from zero', () => {
  const text = fc.tuple(
    fc.constantFrom('', '-', '+'),
    fc.stringMatching(/^[0-9]{1,60}$/),
    fc.nat(),
    fc.integer({ min: -45, max: 45 }),
    fc.integer({ min: 0, max: 38 }),
    fc.boolean(),
  );
  fc.assert(
    fc.property(text, ([sign, digits, at, power, scale, withExponent]) => {
      const point = at % (digits.length + 1);
      const exponent = withExponent ? power : 0;
      const value = expectedDecimal(sign, digits, point, exponent, scale);
      const suffix = withExponent ? `e${power}` : '';
      const written = `${sign}${digits.slice(0, point)}.${digits.slice(point)}${suffix}`;
      const status = parse('parse_decimal', written, scale);
      const tooLarge = value >= tenTo38 || value <= -tenTo38;
      assert.equal(status, tooLarge ? parseStatus.outOfRange : parseStatus.ok, `${written} at ${scale}`);
      if (!tooLarge) assert.equal(parsed128(), value, `${written} at ${scale}`);
    }),
    { seed, numRuns: 20_000 },
  );
});

test('a decimal between two steps of its scale goes to the one further from zero', () => {
  for (const [text, scale, value] of [
    ['0.5', 0, 1n],
    ['-0.5', 0, -1n],
    ['0.49999999999999999999999999999999999999999999999999', 0, 0n],
    ['0.00000000000000000000000000000000000000500000000000000001', 38, 1n],
    ['99999999999999999999999999999999999999', 0, tenTo38 - 1n],
    ['12345678901234567890123456789012345678.4', 0, 12345678901234567890123456789012345678n],
    ['12345678901234567890123456789012345678.5', 0, 12345678901234567890123456789012345679n],
    ['1e-1000000000', 5, 0n],
    ['0e1000000000', 5, 0n],
  ] as const) {
    assert.equal(parse('parse_decimal', text, scale), parseStatus.ok, text);
    assert.equal(parsed128(), value, text);
  }
  assert.equal(parse('parse_decimal', '99999999999999999999999999999999999999.5', 0), parseStatus.outOfRange);
  assert.equal(parse('parse_decimal', '1e1000000000', 0), parseStatus.outOfRange);
  for (const text of ['', '.', '-', '1.2.3', 'NaN', 'e1', '1e', '1 e1', '1_0', '0x1']) {
    assert.equal(parse('parse_decimal', text, 2), parseStatus.invalid, text);
  }
});

test('decimals are written with exactly their scale', () => {
  const wide = fc.oneof(
    fc.bigInt({ min: 1n - tenTo38, max: tenTo38 - 1n }),
    fc.bigInt({ min: -1000n, max: 1000n }),
    anyInteger,
    fc.integer({ min: 0, max: 38 }).map((e) => 10n ** BigInt(e) - 1n),
  );
  fc.assert(
    fc.property(wide, fc.integer({ min: 0, max: 38 }), (value, scale) => {
      const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
      const point = digits.length - scale;
      const fraction = scale === 0 ? '' : `.${digits.slice(point)}`;
      const expected = `${value < 0n ? '-' : ''}${digits.slice(0, point)}${fraction}`;
      const written = writtenBy('write_decimal', BigInt.asIntN(64, value), value >> 64n, scale);
      assert.equal(written, expected);
      assert.ok(written.length <= 41);
      assert.equal(parse('parse_decimal', written, scale), parseStatus.ok);
      assert.equal(parsed128(), value);
    }),
    { seed, numRuns: 20_000 },
  );
});

test('booleans are read by any clear beginning and written in full', () => {
  const yes = ['t', 'tr', 'tru', 'true', 'TRUE', 'y', 'ye', 'yes', 'on', 'ON', '1', ' true '];
  const no = ['f', 'fa', 'fal', 'fals', 'false', 'False', 'n', 'no', 'of', 'off', '0'];
  for (const [texts, value] of [
    [yes, 1n],
    [no, 0n],
  ] as const) {
    for (const text of texts) {
      assert.equal(parse('parse_boolean', text), parseStatus.ok, text);
      assert.equal(routines.global('parsed_i64'), value, text);
    }
  }
  for (const text of ['', 'o', 'truee', 'ture', '2', '10', '-1', 'null', 'falsey']) {
    assert.equal(parse('parse_boolean', text), parseStatus.invalid, text);
  }
  assert.equal(writtenBy('write_boolean', 1), 'true');
  assert.equal(writtenBy('write_boolean', 0), 'false');
});
