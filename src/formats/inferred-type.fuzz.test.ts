/** Against the routines by which the scans read text: a type that is found can hold the value. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { harness, textAddress } from '../../test/support/routine-harness.ts';
import { parsedI64, parseStatus } from '../routines/parse-result.ts';
import { parseBoolean } from '../routines/text/parse-boolean.ts';
import { parseDate } from '../routines/text/parse-date.ts';
import { parseDoubleText } from '../routines/text/parse-double.ts';
import { parseInteger } from '../routines/text/parse-integer.ts';
import { parseTimestamp, parseTimestamptz } from '../routines/text/parse-timestamp.ts';
import { readDateTime } from './date-time-text.ts';
import { typeOfText } from './inferred-type.ts';

const routines = harness((module) => ({
  routines: [
    parseBoolean(module),
    parseInteger(module),
    parseDoubleText(module),
    parseDate(module),
    parseTimestamp(module),
    parseTimestamptz(module),
  ],
  globals: [parsedI64(module)],
}));

const routineOf: Readonly<Record<string, string>> = {
  boolean: 'parse_boolean',
  bigint: 'parse_integer',
  double: 'parse_double_text',
  date: 'parse_date',
  timestamp: 'parse_timestamp',
  timestamptz: 'parse_timestamptz',
};

const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`));
const near = (...values: readonly number[]) =>
  fc.constantFrom(...values).map((value) => String(value).padStart(2, '0'));

const aNumber = fc
  .tuple(
    fc.constantFrom('', '-', '+'),
    fc.stringMatching(/^\d{0,22}$/),
    fc.constantFrom('', '.', '.0', '.25'),
    fc.option(fc.integer({ min: -420, max: 420 })),
  )
  .map(([sign, whole, fraction, power]) => `${sign}${whole}${fraction}${power === null ? '' : `e${power}`}`);

const aDate = fc
  .tuple(
    fc.oneof(digits(4), fc.constantFrom('0000', '0001', '2023', '2024')),
    near(0, 1, 2, 12, 13),
    near(0, 1, 28, 29, 30, 31, 32),
  )
  .map((parts) => parts.join('-'));

const aTime = fc
  .tuple(
    aDate,
    fc.constantFrom('T', ' ', 't', '  '),
    fc.tuple(near(0, 9, 23, 24), near(0, 59, 60), fc.option(near(0, 59, 60))),
    fc.oneof(fc.constant(''), fc.stringMatching(/^\.\d{0,10}$/), fc.constant('.9999995')),
    fc.oneof(
      fc.constantFrom('', 'Z', 'z', '+', '+1'),
      fc
        .tuple(fc.constantFrom('+', '-'), near(0, 14, 15, 16), fc.constantFrom('', ':', ':30', '30', ':60'))
        .map((zone) => zone.join('')),
    ),
  )
  .map(
    ([date, between, time, fraction, zone]) =>
      `${date}${between}${time.filter((part) => part !== null).join(':')}${fraction}${zone}`,
  );

test('the scan reads every text as the type that is found for it', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.oneof(aNumber, aDate, aTime, fc.constantFrom('true', 'FALSE', 't', 'inf', '')), (text) => {
      const { kind } = typeOfText(text);
      seen.add(kind);
      if (kind === 'varchar') return;
      assert.equal(
        routines.call(routineOf[kind] ?? '', textAddress, routines.put(text)),
        parseStatus.ok,
        text,
      );
    }),
    { seed: 20_260_730, numRuns: 20_000 },
  );
  assert.deepEqual([...seen].sort(), [...Object.keys(routineOf), 'varchar'].sort());
});

test('a date or time is the same value to the scan', () => {
  fc.assert(
    fc.property(fc.oneof(aDate, aTime), (text) => {
      const time = readDateTime(text);
      if (time === undefined) return;
      const { days, microsOfDay = 0, zoneSeconds = 0 } = time;
      const micros = BigInt(days) * 86_400_000_000n + BigInt(microsOfDay - zoneSeconds * 1_000_000);
      routines.call('parse_timestamptz', textAddress, routines.put(text));
      assert.equal(routines.global('parsed_i64'), micros, text);
    }),
    { seed: 20_260_731, numRuns: 20_000 },
  );
});
