import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness, outAddress, textAddress } from '../../../test/support/routine-harness.ts';
import { parsedF64, parseStatus } from '../parse-result.ts';
import { parseDouble, parseDoubleText } from './parse-double.ts';
import { writeDouble } from './write-double.ts';

const routines = harness((module) => ({
  routines: [parseDouble(module), parseDoubleText(module), writeDouble(module)],
  globals: [parsedF64(module)],
}));

function parse(text: string, name = 'parse_double'): number | 'invalid' | 'out of range' {
  const status = routines.call(name, textAddress, routines.put(text));
  if (status === parseStatus.invalid) return 'invalid';
  if (status === parseStatus.outOfRange) return 'out of range';
  return routines.global<number>('parsed_f64');
}

function write(value: number): string {
  return routines.written(routines.call('write_double', value, outAddress));
}

/** Random numbers from a seed, so that a failure can be repeated. */
function random64(seed: bigint): () => bigint {
  let state = seed;
  return () => {
    state = BigInt.asUintN(64, state + 0x9e37_79b9_7f4a_7c15n);
    let z = state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58_476d_1ce4_e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d0_49bb_1331_11ebn);
    return z ^ (z >> 31n);
  };
}

const view = new DataView(new ArrayBuffer(8));

function fromBits(bits: bigint): number {
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}

function bitsOf(value: number): bigint {
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}

/** The digits without point, exponent and outer zeros. */
function significantDigits(text: string): string {
  return text.replace(/e.*/, '').replace(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '');
}

function checkRoundTrip(value: number): void {
  const text = write(value);
  assert.ok(Object.is(Number(text), value), `${value} was written as ${text}`);
  assert.equal(significantDigits(text), significantDigits(String(value)), `${value} as ${text}`);
  assert.ok(Object.is(parse(text), value), `${text} was read as ${parse(text)}`);
}

test('random bit patterns are written as the shortest digits and read back', () => {
  const next = random64(1n);
  for (let i = 0; i < 100_000; i++) {
    const value = fromBits(next());
    if (Number.isFinite(value)) checkRoundTrip(value);
  }
});

test('powers of two and ten, neighbours, subnormals and small decimals are written and read back', () => {
  for (let exponent = -1074; exponent <= 1023; exponent++) {
    const bits = bitsOf(2 ** exponent);
    for (const neighbour of [-1n, 0n, 1n]) {
      const value = fromBits(bits + neighbour);
      if (value > 0) checkRoundTrip(value);
    }
  }
  for (let exponent = -324; exponent <= 308; exponent++) {
    const bits = bitsOf(Number(`1e${exponent}`));
    for (const neighbour of [-2n, -1n, 0n, 1n, 2n]) {
      const value = fromBits(BigInt.asUintN(64, bits + neighbour));
      if (value > 0 && Number.isFinite(value)) checkRoundTrip(value);
    }
  }
  for (let bits = 1n; bits < 3000n; bits++) checkRoundTrip(fromBits(bits));
  for (let i = -20_000; i < 20_000; i++) {
    checkRoundTrip(i);
    checkRoundTrip(i / 10);
    checkRoundTrip(i / 1000);
  }
});

test('a double is written in the form of float8out', () => {
  const expected: [number, string][] = [
    [0, '0'],
    [-0, '-0'],
    [1, '1'],
    [100, '100'],
    [-12.5, '-12.5'],
    [0.1, '0.1'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [0.000015, '1.5e-05'],
    [123456789012345, '123456789012345'],
    [1e14, '100000000000000'],
    [1e15, '1e+15'],
    [1234567890123456, '1.234567890123456e+15'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [5e-324, '5e-324'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
    [Number.NaN, 'NaN'],
  ];
  for (const [value, text] of expected) assert.equal(write(value), text);
});

test('numbers of every length and exponent are read to the nearest double', () => {
  const next = random64(2n);
  for (let i = 0; i < 60_000; i++) {
    const digits = String(next())
      .repeat(1 + Number(next() % 3n))
      .slice(0, 1 + Number(next() % 40n));
    const point = Number(next() % BigInt(digits.length + 1));
    const exponent = Number(next() % 700n) - 350;
    const text = `${digits.slice(0, point)}.${digits.slice(point)}e${exponent}`;
    const value = Number(text);
    const expected = Number.isFinite(value) && (value !== 0 || /^[0.]*e/.test(text)) ? value : 'out of range';
    assert.ok(Object.is(parse(text), expected), `${text} was read as ${parse(text)}, not ${expected}`);
  }
});

test('numbers at, just below and just above the middle of two doubles are rounded to even', () => {
  const next = random64(3n);
  for (let i = 0; i < 3000; i++) {
    // The middle in full digits: an odd multiple of a power of two, as an exact decimal.
    const exponent = Number(next() % 2046n) + 1;
    const mantissa = (1n << 52n) | (next() >> 12n);
    const middle = exactDecimal(2n * mantissa + 1n, exponent - 1076);
    for (const text of [middle, `${middle}0000000000000000001`, decrementLast(middle)]) {
      const expected = Number(text);
      assert.ok(Object.is(parse(text), Number.isFinite(expected) ? expected : 'out of range'), text);
    }
  }
  assert.equal(parse('9007199254740993'), 9007199254740992);
  assert.equal(parse('9007199254740993.00000000000000000000000000000000000001'), 9007199254740994);
  assert.equal(parse('2.4703282292062327208e-324'), 'out of range');
  assert.equal(parse(exactDecimal(1n, -1075)), 'out of range');
  assert.equal(parse(`${exactDecimal(1n, -1075)}1`), 5e-324);
});

/** n * 2^exponent as a decimal with all its digits. */
function exactDecimal(n: bigint, exponent: number): string {
  if (exponent >= 0) return `${n << BigInt(exponent)}.`;
  const digits = String(n * 5n ** BigInt(-exponent)).padStart(-exponent + 1, '0');
  return `${digits.slice(0, exponent)}.${digits.slice(exponent)}`;
}

/** A little less: the last digit one lower, and nines behind it. */
function decrementLast(text: string): string {
  if (text.endsWith('.')) return `${BigInt(text.slice(0, -1)) - 1n}.9999`;
  return `${text.slice(0, -1)}${Number(text.at(-1)) - 1}9999`;
}

test('texts that are no numbers are refused', () => {
  const texts = [
    '',
    ' ',
    '-',
    '.',
    'e5',
    '1e',
    '1e+',
    '1.2.3',
    '12a',
    '0x10',
    '1 2',
    '--1',
    '+-1',
    'NaN',
    '1e5.5',
  ];
  for (const text of texts) assert.equal(parse(text), 'invalid', text);
  assert.equal(parse('1e400'), 'out of range');
  assert.equal(parse('-1e400'), 'out of range');
  assert.equal(routines.global<number>('parsed_f64'), Number.NEGATIVE_INFINITY);
  assert.equal(parse('1e-400'), 'out of range');
  assert.equal(parse('0e-400'), 0);
  assert.equal(parse('1e99999999999999999999'), 'out of range');
});

test('blanks, signs and bare points are read as SQL does', () => {
  const texts: [string, number][] = [
    [' 12 ', 12],
    ['\t-1.5\n', -1.5],
    ['+7', 7],
    ['.5', 0.5],
    ['5.', 5],
    ['-0', -0],
    ['1E+2', 100],
    ['000000000000000000000000000001', 1],
    ['0.000000000000000000000000000001', 1e-30],
  ];
  for (const [text, value] of texts) assert.ok(Object.is(parse(text), value), text);
});

test('the names of what is no number are read where they are asked for', () => {
  for (const text of ['NaN', 'nan', ' NAN ', '-nan'])
    assert.ok(Number.isNaN(parse(text, 'parse_double_text')), text);
  for (const text of ['inf', 'Infinity', '+INF']) {
    assert.equal(parse(text, 'parse_double_text'), Number.POSITIVE_INFINITY);
  }
  assert.equal(parse('-infinity', 'parse_double_text'), Number.NEGATIVE_INFINITY);
  for (const text of ['infi', 'nano', 'infinit', 'i']) {
    assert.equal(parse(text, 'parse_double_text'), 'invalid', text);
  }
  assert.equal(parse('12.5', 'parse_double_text'), 12.5);
});
