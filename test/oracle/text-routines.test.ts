/**
 * Text to values and back, against PostgreSQL itself: for each text the two must agree whether it is a value,
 * whether it is out of range, and how the value is written. Texts come from a grid of parts, deterministic
 * and without a seed.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PGlite } from '@electric-sql/pglite';
import { Random } from '../../src/base/random.ts';
import { parsedF64, parsedHigh, parsedI64, parseStatus } from '../../src/routines/parse-result.ts';
import { parseBoolean } from '../../src/routines/text/parse-boolean.ts';
import { parseDate } from '../../src/routines/text/parse-date.ts';
import { parseDecimal } from '../../src/routines/text/parse-decimal.ts';
import { parseDoubleText } from '../../src/routines/text/parse-double.ts';
import { parseInteger } from '../../src/routines/text/parse-integer.ts';
import { parseInterval } from '../../src/routines/text/parse-interval.ts';
import { parseTimestamp, parseTimestamptz } from '../../src/routines/text/parse-timestamp.ts';
import { writeBoolean } from '../../src/routines/text/write-boolean.ts';
import { writeDate } from '../../src/routines/text/write-date.ts';
import { writeDecimal } from '../../src/routines/text/write-decimal.ts';
import { writeDouble } from '../../src/routines/text/write-double.ts';
import { writeInteger } from '../../src/routines/text/write-integer.ts';
import { writeInterval } from '../../src/routines/text/write-interval.ts';
import { writeTimestamp, writeTimestamptz } from '../../src/routines/text/write-timestamp.ts';
import { harness, outAddress, textAddress } from '../support/routine-harness.ts';
import { knownDifference } from './text-differences.ts';

const routines = harness((module) => ({
  routines: [
    parseBoolean(module),
    parseDate(module),
    parseDecimal(module),
    parseDoubleText(module),
    parseInteger(module),
    parseInterval(module),
    parseTimestamp(module),
    parseTimestamptz(module),
    writeBoolean(module),
    writeDate(module),
    writeDecimal(module),
    writeDouble(module),
    writeInteger(module),
    writeInterval(module),
    writeTimestamp(module),
    writeTimestamptz(module),
  ],
  globals: [parsedI64(module), parsedHigh(module), parsedF64(module)],
}));

const decimalScale = 6;

/** How each type is read, and written at `outAddress`. */
const types: Record<string, { parse: string; args?: number[]; write: () => number }> = {
  boolean: {
    parse: 'parse_boolean',
    write: () => routines.call('write_boolean', Number(word()), outAddress),
  },
  int8: { parse: 'parse_integer', write: () => routines.call('write_integer', word(), outAddress) },
  float8: {
    parse: 'parse_double_text',
    write: () => routines.call('write_double', routines.global<number>('parsed_f64'), outAddress),
  },
  [`numeric(38,${decimalScale})`]: {
    parse: 'parse_decimal',
    args: [decimalScale],
    write: () => routines.call('write_decimal', word(), high(), decimalScale, outAddress),
  },
  date: { parse: 'parse_date', write: () => routines.call('write_date', Number(word()), outAddress) },
  timestamp: { parse: 'parse_timestamp', write: () => routines.call('write_timestamp', word(), outAddress) },
  timestamptz: {
    parse: 'parse_timestamptz',
    write: () => routines.call('write_timestamptz', word(), 0, outAddress),
  },
  interval: {
    parse: 'parse_interval',
    write: () => routines.call('write_interval', word(), high(), outAddress),
  },
};

const word = (): bigint => routines.global('parsed_i64');
const high = (): bigint => routines.global('parsed_high');

/** What a text comes to: the value's text, or why it has none. */
function ours(type: string, text: string): string {
  const { parse, args = [], write } = types[type]!;
  const status = routines.call(parse, textAddress, routines.put(text), ...args);
  if (status === parseStatus.invalid) return 'invalid';
  return status === parseStatus.outOfRange ? 'out of range' : routines.written(write());
}

let postgres: PGlite;

before(async () => {
  postgres = new PGlite();
  await postgres.exec(`SET TIME ZONE 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'`);
});

after(() => postgres.close());

async function theirs(type: string, texts: readonly string[]): Promise<string[]> {
  const { rows } = await postgres.query<{ value: string | null; code: string | null }>(
    `SELECT CASE WHEN pg_input_is_valid(t, '${type}') THEN t::${type}::text END AS value,
            (pg_input_error_info(t, '${type}')).sql_error_code AS code
     FROM unnest($1::text[]) WITH ORDINALITY AS texts(t, at) ORDER BY at`,
    [texts],
  );
  // 22003 numeric_value_out_of_range, 22008 datetime_field_overflow, 22009
  // invalid_time_zone_displacement_value
  const outOfRange = ['22003', '22008', '22009', '22015'];
  return rows.map(
    ({ value, code }) => value ?? (outOfRange.includes(code ?? '') ? 'out of range' : 'invalid'),
  );
}

async function compare(type: string, texts: readonly string[]): Promise<void> {
  const unique = [...new Set(texts)];
  const expected = await theirs(type, unique);
  const wrong = unique.flatMap((text, i) => {
    const own = ours(type, text);
    if (own === expected[i] || knownDifference(type, { text, ours: own, theirs: expected[i]! })) return [];
    return [`'${text}': ${own}, PostgreSQL: ${expected[i]}`];
  });
  assert.deepEqual(wrong.slice(0, 20), [], `${wrong.length} of ${unique.length} ${type} texts differ`);
}

/** Every combination of one element from each list, joined. */
function grid(...parts: readonly (readonly string[])[]): string[] {
  return parts.reduce<string[]>((texts, part) => texts.flatMap((text) => part.map((p) => text + p)), ['']);
}

const years = ['2024', '1999', '0001', '1', '123', '9999', '10000', '294247', '0', '2023', '20240'];
const months = ['01', '1', '02', '12', '13', '00', '6'];
const days = ['01', '1', '15', '28', '29', '30', '31', '32', '0'];
const times = [
  '',
  ' 10:20:30',
  'T10:20:30',
  ' 00:00',
  ' 24:00:00',
  ' 24:00:01',
  ' 23:59:60',
  ' 23:59:59.9999999',
];
const oddTimes = [
  ' 1:2:3',
  ' 10:20:30.5',
  ' 10:20:30.123456',
  ' 10:61:00',
  ' 25:00:00',
  ' 10:20:61',
  ' 10',
  ' 10:20:',
];
const zones = [
  '',
  'Z',
  '+02',
  '-08:00',
  '+05:30',
  ' +0530',
  '-00:00:30',
  '+15:59',
  '+16',
  '+2',
  ' UTC',
  '+02:',
  '+1:60',
];

test('dates are read and written as PostgreSQL does', async () => {
  await compare('date', grid(years, ['-'], months, ['-'], days, ['', ' BC']));
  await compare('date', grid(['2024', '1999'], ['/', '-', '.', ' '], ['02', '11'], ['/', '-'], days));
  await compare(
    'date',
    grid(['', ' ', '  '], ['20240229', '20230229', '2024-02-29', '202402'], ['', ' ', 'x']),
  );
  await compare('date', grid(['4713-', '4714-'], ['11-23', '11-24', '12-31'], [' BC']));
  await compare('date', grid(['2024-01-15'], times.concat(oddTimes), zones));
});

for (const type of ['timestamp', 'timestamptz']) {
  test(`values of ${type} are read and written as PostgreSQL does`, async () => {
    await compare(
      type,
      grid(['2024-02-29', '2023-02-29', '1969-12-31', '20240115'], times.concat(oddTimes), zones),
    );
    await compare(type, grid(years, ['-02-'], days, times, ['', ' BC']));
    const fractions = Array.from(
      { length: 400 },
      (_, i) => `.${String(i * 7919).padStart(1 + (i % 9), '0')}`,
    );
    await compare(type, grid(['2024-01-15 10:20:30', '1915-01-15 10:20:30'], fractions));
  });
}

test('intervals are read and written as PostgreSQL does', async () => {
  const numbers = [
    '1',
    '-1',
    '+2',
    '0',
    '1.5',
    '-2.25',
    '0.123456',
    '13',
    '400',
    '-100',
    '.5',
    '2147483647',
    '1e3',
    '',
  ];
  const units =
    'us msec ms second secs s minute mins m hour hrs h day days d week w mon months year y decade century';
  await compare('interval', grid(numbers, [' ', ''], units.split(' ').concat('mil', 'fortnight')));
  const parts = grid(['1 year', '-1 mon', '0.5 months', ''], [' '], ['3 days', '-3 days', '1.25 weeks', '']);
  await compare(
    'interval',
    grid(parts, [' '], ['04:05:06', '-04:05', '+100:00:00.5', '00:00:60', '1:60', ''], ['', ' ago']),
  );
  await compare(
    'interval',
    grid(['', 'P'], ['1Y', '1.5Y', '2M', '-3D', '2W', ''], ['', 'T', 'T4H', 'T5M6.5S', 'T-1S', '4H']),
  );
  await compare(
    'interval',
    grid(['1-2', '-1-2', '1-12', '1 2', '3', '1 04:05', '@ 1 day', '@'], ['', ' ', ' ago']),
  );
});

const intervalSeed = 31;

test(`what is read as an interval, PostgreSQL reads the same (seed ${intervalSeed})`, async () => {
  const random = Random.fromSeed(intervalSeed);
  const pieces = [...'1 2 29 2024 0 12 - - : : . + / , d days h mon Y P T ago'.split(' '), ' ', ' ', ' '];
  const texts = Array.from({ length: 6000 }, () =>
    Array.from({ length: random.int(1, 7) }, () => pieces[random.int(0, pieces.length - 1)]).join(''),
  );
  const given = ['2024-02-29', '1-2-3', '1-2 -3', '10:20-3', '1 day-2 hours', '1-2d', '1h30m', ...texts];
  const read = given.filter((text) => !['invalid', 'out of range'].includes(ours('interval', text)));
  await compare('interval', read);
});

test('doubles are read and written as PostgreSQL does', async () => {
  const mantissas = [
    '0',
    '1',
    '-1',
    '12.5',
    '0.1',
    '.5',
    '5.',
    '123456789012345678',
    '9007199254740993',
    '1.7976931348623157',
  ];
  const more = [
    '4.9406564584124654',
    '2.2250738585072011',
    '3.14159265358979323846',
    '-0',
    '+7',
    '1e',
    'x',
    '0x1F',
    '',
    '.',
  ];
  const exponents = [
    '',
    'e0',
    'e5',
    'e-5',
    'e14',
    'e15',
    'e16',
    'e-4',
    'e308',
    'e309',
    'e-324',
    'e-307',
    'e-400',
    'e+',
    'E+2',
  ];
  await compare('float8', grid([...mantissas, ...more], exponents));
  await compare('float8', [
    'NaN',
    'nan',
    '-NaN',
    'inf',
    '-inf',
    '+Infinity',
    'infinity',
    'infin',
    ' 1 ',
    '1 2',
    '',
  ]);
  const ratios = Array.from({ length: 4000 }, (_, i) => String((i * 7919) / 997));
  await compare('float8', [...ratios, ...Array.from({ length: 2098 }, (_, i) => String(2 ** (i - 1074)))]);
  const view = new DataView(new ArrayBuffer(8));
  const anyBits = Array.from({ length: 20_000 }, (_, i) => {
    view.setBigUint64(0, BigInt.asUintN(64, BigInt(i + 1) * 0x9e37_79b9_7f4a_7c15n));
    return String(view.getFloat64(0));
  });
  await compare(
    'float8',
    anyBits.filter((text) => text !== 'NaN'),
  );
});

test('decimals, integers and booleans are read and written as PostgreSQL does', async () => {
  const whole = [
    '0',
    '1',
    '-1',
    '+12',
    '007',
    '99999999999999999999999999999999',
    '100000000000000000000000000000000',
    '',
  ];
  const fractions = ['', '.', '.5', '.1234565', '.12345649', '.9999995', '.00000049999', '.0000005'];
  await compare(
    `numeric(38,${decimalScale})`,
    grid(whole, fractions, ['', 'e0', 'e3', 'e-3', 'e-40', 'e40', 'e', ' ', 'x']),
  );
  const integers = [
    '0',
    '-0',
    '+5',
    '9223372036854775807',
    '9223372036854775808',
    '-9223372036854775808',
    '-9223372036854775809',
  ];
  await compare(
    'int8',
    grid(['', ' '], [...integers, '', '-', '1.0', '1e3', '00000000000000000000000012', '12a'], ['', ' ']),
  );
  const booleans = [
    't',
    'tr',
    'true',
    'TRUE',
    'truex',
    'f',
    'fals',
    'y',
    'yes',
    'n',
    'no',
    'o',
    'on',
    'of',
    'off',
    '1',
    '0',
    '2',
    '',
  ];
  await compare('boolean', grid(['', ' '], booleans, ['', ' ']));
});
