import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { harness, outAddress, textAddress } from '../../../test/support/routine-harness.ts';
import { civilFromDays, daysFromCivil, daysInMonth } from '../calendar.ts';
import { parsedHigh, parsedI64, parseStatus } from '../parse-result.ts';
import { parseDate } from './parse-date.ts';
import { parseInterval } from './parse-interval.ts';
import { parseTimestamp, parseTimestamptz } from './parse-timestamp.ts';
import { writeDate } from './write-date.ts';
import { writeInterval } from './write-interval.ts';
import { writeIsoTimestamp, writeTimestamp, writeTimestamptz } from './write-timestamp.ts';

const routines = harness((module) => ({
  routines: [
    civilFromDays(module),
    daysFromCivil(module),
    daysInMonth(module),
    parseDate(module),
    parseTimestamp(module),
    parseTimestamptz(module),
    parseInterval(module),
    writeDate(module),
    writeTimestamp(module),
    writeIsoTimestamp(module),
    writeTimestamptz(module),
    writeInterval(module),
  ],
  globals: [parsedI64(module), parsedHigh(module)],
}));

const seed = 20_260_104;
const dayMillis = 86_400_000;

function parse(name: string, text: string): bigint | 'invalid' | 'out of range' {
  const status = routines.call(name, textAddress, routines.put(text));
  if (status === parseStatus.ok) return routines.global('parsed_i64');
  return status === parseStatus.invalid ? 'invalid' : 'out of range';
}

function write(name: string, ...args: (number | bigint)[]): string {
  return routines.written(routines.call(name, ...args, outAddress));
}

/** JavaScript's own dates reach 100,000,000 days on either side of 1970. */
const anyDay = fc.oneof(
  fc.integer({ min: -99_999_000, max: 99_999_000 }),
  fc.integer({ min: -800_000, max: 800_000 }),
);

test('days become the civil date that Date shows, and the other way round', () => {
  fc.assert(
    fc.property(anyDay, (days) => {
      const date = new Date(days * dayMillis);
      const civil = routines.call<bigint>('civil_from_days', days);
      const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
      assert.deepEqual([civil >> 16n, (civil >> 8n) & 0xffn, civil & 0xffn], [year, month, day].map(BigInt));
      assert.equal(routines.call('days_from_civil', year, month, day), days);
      const lastDay = new Date(date);
      lastDay.setUTCMonth(month, 0);
      assert.equal(routines.call('days_in_month', year, month), lastDay.getUTCDate());
    }),
    { seed, numRuns: 20_000 },
  );
});

test('every day number survives the way to a civil date and back', () => {
  const anyDays = fc.integer({ min: -(2 ** 31) + 800_000, max: 2 ** 31 - 800_000 });
  fc.assert(
    fc.property(anyDays, (days) => {
      const civil = routines.call<bigint>('civil_from_days', days);
      const fields = [civil >> 16n, (civil >> 8n) & 0xffn, civil & 0xffn].map(Number);
      assert.equal(routines.call('days_from_civil', ...fields), days);
    }),
    { seed, numRuns: 20_000 },
  );
});

/** A year as SQL writes it: four digits and more, `BC` before the year 1. */
function sqlDate(date: Date): string {
  const year = date.getUTCFullYear();
  const text = String(year > 0 ? year : 1 - year).padStart(4, '0');
  const month = String(date.getUTCMonth() + 1).padStart(2, '0');
  return `${text}-${month}-${String(date.getUTCDate()).padStart(2, '0')}`;
}

test('dates are written and read back from 4713 BC on', () => {
  fc.assert(
    fc.property(fc.integer({ min: -2_400_000, max: 100_000_000 }), (days) => {
      const date = new Date(days * dayMillis);
      const text = sqlDate(date) + (date.getUTCFullYear() <= 0 ? ' BC' : '');
      assert.equal(write('write_date', days), text);
      assert.equal(parse('parse_date', text), BigInt(days), text);
    }),
    { seed, numRuns: 20_000 },
  );
});

test('timestamps are written and read back, in both forms', () => {
  const anyMicros = fc.oneof(
    fc.bigInt({ min: -210_000_000_000_000_000n, max: 8_640_000_000_000_000_000n }),
    fc.bigInt({ min: 0n, max: 2_000_000_000n }).map((seconds) => seconds * 1_000_000n),
    fc.bigInt({ min: 0n, max: 2_000_000_000_000n }).map((millis) => millis * 1000n),
  );
  fc.assert(
    fc.property(anyMicros, (micros) => {
      const millis = Number(micros / 1000n) - (micros % 1000n < 0n ? 1 : 0);
      const date = new Date(millis);
      const time = date.toISOString().slice(-13, -5);
      const ofSecond = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
      const fraction = ofSecond === 0n ? '' : `.${String(ofSecond).padStart(6, '0').replace(/0+$/, '')}`;
      const era = date.getUTCFullYear() <= 0 ? ' BC' : '';
      const text = `${sqlDate(date)} ${time}${fraction}`;
      assert.equal(write('write_timestamp', micros), text + era);
      assert.equal(write('write_iso_timestamp', micros), text.replace(' ', 'T') + era);
      assert.equal(write('write_timestamptz', micros, 0), `${text}+00${era}`);
      assert.equal(parse('parse_timestamp', text + era), micros, text + era);
      assert.equal(parse('parse_timestamptz', `${text}Z${era}`), micros, text);
    }),
    { seed, numRuns: 20_000 },
  );
});

test('the forms of a timestamp that people write are read', () => {
  const at = BigInt(Date.UTC(2024, 0, 15, 10, 20, 30)) * 1000n;
  const texts: [string, bigint][] = [
    ['2024-01-15 10:20:30', at],
    ['2024-01-15T10:20:30', at],
    ['2024-01-15t10:20:30z', at],
    ['2024-1-15   10:20:30.0', at],
    ['20240115 10:20:30', at],
    ['2024/01/15 10:20:30', at],
    [' 2024-01-15 10:20:30 ', at],
    ['2024-01-15 10:20:30.5', at + 500_000n],
    ['2024-01-15 10:20:30.1234567', at + 123_457n],
    ['2024-01-15 10:20:30.9999999', at + 1_000_000n],
    ['2024-01-15 10:20', at - 30_000_000n],
    ['2024-01-15', at - 37_230_000_000n],
    ['2024-01-14 24:00:00', at - 37_230_000_000n],
    ['2024-01-15 10:19:60', at - 30_000_000n],
    ['2024-01-15 10:20:30 UTC', at],
  ];
  for (const [text, micros] of texts) {
    assert.equal(parse('parse_timestamp', text), micros, text);
    assert.equal(parse('parse_timestamptz', text), micros, text);
  }
  const hour = 3_600_000_000n;
  for (const [zone, offset] of [
    ['+02', 2n * hour],
    ['+2', 2n * hour],
    ['-08:00', -8n * hour],
    ['+05:30', (11n * hour) / 2n],
    [' +0530', (11n * hour) / 2n],
    ['-00:00:30', -30_000_000n],
    ['Z', 0n],
    [' gmt', 0n],
  ] as const) {
    const text = `2024-01-15 10:20:30${zone}`;
    assert.equal(parse('parse_timestamp', text), at, text);
    assert.equal(parse('parse_timestamptz', text), at - offset, text);
  }
});

test('texts that are no date are refused, and fields that no calendar has are out of range', () => {
  const junk = [
    '',
    ' ',
    '2024',
    '2024-01',
    '2024-01-',
    '24-01-15',
    '2024-01-15x',
    '2024-01-15 10',
    'now',
    '2024-001-1',
  ];
  junk.push(
    '2024-01-15T',
    '2024-01-15 10:',
    '2024-01-15 10:20:',
    '2024-01-15 10:20:30 Europe',
    '2024-01/15',
    '2024011',
  );
  for (const text of junk) assert.equal(parse('parse_timestamp', text), 'invalid', text);
  const outside = [
    '2024-13-01',
    '2024-00-01',
    '2024-02-30',
    '2023-02-29',
    '2024-01-00',
    '0000-01-01',
    '4715-01-01 BC',
  ];
  outside.push('2024-01-15 25:00', '2024-01-15 24:00:01', '2024-01-15 10:60', '2024-01-15 10:20:61');
  outside.push('2024-01-15 10:20:30+16', '2024-01-15 10:20:30+02:60', '300000-01-01', '999999999-01-01');
  for (const text of outside) assert.equal(parse('parse_timestamp', text), 'out of range', text);
  assert.equal(parse('parse_date', '5874898-01-01'), 'out of range');
  assert.equal(parse('parse_date', '5874897-12-31'), 2_145_042_905n);
  assert.equal(write('write_date', 2_145_042_905), '5874897-12-31');
});

test('an offset is written with the parts it has', () => {
  for (const [offset, text] of [
    [0, '1970-01-01 00:00:00+00'],
    [7200, '1970-01-01 02:00:00+02'],
    [19_800, '1970-01-01 05:30:00+05:30'],
    [-28_800, '1969-12-31 16:00:00-08'],
    [-75, '1969-12-31 23:58:45-00:01:15'],
  ] as const) {
    assert.equal(write('write_timestamptz', 0n, offset), text);
  }
});

function interval(text: string): [number, number, bigint] | string {
  const micros = parse('parse_interval', text);
  if (typeof micros === 'string') return micros;
  const monthsAndDays = routines.global('parsed_high');
  return [Number(BigInt.asIntN(32, monthsAndDays)), Number(monthsAndDays >> 32n), micros];
}

test('intervals are read in all their forms', () => {
  const hour = 3_600_000_000n;
  const texts: [string, [number, number, bigint]][] = [
    ['1 day', [0, 1, 0n]],
    ['1 year 2 mons -3 days 04:05:06.789', [14, -3, 4n * hour + 306_789_000n]],
    ['-1 days +02:03:04', [0, -1, 2n * hour + 184_000_000n]],
    ['1.5 hours', [0, 0, hour + hour / 2n]],
    ['1.5 days', [0, 1, 12n * hour]],
    ['0.5 months', [0, 15, 0n]],
    ['1.5 years', [18, 0, 0n]],
    ['2 weeks', [0, 14, 0n]],
    ['90 minutes ago', [0, 0, -(hour + hour / 2n)]],
    ['@ 1 minute', [0, 0, 60_000_000n]],
    ['5', [0, 0, 5_000_000n]],
    ['3 04:05:06', [0, 3, 4n * hour + 306_000_000n]],
    ['1-2', [14, 0, 0n]],
    ['P1Y2M3DT4H5M6.5S', [14, 3, 4n * hour + 306_500_000n]],
    ['PT1.5H', [0, 0, hour + hour / 2n]],
    ['P1W', [0, 7, 0n]],
    ['100 ms 5 us', [0, 0, 100_005n]],
    ['1 century', [1200, 0, 0n]],
    ['-00:00:01', [0, 0, -1_000_000n]],
    ['1h30m', [0, 0, hour + hour / 2n]],
  ];
  for (const [text, value] of texts) assert.deepEqual(interval(text), value, text);
  for (const text of [
    '',
    ' ',
    'day',
    '1 fortnight',
    'P',
    '1:',
    '--1 day',
    'P1H',
    '1 day x',
    '2024-02-29',
    '1-2-3',
  ]) {
    assert.equal(interval(text), 'invalid', text);
  }
  for (const text of ['3000000000 days', '1e9 years', '10000000000000 hours', '1:70']) {
    assert.ok(typeof interval(text) === 'string', text);
  }
});

test('intervals are written with the parts they have, and read back', () => {
  const texts: [number, number, bigint, string][] = [
    [0, 0, 0n, '00:00:00'],
    [14, 3, 14_706_789_000n, '1 year 2 mons 3 days 04:05:06.789'],
    [0, -1, 7_384_000_000n, '-1 days +02:03:04'],
    [-1, 1, -1n, '-1 mons +1 day -00:00:00.000001'],
    [24, 0, 0n, '2 years'],
    [0, 0, 360_000_000_000_000n, '100000:00:00'],
  ];
  const pack = (months: number, days: number): bigint =>
    (BigInt(days) << 32n) | BigInt.asUintN(32, BigInt(months));
  for (const [months, days, micros, text] of texts) {
    assert.equal(write('write_interval', micros, pack(months, days)), text);
  }
  const int32 = fc.integer();
  fc.assert(
    fc.property(
      int32,
      int32,
      fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n }),
      (months, days, micros) => {
        const text = write('write_interval', micros, pack(months, days));
        assert.ok(text.length <= 80);
        assert.deepEqual(interval(text), [months, days, micros], text);
      },
    ),
    { seed, numRuns: 10_000 },
  );
});
