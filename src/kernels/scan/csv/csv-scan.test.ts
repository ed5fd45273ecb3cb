import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createCsvScanner } from '../../../../test/support/csv-scanner.ts';
import type { Schema } from '../../../columns/schema.ts';
import {
  bigintType,
  booleanType,
  dateType,
  decimalType,
  doubleType,
  intType,
  type SqlType,
  timestampType,
  timestamptzType,
  varcharType,
} from '../../../columns/sql-type.ts';

const seed = 20_260_301;

function columns(...types: readonly SqlType[]): Schema {
  return types.map((type, i) => ({ name: `c${i}`, type, nullable: true }));
}

const twoStrings = columns(varcharType, varcharType);

test('fields are split at delimiters, and records at line feeds with or without a carriage return', () => {
  const { scan } = createCsvScanner({ schema: twoStrings });
  const scanned = scan('a,b\nc,d\r\ne,f');
  assert.deepEqual(scanned.rows, [
    ['a', 'b'],
    ['c', 'd'],
    ['e', 'f'],
  ]);
  assert.deepEqual(scanned.records, ['a,b', 'c,d', 'e,f']);
  assert.deepEqual(scanned.bad, []);
});

test('an empty field is NULL, and a quoted empty one an empty string', () => {
  const { scan } = createCsvScanner({ schema: twoStrings });
  assert.deepEqual(scan(',""\n"",\n,\n').rows, [
    [null, ''],
    ['', null],
    [null, null],
  ]);
});

test('a quoted field holds delimiters, line feeds and doubled quotes', () => {
  const { scan } = createCsvScanner({ schema: twoStrings });
  const scanned = scan('"a,b","c\r\nd"\n"""","he said ""yes"" and left"\n');
  assert.deepEqual(scanned.rows, [
    ['a,b', 'c\r\nd'],
    ['"', 'he said "yes" and left'],
  ]);
  assert.deepEqual(scanned.records[0], '"a,b","c\r\nd"');
});

test('delimiter and quote can be other bytes, and quotes can be none', () => {
  const semicolon = createCsvScanner({ schema: twoStrings, delimiter: ';', quote: "'" });
  assert.deepEqual(semicolon.scan(`'a;b';"c"\n`).rows, [['a;b', '"c"']]);
  const tab = createCsvScanner({ schema: twoStrings, delimiter: '\t', quote: undefined });
  assert.deepEqual(tab.scan('"a\t5" disk\n').rows, [['"a', '5" disk']]);
});

test('only the fields asked for are read, from wherever they stand', () => {
  const scanner = createCsvScanner({
    schema: columns(doubleType, varcharType),
    positions: [3, 0],
    fieldCount: 5,
  });
  const { rows, bad } = scanner.scan('a,not a number,"x, y",1.5,z\nb,,,-2,\n');
  assert.deepEqual(rows, [
    [1.5, 'a'],
    [-2, 'b'],
  ]);
  assert.deepEqual(bad, []);
  const none = createCsvScanner({ schema: [], fieldCount: 3 });
  assert.equal(none.scan('1,2,3\n4,5,6\n').rows.length, 2);
});

test('a record with too few or too many fields is bad, its neighbours are not', () => {
  const { scan } = createCsvScanner({ schema: twoStrings });
  const { rows, bad } = scan('a,b\nc\nd,e,f\ng,h\n,,\ni,j\n');
  assert.deepEqual(
    rows.map(([first]) => first),
    ['a', 'g', 'i'],
  );
  assert.deepEqual(bad, [
    { text: 'c', reason: 'field_count', column: -1 },
    { text: 'd,e,f', reason: 'field_count', column: -1 },
    { text: ',,', reason: 'field_count', column: -1 },
  ]);
});

test('records whose counts make up for each other are bad all the same', () => {
  const { scan } = createCsvScanner({ schema: twoStrings });
  const { rows, bad } = scan('a\nb,c,d\ne,f\n');
  assert.deepEqual(rows, [['e', 'f']]);
  assert.deepEqual(
    bad.map(({ text }) => text),
    ['a', 'b,c,d'],
  );
});

test('an empty line is no record, unless records have one field', () => {
  assert.deepEqual(createCsvScanner({ schema: twoStrings }).scan('\na,b\n\r\n\nc,d\n\n').rows, [
    ['a', 'b'],
    ['c', 'd'],
  ]);
  assert.deepEqual(createCsvScanner({ schema: columns(varcharType) }).scan('a\n\n\r\nb').rows, [
    ['a'],
    [null],
    [null],
    ['b'],
  ]);
});

test('a quote that stands where none may makes its record bad', () => {
  const { scan } = createCsvScanner({ schema: twoStrings });
  for (const text of ['a"b",c', '"a"b,c', '"a" ,c', ' "a",c', 'a,"b"c"d"', '"a"\r,b', '"a"\r"b",c']) {
    const { rows, bad } = scan(`x,y\n${text}\nz,w\n`);
    assert.deepEqual(bad, [{ text, reason: 'syntax', column: -1 }], text);
    assert.deepEqual(
      rows.map(([first]) => first),
      ['x', 'z'],
      text,
    );
  }
});

test('a quote that nothing closes ends the input with one bad record', () => {
  const { scan } = createCsvScanner({ schema: twoStrings });
  const { rows, bad } = scan('a,b\nc,"d\ne,f\n');
  assert.deepEqual(rows, [['a', 'b']]);
  assert.deepEqual(bad, [{ text: 'c,"d\ne,f\n', reason: 'unterminated_quote', column: -1 }]);
});

test('a record is bad when any of its bytes is not UTF-8, read or not', () => {
  const { scan } = createCsvScanner({ schema: columns(varcharType), positions: [0], fieldCount: 2 });
  const text = new TextEncoder().encode('a,é\nb,é\nc,d\n');
  text[7] = 0x20;
  const { rows, bad } = scan(text);
  assert.deepEqual(rows, [['a'], ['c']]);
  assert.deepEqual(
    bad.map(({ reason }) => reason),
    ['invalid_utf8'],
  );
});

test('a record with more fields than the index holds is one bad record', () => {
  const { scan } = createCsvScanner({ schema: twoStrings });
  const { rows, bad } = scan(`a,b\n${','.repeat(20_000)}\nc,d\n`);
  assert.deepEqual(rows.length, 2);
  assert.deepEqual(
    bad.map(({ text, reason }) => [text.length, reason]),
    [[20_000, 'field_count']],
  );
});

test('a call ends when its list of bad records is full, and the next one goes on', () => {
  for (const capacityRows of [1, 2048]) {
    const { scan } = createCsvScanner({ schema: twoStrings, capacityRows });
    const { rows, bad } = scan('bad\na,b\n'.repeat(700));
    assert.equal(bad.length, 700);
    assert.equal(rows.length, 700);
  }
});

test('a NULL in a column that has none makes the record bad, and names the column', () => {
  const schema = [{ name: 'a', type: varcharType, nullable: false }, ...columns(intType)];
  const { rows, bad } = createCsvScanner({ schema }).scan('x,1\n,2\n"",3\n');
  assert.deepEqual(rows, [
    ['x', 1],
    ['', 3],
  ]);
  assert.deepEqual(bad, [{ text: ',2', reason: 'null_in_not_null_column', column: 0 }]);
});

test('strings of every length are kept, short and long, quoted and not', () => {
  const { scan } = createCsvScanner({ schema: twoStrings });
  const texts = Array.from({ length: 70 }, (_, i) => 'abcdefghij'.repeat(7).slice(0, i + 1));
  const { rows } = scan(texts.map((text) => `${text},"${text}"\n`).join(''));
  assert.deepEqual(
    rows,
    texts.map((text) => [text, text]),
  );
});

test('values of each type are converted, quoted or not, and what is no value is refused', () => {
  const midnight = Date.UTC(2024, 0, 15) * 1000;
  const cases: [SqlType, string, string | number | bigint][] = [
    [intType, '-12', -12],
    [intType, '2147483647', 2147483647],
    [bigintType, '-9223372036854775808', -(2n ** 63n)],
    [bigintType, '+123456789012', 123456789012n],
    [doubleType, '-12.3', -12.3],
    [doubleType, '1e-7', 1e-7],
    [doubleType, '-0', -0],
    [doubleType, '123456789.123456789', Number('123456789.123456789')],
    [doubleType, 'Infinity', Number.POSITIVE_INFINITY],
    [decimalType(10, 2), '-12.345', -1235n],
    [decimalType(10, 2), '12.3', 1230n],
    [decimalType(38, 10), '1234567890123456789.5', 12345678901234567895000000000n],
    [booleanType, 'true', 1],
    [booleanType, 'f', 0],
    [dateType, '2024-01-15', 19737],
    [timestampType, '2024-01-15T00:00:00.5', BigInt(midnight + 500_000)],
    [timestamptzType, '2024-01-15 02:00:00+02', BigInt(midnight)],
  ];
  for (const [type, text, value] of cases) {
    const { scan } = createCsvScanner({ schema: columns(type) });
    assert.deepEqual(scan(`${text}\n"${text}"\n`).rows, [[value], [value]], text);
    for (const junk of ['x', '"x"', '""', '1x', '-', '1,5']) {
      const [bad] = scan(`${junk.includes(',') ? `"${junk}"` : junk}\n`).bad;
      assert.equal(bad?.reason, 'wrong_type', `${junk} as ${type.kind}`);
      assert.equal(bad?.column, 0);
    }
  }
});

test('a value beyond its type is out of range', () => {
  const cases: [SqlType, string][] = [
    [intType, '2147483648'],
    [bigintType, '9223372036854775808'],
    [doubleType, '1e999'],
    [decimalType(4, 2), '100'],
    [decimalType(4, 2), '99.995'],
    [decimalType(12, 11), '12.5'],
    [decimalType(38, 0), '1'.repeat(39)],
    [dateType, '2024-02-30'],
    [timestampType, '2024-01-15 25:00'],
  ];
  for (const [type, text] of cases) {
    const { rows, bad } = createCsvScanner({ schema: columns(type) }).scan(`${text}\n`);
    assert.deepEqual(rows, [], text);
    assert.equal(bad[0]?.reason, 'out_of_range', text);
  }
});

/** Texts that look like numbers, most of them short. */
const numberText = fc.oneof(
  fc.stringMatching(/^-?[0-9]{0,6}\.?[0-9]{0,3}$/),
  fc.stringMatching(/^[-+]?[0-9]{1,20}(\.[0-9]{0,20})?(e[-+]?[0-9]{1,2})?$/),
  fc.string({
    unit: fc.constantFrom('-', '+', '.', '0', '5', '9', 'e', ' ', '/', ':'),
    minLength: 1,
    maxLength: 10,
  }),
);
const isNumber = /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/;

test('doubles are those that Number reads, whatever their length', () => {
  const { scan } = createCsvScanner({ schema: columns(doubleType) });
  fc.assert(
    fc.property(numberText, (text) => {
      const { rows, bad } = scan(`${text}\n`);
      if (text === '') assert.deepEqual(rows, [[null]]);
      else if (isNumber.test(text) && !Number.isFinite(Number(text))) {
        assert.equal(bad[0]?.reason, 'out_of_range', text);
      } else if (isNumber.test(text)) assert.ok(Object.is(rows[0]?.[0], Number(text)), `'${text}': ${rows}`);
      else assert.equal(bad[0]?.reason, 'wrong_type', `'${text}': ${rows}`);
    }),
    { seed, numRuns: 20_000 },
  );
});

test('integers and decimals are those that BigInt computes, whatever their length', () => {
  const integers = createCsvScanner({ schema: columns(bigintType) });
  const decimals = createCsvScanner({ schema: columns(decimalType(18, 2)) });
  fc.assert(
    fc.property(numberText, (text) => {
      fc.pre(text !== '' && !text.includes('e'));
      const integer = integers.scan(`${text}\n`);
      const isInteger = /^\s*[-+]?\d+\s*$/.test(text);
      const value = isInteger ? BigInt(text.trim().replace('+', '')) : 0n;
      if (!isInteger) assert.equal(integer.bad[0]?.reason, 'wrong_type', text);
      else if (BigInt.asIntN(64, value) !== value) assert.equal(integer.bad[0]?.reason, 'out_of_range', text);
      else assert.deepEqual(integer.rows, [[value]], text);
      const decimal = decimals.scan(`${text}\n`);
      if (!isNumber.test(text)) return assert.equal(decimal.bad[0]?.reason, 'wrong_type', text);
      const [, sign, whole = '', fraction = ''] = /^\s*([-+]?)(\d*)\.?(\d*)\s*$/.exec(text)!;
      const hundredths = BigInt(`${whole}${fraction.padEnd(3, '0').slice(0, 3)}`);
      const rounded = (hundredths + 5n) / 10n;
      if (rounded >= 10n ** 18n) assert.equal(decimal.bad[0]?.reason, 'out_of_range', text);
      else assert.deepEqual(decimal.rows, [[sign === '-' ? -rounded : rounded]], text);
    }),
    { seed, numRuns: 20_000 },
  );
});
