/**
 * Functions on dates and times against PostgreSQL itself, on grids of leap days, borders of years, weeks and
 * centuries, times before 1970 and before Christ, both ends of each type's range, and both changes of the
 * clock in New York and London. Every overload with every unit, NULLs included. Where we differ on purpose,
 * expressions/differences.ts says why.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { dateTimeFunctions } from '../../src/expressions/functions/date-time/date-time-functions.ts';
import { knownDifference } from './expressions/differences.ts';
import { openPostgres, type PostgresEvaluator } from './expressions/postgres-evaluator.ts';
import { callSql } from './expressions/sql-text.ts';
import { type JudgedCall, judgeCalls } from './functions/judge-calls.ts';
import {
  constants,
  dates,
  doubles,
  intervals,
  ints,
  type Scalar,
  timestamps,
  timestamptzs,
} from './functions/scalars.ts';

let postgres: PostgresEvaluator;
before(async () => {
  postgres = await openPostgres();
});
after(() => postgres.close());

const days = [
  ...['2024-02-29', '2023-02-28', '2000-01-01', '2001-01-01', '1999-12-31', '1970-01-01', '1969-12-31'],
  ...['1900-02-28', '1900-03-01', '2100-12-31', '2026-11-23', '2024-12-30', '2021-01-03', '2020-12-28'],
  ...['0001-01-01', '0001-12-31 BC', '0100-06-15 BC', '0101-01-01 BC', '1001-05-05', '4714-11-24 BC'],
];
const times = ['00:00:00', '12:34:56.789012', '23:59:59.999999'];
const wallClocks = [
  ...days.flatMap((day) => times.map((time) => day.replace(/( BC)?$/, ` ${time}$1`))),
  '294246-12-31 23:59:59.999999',
];
const clockChanges = [
  ...['2024-03-10', '2024-11-03', '2024-03-31', '2024-10-27', '1975-02-23', '1971-10-31'].flatMap((day) =>
    ['00:00', '00:30', '01:00', '01:30', '02:00', '02:30', '03:00', '05:30', '06:30', '07:00'].map(
      (time) => `${day} ${time}`,
    ),
  ),
];
const inUtc = (text: string): string => text.replace(/( BC)?$/, '+00$1');
const instants = [...wallClocks, ...clockChanges].map(inUtc);

const dateGrid = dates([null, ...days, '5874897-12-31']);
const timestampGrid = timestamps([null, ...wallClocks, ...clockChanges.slice(0, 12)]);
const instantGrid = timestamptzs([null, ...instants]);
const intervalGrid = intervals([
  null,
  ...['0', '1 day', '-1 day', '25:00:00', '-25:00:00', '1 month -1 day', '-1 month 31 days -49:00'],
  ...[
    '1 year 2 months 3 days 04:05:06.789012',
    '-1 year -2 months -3 days -04:05:06.789012',
    '45 days 30:00',
  ],
  ...[
    '-45 days 30:00',
    '1 month -30 days',
    '14 months',
    '-14 months',
    '1999 years 11 months',
    '60 days -00:00:01',
  ],
  ...[
    '-60 days 00:00:01',
    '1 mon 29 days 24:00',
    '2147483647 months',
    '178956970 years 7 mons 2147483647 days',
  ],
]);

const units = 'microseconds ms SECOND minute hour day week mon quarter year decade century millennium'.split(
  ' ',
);
const fields = [
  ...units,
  'dow',
  'isodow',
  'doy',
  'isoyear',
  'epoch',
  'timezone',
  'timezone_hour',
  'fortnight',
];
const zones = ['UTC', 'America/New_York', 'Europe/London'];

const extractSql = (args: readonly string[]): string => `pg_catalog.extract(${args.join(', ')})`;
const small = (texts: readonly string[]): readonly string[] => texts.filter((_, i) => i % 3 === 0);

/** Units that DATEDIFF counts, by the number that PostgreSQL gives each of them. */
const unitNumbers: Readonly<Record<string, (x: string) => string>> = {
  microsecond: (x) => `extract(epoch FROM ${x}) * 1000000`,
  second: (x) => `floor(extract(epoch FROM ${x}))`,
  minute: (x) => `floor(extract(epoch FROM ${x}) / 60)`,
  hour: (x) => `floor(extract(epoch FROM ${x}) / 3600)`,
  day: (x) => `floor(extract(epoch FROM ${x}) / 86400)`,
  week: (x) => `floor(extract(epoch FROM date_trunc('week', ${x})) / 604800)`,
  month: (x) => `extract(year FROM ${x}) * 12 + extract(month FROM ${x})`,
  quarter: (x) => `extract(year FROM ${x}) * 4 + extract(quarter FROM ${x})`,
  year: (x) => `extract(year FROM ${x})`,
  decade: (x) => `extract(decade FROM ${x})`,
  century: (x) => `extract(century FROM ${x})`,
};
/** Years from 2 on: PostgreSQL's own numbers of years leave out 0, ours count through. */
const sinceChrist = wallClocks.filter((text) => !/BC|^294|^0001/.test(text));

function diffCalls(): readonly JudgedCall[] {
  return Object.entries(unitNumbers).flatMap(([unit, number]) => {
    const sql = ([, a, b]: readonly string[]): string =>
      `((${number(`${b}::timestamp`)}) - (${number(`${a}::timestamp`)}))::int8`;
    const from = small(sinceChrist);
    const onDates = days.filter((day) => !day.includes('BC'));
    return [
      {
        name: 'datediff',
        args: [constants([unit]), timestamps([null, ...from]), timestamps(sinceChrist)],
        sql,
      },
      { name: 'datediff', args: [constants([unit]), dates([null, ...onDates]), dates(onDates)], sql },
      {
        name: 'datediff',
        args: [constants([unit]), timestamptzs([null, ...from.map(inUtc)]), timestamptzs(from.map(inUtc))],
        sql,
        timeZone: 'America/New_York',
      },
    ];
  });
}

const shortForms = ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second'].flatMap((name) =>
  [dateGrid, timestampGrid, instantGrid].map(
    (grid): JudgedCall => ({
      name,
      args: [grid],
      sql: ([x]) => `trunc(extract(${name} FROM ${x}${grid === dateGrid ? '::timestamp' : ''}))::int4`,
    }),
  ),
);

const inZones = zones.flatMap((timeZone): JudgedCall[] => [
  { name: 'extract', args: [constants(fields), instantGrid], sql: extractSql, timeZone },
  { name: 'date_part', args: [constants(fields), instantGrid], timeZone },
  { name: 'date_trunc', args: [constants(units), instantGrid], timeZone },
  { name: 'date_trunc', args: [constants(units), dateGrid], timeZone },
  { name: 'age', args: [timestamptzs([null, ...instants]), timestamptzs(small(instants))], timeZone },
  {
    name: 'make_timestamptz',
    args: [
      ints([2024]),
      ints([3, 11]),
      ints([3, 10, 31]),
      ints([1, 2, 24]),
      ints([0, 30]),
      doubles([0, null]),
    ],
    timeZone,
  },
]);

const years = ints([null, 2024, 1900, 1, 0, -1, -4714, -4713, 294246, 294277, 5874897, 5874898, -2147483648]);

const calls: readonly JudgedCall[] = [
  { name: 'extract', args: [constants(fields), dateGrid], sql: extractSql },
  { name: 'extract', args: [constants(fields), timestampGrid], sql: extractSql },
  { name: 'extract', args: [constants(fields), intervalGrid], sql: extractSql },
  { name: 'date_part', args: [constants(fields), dateGrid] },
  { name: 'date_part', args: [constants(fields), timestampGrid] },
  { name: 'date_part', args: [constants(fields), intervalGrid] },
  ...shortForms,
  { name: 'date_trunc', args: [constants(units), timestampGrid] },
  { name: 'date_trunc', args: [constants(units), intervalGrid] },
  {
    name: 'date_trunc',
    args: [constants(units), instantGrid, constants(['UTC', 'America/New_York', 'Nowhere'])],
  },
  { name: 'timezone', args: [constants([...zones, 'europe/berlin', 'No/Where']), timestampGrid] },
  { name: 'timezone', args: [constants([...zones, 'Asia/Kolkata', 'No/Where']), instantGrid] },
  {
    name: 'timezone',
    args: [intervals([null, '02:00', '-05:30', '00:00:01.5', '1 day', '1 mon']), timestampGrid],
  },
  { name: 'timezone', args: [intervals([null, '02:00', '-05:30', '1 day']), instantGrid] },
  {
    name: 'make_date',
    args: [years, ints([0, 1, 2, 6, 12, 13, -1]), ints([null, 0, 1, 28, 29, 30, 31, 32])],
  },
  {
    name: 'make_timestamp',
    args: [
      ...[years, ints([2, 13]), ints([28, 29, 30]), ints([0, 23, 24, 25, -1]), ints([0, 59, 60])],
      doubles([null, 0, 59.9999996, 60, 60.1, -1, 1.0000005, NaN]),
    ],
  },
  {
    name: 'make_timestamptz',
    args: [
      ...[ints([2024]), ints([3, 11]), ints([3, 10, 31]), ints([1, 2]), ints([30]), doubles([0.5])],
      constants(['America/New_York', 'Europe/London', 'UTC']),
    ],
  },
  { name: 'make_interval', args: [] },
  { name: 'make_interval', args: [ints([null, 0, 1, -7, 178956970, 178956971])] },
  { name: 'make_interval', args: [ints([1, 178956970]), ints([null, 7, 8, -40])] },
  { name: 'make_interval', args: [ints([0]), ints([3]), ints([2, 306783379])] },
  { name: 'make_interval', args: [ints([0]), ints([3]), ints([2, 306783378]), ints([null, 1, -20, 2])] },
  { name: 'make_interval', args: [ints([0]), ints([0]), ints([1]), ints([1]), ints([2147483647, -30])] },
  {
    name: 'make_interval',
    args: [ints([0]), ints([0]), ints([1]), ints([1]), ints([25, -30]), ints([61, -2147483648])],
  },
  {
    name: 'make_interval',
    args: [
      ...[ints([0]), ints([1]), ints([0]), ints([1]), ints([2147483647, 1]), ints([5, -61])],
      doubles([null, 0.5, -0.0000005, 1.5e-6, 1e12, 9.3e12, 1e300, Infinity, NaN]),
    ],
  },
  {
    name: 'to_timestamp',
    args: [doubles([null, 0, 1.5, -0.5, 1732365045.123456, 0.1234565, -2.1e11, -3e11, 9e12, 1e300, NaN])],
  },
  {
    name: 'unix_timestamp',
    args: [instantGrid],
    sql: ([x]) => `floor(extract(epoch FROM ${x}))::int8`,
  },
  { name: 'age', args: [timestampGrid, timestamps(small(wallClocks))] },
  ...diffCalls(),
  {
    name: 'date_bin',
    args: [
      intervals([
        null,
        '15 minutes',
        '1 day',
        '7 days',
        '00:00:00.000001',
        '0',
        '-1 day',
        '1 month',
        '100000000 days',
      ]),
      timestampGrid,
      timestamps([null, '2001-01-01', '1969-07-20 20:17:40', '0044-03-15 BC']),
    ],
  },
  {
    name: 'date_bin',
    args: [
      intervals(['15 minutes', '36:00']),
      instantGrid,
      timestamptzs(['2001-01-01', '2024-03-10 00:07+00']),
    ],
  },
  ...['justify_hours', 'justify_days', 'justify_interval'].map(
    (name): JudgedCall => ({ name, args: [intervalGrid] }),
  ),
];

function nameOf({ name, args, timeZone }: JudgedCall): string {
  const kinds = args.map(([first]) => (first as Scalar).type.kind).join(', ');
  const unit = name === 'datediff' ? ` of ${args[0]?.[0]?.value}s` : '';
  return `${name}(${kinds})${unit}${timeZone ? ` in ${timeZone}` : ''}`;
}

for (const call of [...calls, ...inZones]) {
  test(`${nameOf(call)} gives what PostgreSQL gives`, async () => {
    await postgres.query(`SET TimeZone = '${call.timeZone ?? 'UTC'}'`);
    const wrong = await judgeCalls(postgres, call, callSql);
    const unknown = wrong.filter((difference) => !knownDifference({ name: call.name, ...difference }));
    const shown = unknown.slice(0, 12).map(({ text }) => text);
    assert.equal(unknown.length, 0, `${unknown.length} differ:\n${shown.join('\n')}`);
  });
}

test('every overload of every function on dates and times is judged', () => {
  const judged = new Set(
    [...calls, ...inZones].map(
      ({ name, args }) => `${name}(${args.map(([first]) => (first as Scalar).type.kind).join(',')})`,
    ),
  );
  const missing = dateTimeFunctions.flatMap(({ name, overloads }) =>
    overloads.map(({ params }) => `${name}(${params.join(',')})`).filter((call) => !judged.has(call)),
  );
  assert.deepEqual(missing, []);
});
