import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prepareScan, type ScannedValue } from '../../../../test/support/json-scan-run.ts';
import type { Schema } from '../../../columns/schema.ts';
import {
  bigintType,
  booleanType,
  dateType,
  decimalType,
  doubleType,
  intervalType,
  intType,
  type SqlType,
  timestampType,
  timestamptzType,
  varcharType,
} from '../../../columns/sql-type.ts';
import { learnShape } from './record-shape.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const utf8 = (text: string): string => Buffer.from(text).toString('latin1');

function column(name: string, type: SqlType, nullable = true) {
  return { name, type, nullable };
}

interface Expected {
  readonly values?: readonly ScannedValue[];
  readonly bad?: readonly [reason: string, field: number];
}

/**
 * Scans each record on its own: without a shape, with the shape of that record, and with the shape of all
 * records together, so that every record also meets states that expect something else.
 */
function check(schema: Schema, cases: readonly (readonly [record: string, expected: Expected])[]): void {
  const all = cases.map(([record]) => `${record}\n`).join('');
  for (const [record, { values, bad }] of cases) {
    for (const shape of [undefined, learnShape(encode(record)), learnShape(encode(all))]) {
      const run = prepareScan(schema, shape);
      assert.ok(WebAssembly.validate(run.bytes));
      for (const ending of ['\n', '\r\n', '']) {
        const result = run.run([encode(record + ending)]);
        const context = `${record} with ${JSON.stringify(shape?.keys.map((key) => key.name))}`;
        assert.deepEqual(
          { rows: result.rows.map((row) => row.values), bad: result.bad.map((b) => [b.reason, b.field]) },
          { rows: values ? [values] : [], bad: bad ? [bad] : [] },
          context,
        );
        const text = [...result.rows, ...result.bad].map((entry) => entry.text);
        assert.deepEqual(text, [utf8(record)], context);
      }
    }
  }
}

const one = (type: SqlType): Schema => [column('x', type)];
const good = (...values: ScannedValue[]): Expected => ({ values });
const bad = (reason: string, field = -1): Expected => ({ bad: [reason, field] });
const record = (value: string): string => `{"x":${value}}`;

test('booleans are true and false and nothing else', () => {
  check(one(booleanType), [
    [record('true'), good(true)],
    [record('false'), good(false)],
    [record('null'), good(null)],
    [record('"true"'), bad('wrong_type', 0)],
    [record('1'), bad('wrong_type', 0)],
    [record('truE'), bad('syntax')],
    [record('falsy'), bad('syntax')],
    [record('True'), bad('syntax')],
    [record('nul'), bad('syntax')],
  ]);
});

test('integers are exact by their text over the whole range', () => {
  check(one(bigintType), [
    [record('0'), good(0n)],
    [record('-0'), good(0n)],
    [record('7'), good(7n)],
    [record('-7'), good(-7n)],
    [record('12345678'), good(12345678n)],
    [record('123456789012345'), good(123456789012345n)],
    [record('-123456789012345'), good(-123456789012345n)],
    [record('1234567890123456'), good(1234567890123456n)],
    [record('9007199254740993'), good(9007199254740993n)],
    [record('9223372036854775807'), good(9223372036854775807n)],
    [record('-9223372036854775808'), good(-9223372036854775808n)],
    [record('9223372036854775808'), bad('out_of_range', 0)],
    [record('-9223372036854775809'), bad('out_of_range', 0)],
    [record('100000000000000000000'), bad('out_of_range', 0)],
    [record('1.0'), good(1n)],
    [record('1e3'), good(1000n)],
    [record('1.5e1'), good(15n)],
    [record('1200e-2'), good(12n)],
    [record('-9223372036854775808.000'), good(-9223372036854775808n)],
    [record('922337203685477580.8e1'), bad('out_of_range', 0)],
    [record('-922337203685477580.8e1'), good(-9223372036854775808n)],
    [record('0e99999999999999999999'), good(0n)],
    [record('1e99999999999999999999'), bad('out_of_range', 0)],
    [record('1e-99999999999999999999'), bad('wrong_type', 0)],
    [record('1.5'), bad('wrong_type', 0)],
    [record('0.1'), bad('wrong_type', 0)],
    [record('12345678901234567890123.5'), bad('wrong_type', 0)],
    [record('"1"'), bad('wrong_type', 0)],
    [record('true'), bad('wrong_type', 0)],
    [record('[1]'), bad('wrong_type', 0)],
    [record('{}'), bad('wrong_type', 0)],
  ]);
});

test('INT has its own range', () => {
  check(one(intType), [
    [record('2147483647'), good(2147483647n)],
    [record('-2147483648'), good(-2147483648n)],
    [record('2147483648'), bad('out_of_range', 0)],
    [record('-2147483649'), bad('out_of_range', 0)],
    [record('4294967297'), bad('out_of_range', 0)],
    [record('1e9'), good(1000000000n)],
    [record('1e10'), bad('out_of_range', 0)],
  ]);
});

test('malformed numbers are syntax errors, read or not', () => {
  const malformed = [
    'nulle',
    'null.5',
    '01',
    '-01',
    '00',
    '1.',
    '.5',
    '-',
    '+1',
    '1e',
    '1e+',
    '1.e5',
    '1.2.3',
    '0x10',
    '1_000',
    'NaN',
  ];
  const more = [
    'Infinity',
    '-Infinity',
    '--1',
    '1-',
    '1e5.5',
    '012345678901234',
    '1.5.',
    '1..5',
    '-.5',
    '1e5e5',
  ];
  for (const schema of [[column('x', doubleType)], [column('y', doubleType)], [column('x', bigintType)]]) {
    check(
      schema,
      [...malformed, ...more].map((text) => [record(text), bad('syntax')] as const),
    );
  }
  check(
    [column('x', varcharType)],
    [...malformed, ...more].map((text) => [record(text), bad('syntax')] as const),
  );
});

test('doubles are rounded correctly, keep the sign of zero and overflow with an error', () => {
  const texts = ['0', '-0', '0.1', '-0.1', '123.45', '1e3', '1E+3', '5e-324', '1.7976931348623157e308'];
  const more = ['0.30000000000000004', '12345678901234567890', '9007199254740993', '123456789.01234', '1e22'];
  const hard = [
    '8.442911973260991817129021e15',
    '2.2250738585072011e-308',
    '1234567890123.4',
    '0.00000000000001',
  ];
  check(
    one(doubleType),
    [...texts, ...more, ...hard].map((text) => [record(text), good(Number(text))] as const),
  );
  check(one(doubleType), [
    [record('1e309'), bad('out_of_range', 0)],
    [record('-1e400'), bad('out_of_range', 0)],
    [record('1e-400'), bad('out_of_range', 0)],
    [record('0e-400'), good(0)],
    [record('"1"'), bad('wrong_type', 0)],
    [record('null'), good(null)],
  ]);
});

test('decimals are exact, rounded half away from zero, and bounded by their precision', () => {
  check(one(decimalType(10, 2)), [
    [record('1'), good(100n)],
    [record('1.5'), good(150n)],
    [record('-1.25'), good(-125n)],
    [record('1.255'), good(126n)],
    [record('-1.255'), good(-126n)],
    [record('1.254999999999999999999999999999999999'), good(125n)],
    [record('99999999.99'), good(9999999999n)],
    [record('-99999999.99'), good(-9999999999n)],
    [record('99999999.995'), bad('out_of_range', 0)],
    [record('100000000'), bad('out_of_range', 0)],
    [record('1e2'), good(10000n)],
    [record('"1.5"'), bad('wrong_type', 0)],
  ]);
  check(one(decimalType(38, 10)), [
    [record('1'), good(10000000000n)],
    [record('-1.5'), good(-15000000000n)],
    [record('1234567890123456789012345678.0123456789'), good(12345678901234567890123456780123456789n)],
    [record('-1234567890123456789012345678.0123456789'), good(-12345678901234567890123456780123456789n)],
    [record('12345678901234567890123456789'), bad('out_of_range', 0)],
  ]);
  check(one(decimalType(18, 18)), [
    [record('0.123456789012345678'), good(123456789012345678n)],
    [record('0.5'), good(500000000000000000n)],
    [record('1'), bad('out_of_range', 0)],
  ]);
});

test('strings of every length become views, and escapes become what they stand for', () => {
  const lengths = Array.from({ length: 70 }, (_, length) => {
    const text = 'abcdefghijklmnopqrstuvwxyz'.repeat(3).slice(0, length);
    return [record(`"${text}"`), good(text)] as const;
  });
  check(one(varcharType), lengths);
  check(one(varcharType), [
    [record('"\\"\\\\\\/\\b\\f\\n\\r\\t"'), good('"\\/\b\f\n\r\t')],
    [record('"\\u0041\\u00e9\\u20ac\\ud83d\\ude00"'), good(utf8('Aé€😀'))],
    [record('"\\ud83d"'), good(utf8('\ufffd'))],
    [record('"\\ude00\\ud83d"'), good(utf8('\ufffd\ufffd'))],
    [record('"\\ud83d\\u0041"'), good(utf8('\ufffdA'))],
    [record('"\\ud83dx\\ude00"'), good(utf8('\ufffdx\ufffd'))],
    [record('"\\u0000"'), good('\0')],
    [record('"a long string with an escape \\u0041 in it"'), good('a long string with an escape A in it')],
    [record(`"${'\\u00e9'.repeat(40)}"`), good(utf8('é'.repeat(40)))],
    [record('"é"'), good(utf8('é'))],
    [record('"日本語テキスト、日本語テキスト"'), good(utf8('日本語テキスト、日本語テキスト'))],
    [record('"😀😀😀😀"'), good(utf8('😀😀😀😀'))],
    [record('"\u007f"'), good('\u007f')],
    [record('""'), good('')],
    [record('null'), good(null)],
  ]);
});

test('malformed strings are syntax errors, read or not', () => {
  const texts = [
    '"',
    '"abc',
    '"abc\\',
    '"\\x"',
    '"\\u12"',
    '"\\u12g4"',
    '"\\u"',
    '"\t"',
    '"\u0001"',
    '"\\U0041"',
  ];
  const long = [
    '"a string of more than sixteen bytes',
    '"a string of more than sixteen \u0002 bytes"',
    "'a'",
    '"\\"',
  ];
  for (const name of ['x', 'y']) {
    check(
      [column(name, varcharType)],
      [...texts, ...long].map((text) => [record(text), bad('syntax')] as const),
    );
  }
});

test('a VARCHAR takes the raw text of what is no string', () => {
  check(one(varcharType), [
    [record('12.50'), good('12.50')],
    [record('-1e5'), good('-1e5')],
    [record('true'), good('true')],
    [record('false'), good('false')],
    [record('{"a": [1, 2, {"b": null}]}'), good('{"a": [1, 2, {"b": null}]}')],
    [record('[]'), good('[]')],
    [record('{ }'), good('{ }')],
  ]);
});

test('dates, timestamps and intervals come from strings, timestamps also from milliseconds', () => {
  check(one(dateType), [
    [record('"1970-01-02"'), good(1n)],
    [record('"2024-02-29"'), good(19782n)],
    [record('"1969-12-31"'), good(-1n)],
    [record('"2023-02-29"'), bad('out_of_range', 0)],
    [record('"nonsense"'), bad('wrong_type', 0)],
    [record('1'), bad('wrong_type', 0)],
    [record('"1970\\u002d01\\u002d02"'), good(1n)],
    [record('null'), good(null)],
  ]);
  for (const type of [timestampType, timestamptzType]) {
    check(one(type), [
      [record('"1970-01-01T00:00:01.5Z"'), good(1_500_000n)],
      [record('"2024-11-06 03:33:20"'), good(BigInt(Date.parse('2024-11-06T03:33:20Z')) * 1000n)],
      [record('1730880000123'), good(1_730_880_000_123_000n)],
      [record('-1'), good(-1000n)],
      [record('1.5'), good(1500n)],
      [record('1.0005'), good(1001n)],
      [record('9223372036854775'), good(9_223_372_036_854_775_000n)],
      [record('9223372036854776'), bad('out_of_range', 0)],
      [record('"yesterdayish"'), bad('wrong_type', 0)],
      [record('true'), bad('wrong_type', 0)],
    ]);
  }
  check(one(intervalType), [
    [record('"1 day 02:03:04"'), good('0 1 7384000000')],
    [record('"1 year 2 months"'), good('14 0 0')],
    [record('5'), bad('wrong_type', 0)],
  ]);
});

test('keys come in any order, unknown ones are checked and skipped, missing ones are NULL', () => {
  const schema = [column('a', bigintType), column('b', varcharType), column('c', doubleType)];
  check(schema, [
    ['{"a":1,"b":"x","c":2.5}', good(1n, 'x', 2.5)],
    ['{"c":2.5,"b":"x","a":1}', good(1n, 'x', 2.5)],
    ['{"b":"x","z":{"a":[5,"q"]},"c":2.5,"a":1,"y":null}', good(1n, 'x', 2.5)],
    ['{"b":"x"}', good(null, 'x', null)],
    ['{}', good(null, null, null)],
    ['{ }', good(null, null, null)],
    [' \t{ "a" : 1 , "b" : "x" , "c" : 2.5 } \t', good(1n, 'x', 2.5)],
    ['{"\\u0061":1,"\\u0062":"x","c":2.5}', good(1n, 'x', 2.5)],
    ['{"a ":1,"":2,"A":3,"aa":4}', good(null, null, null)],
    ['{"a":1,"z":01,"b":"x","c":2.5}', bad('syntax')],
    ['{"a":1,"z":"\\q","b":"x","c":2.5}', bad('syntax')],
    ['{"z":[1,2,{"q":}],"a":1}', bad('syntax')],
  ]);
});

test('the last duplicate wins, also over one that could not be converted', () => {
  const schema = [column('a', bigintType), column('b', varcharType)];
  check(schema, [
    ['{"a":1,"a":2,"b":"x"}', good(2n, 'x')],
    ['{"a":1,"b":"x","a":2}', good(2n, 'x')],
    ['{"a":1,"b":"x","a":null,"b":null}', good(null, null)],
    ['{"a":null,"b":null,"a":1,"b":"x"}', good(1n, 'x')],
    ['{"a":"bad","b":"x","a":1}', good(1n, 'x')],
    ['{"a":1,"b":"x","a":"bad"}', bad('wrong_type', 0)],
    ['{"a":1,"b":"x","a":1,"b":"y","a":2,"b":"z"}', good(2n, 'z')],
    ['{"a":1,"b":"x","\\u0061":7}', good(7n, 'x')],
  ]);
});

test('a column that takes no NULL makes records without it bad', () => {
  const schema = [column('a', bigintType, false), column('b', varcharType)];
  check(schema, [
    ['{"a":1,"b":"x"}', good(1n, 'x')],
    ['{"b":"x","a":1}', good(1n, 'x')],
    ['{"a":null,"b":"x"}', bad('null_in_not_null_column', 0)],
    ['{"b":"x"}', bad('missing_field', 0)],
    ['{}', bad('missing_field', 0)],
    ['{"a":null,"a":1}', good(1n, null)],
  ]);
});

test('what is no single object is bad', () => {
  check(one(bigintType), [
    ['1', bad('not_an_object')],
    ['"x"', bad('not_an_object')],
    ['[{"x":1}]', bad('not_an_object')],
    ['null', bad('not_an_object')],
    ['{"x":1}{"x":2}', bad('syntax')],
    ['{"x":1} x', bad('syntax')],
    ['{"x":1,}', bad('syntax')],
    ['{,"x":1}', bad('syntax')],
    ['{"x":1', bad('syntax')],
    ['{"x":', bad('syntax')],
    ['{"x"', bad('syntax')],
    ['{"x', bad('syntax')],
    ['{', bad('syntax')],
    ['{"x" 1}', bad('syntax')],
    ['{"x":1 "y":2}', bad('syntax')],
    ['{x:1}', bad('syntax')],
    ['{"x":1]', bad('syntax')],
    ['\ufeff{"x":1}', bad('syntax')],
    ['\u00a0{"x":1}', bad('syntax')],
    ['nonsense', bad('syntax')],
  ]);
});

test('nesting is accepted to 64 levels, the record included', () => {
  const nested = (levels: number): string => record('['.repeat(levels) + ']'.repeat(levels));
  const mixed = (levels: number): string => record('{"a":['.repeat(levels) + ']}'.repeat(levels));
  for (const name of ['x', 'y']) {
    const schema = [column(name, varcharType)];
    const isRead = name === 'x';
    check(schema, [
      [nested(63), good(isRead ? nested(63).slice(5, -1) : null)],
      [nested(64), bad('too_deep')],
      [mixed(31), good(isRead ? mixed(31).slice(5, -1) : null)],
      [mixed(32), bad('too_deep')],
      [record('['.repeat(100_000)), bad('too_deep')],
    ]);
  }
});

test('UTF-8 is checked in every string, read or not', () => {
  const malformed = [
    [0x80],
    [0xc0, 0x80],
    [0xed, 0xa0, 0x80],
    [0xf4, 0x90, 0x80, 0x80],
    [0xff],
    [0xe2, 0x82],
  ];
  for (const sequence of malformed) {
    for (const name of ['x', 'y']) {
      for (const padding of ['', 'a string before that is long']) {
        const line = Buffer.concat([
          Buffer.from(`{"x":"${padding}`),
          Buffer.from(sequence),
          Buffer.from('"}\n'),
        ]);
        const key = Buffer.concat([
          Buffer.from(`{"${padding}`),
          Buffer.from(sequence),
          Buffer.from('":1}\n'),
        ]);
        const run = prepareScan([column(name, varcharType)], learnShape(encode('{"x":"abc"}\n')));
        assert.deepEqual(
          run.run([line, key]).bad.map((entry) => entry.reason),
          ['invalid_utf8', 'invalid_utf8'],
        );
      }
    }
  }
});

test('blank lines are no records', () => {
  const run = prepareScan(one(bigintType), learnShape(encode('{"x":1}\n')));
  const { rows, bad: rejected } = run.run([encode('\n\r\n  \t\n{"x":1}\n\n\n{"x":2}\r\n \n\n')]);
  assert.deepEqual(
    rows.map((row) => row.values),
    [[1n], [2n]],
  );
  assert.deepEqual(rejected, []);
});

test('a bad record leaves nothing behind in its row', () => {
  const schema = [column('a', bigintType), column('b', varcharType), column('c', doubleType)];
  const lines = '{"a":null,"b":null,"c":1}x\n{"a":1,"b":"x"}\n{"a":5,"b":"yy","c":7}x\n{"b":"z"}\n{"c":7}\n';
  for (const sample of ['{"a":1,"b":"x"}\n', '{"a":1,"b":"x","c":1}\n', '{"c":1}\n']) {
    const { rows } = prepareScan(schema, learnShape(encode(sample))).run([encode(lines)]);
    assert.deepEqual(
      rows.map((row) => row.values),
      [
        [1n, 'x', null],
        [null, 'z', null],
        [null, null, 7],
      ],
    );
  }
});

test('the scan stops at the batch capacity and at a full list of bad records', () => {
  const lines = 'x\n{"x":1}\n'.repeat(1000);
  for (const capacity of [1, 7, 2048]) {
    const { rows, bad: rejected } = prepareScan(one(bigintType), undefined, capacity).run([encode(lines)]);
    assert.equal(rows.length, 1000);
    assert.equal(rejected.length, 1000);
  }
});

test('more than 64 columns are told apart', () => {
  const schema = Array.from({ length: 150 }, (_, i) => column(`k${i}`, bigintType, i % 50 !== 0));
  const text = (keys: readonly number[]): string => `{${keys.map((k) => `"k${k}":${k}`).join(',')}}\n`;
  const all = schema.map((_, i) => i);
  const some = all.filter((i) => i % 7 !== 3 || i % 50 === 0);
  const without100 = all.filter((i) => i !== 100);
  for (const sample of [all, some, [...all].reverse(), [5]]) {
    const run = prepareScan(schema, learnShape(encode(text(sample))));
    const { rows, bad: rejected } = run.run([
      encode(text(all) + text(some) + text(without100) + text([...some].reverse())),
    ]);
    const values = (present: readonly number[]) => all.map((i) => (present.includes(i) ? BigInt(i) : null));
    assert.deepEqual(
      rows.map((row) => row.values),
      [values(all), values(some), values(some)],
    );
    assert.deepEqual(
      rejected.map((entry) => [entry.reason, entry.field]),
      [['missing_field', 100]],
    );
  }
});

test('the text form of a scan can be printed', () => {
  const run = prepareScan(one(varcharType), learnShape(encode('{"x":"a"}\n')));
  assert.match(run.module.print(), /\(func \$scan \(export "scan"\)/);
});
