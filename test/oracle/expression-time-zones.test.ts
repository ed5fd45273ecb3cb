/**
 * Wall clocks and instants in time zones against PostgreSQL: around every change of the offset, in the hour
 * that is skipped and in the one that comes twice. PostgreSQL brings its own zone data, ours is the host's.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { intervalType, timestampType, timestamptzType, varcharType } from '../../src/columns/sql-type.ts';
import { castTo } from '../../src/expressions/binding/cast-to.ts';
import { literal } from '../../src/expressions/binding/literals.ts';
import { resolveCall } from '../../src/expressions/binding/resolve-call.ts';
import type { BoundColumn } from '../../src/expressions/bound-expression.ts';
import { compileEvaluator } from '../../src/expressions/evaluation/evaluator.ts';
import { openPostgres, type PostgresEvaluator } from './expressions/postgres-evaluator.ts';

let postgres: PostgresEvaluator;
before(async () => {
  postgres = await openPostgres();
});
after(() => postgres.close());

const zones = [
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'UTC',
  'America/St_Johns',
];
const days = [
  '2024-03-10',
  '2024-03-31',
  '2024-10-27',
  '2024-11-03',
  '2023-10-01',
  '1986-04-27',
  '2040-07-01',
];
const hours = [
  '00:00:00',
  '00:30:00',
  '01:30:00',
  '02:00:00',
  '02:15:00',
  '02:59:59.5',
  '03:00:00',
  '12:00:00',
];
const texts = days.flatMap((day) => hours.map((hour) => `${day} ${hour}`));

const column: BoundColumn = {
  kind: 'column',
  index: 0,
  name: 't',
  type: varcharType,
  nullable: true,
  span: undefined,
};
const text = castTo(column, varcharType, undefined, true);
const local = castTo(text, timestampType, undefined, true);
const instant = castTo(text, timestamptzType, undefined, true);
const month = literal(intervalType, { months: 1, days: 1, micros: 1_800_000_000n });

/** Ours and PostgreSQL's spelling of what is asked of each text. */
const questions = [
  { bound: castTo(local, timestamptzType, undefined, true), sql: "('TEXT'::timestamp)::timestamptz" },
  { bound: instant, sql: "'TEXT'::timestamptz" },
  { bound: castTo(instant, timestampType, undefined, true), sql: "('TEXT'::timestamptz)::timestamp" },
  { bound: castTo(instant, { kind: 'date' }, undefined, true), sql: "('TEXT'::timestamptz)::date" },
  {
    bound: resolveCall('add', [instant, month], undefined),
    sql: "'TEXT'::timestamptz + '1 month 1 day 30 minutes'::interval",
  },
  {
    bound: resolveCall('subtract', [instant, month], undefined),
    sql: "'TEXT'::timestamptz - '1 month 1 day 30 minutes'::interval",
  },
];

for (const zone of zones) {
  test(`wall clocks and instants agree with PostgreSQL's in ${zone}`, async () => {
    await postgres.query(`SET TimeZone = '${zone}'`);
    const asked = [...texts, ...texts.map((one) => `${one}+02`), ...texts.map((one) => `${one}Z`)];
    for (const { bound, sql } of questions) {
      const evaluator = compileEvaluator(castTo(bound, varcharType, undefined, true), [column], {
        timeZone: zone,
      });
      const theirs = await postgres.evaluate(asked.map((one) => sql.replace('TEXT', one)));
      const wrong = asked.flatMap((one, i) => {
        const ours = evaluator.evaluate([one]);
        const shown = 'error' in ours ? 'an error' : String(ours.value);
        const expected = theirs[i];
        const wanted = expected && 'text' in expected ? String(expected.text) : 'an error';
        return shown === wanted ? [] : [`${sql.replace('TEXT', one)}: ours ${shown}, PostgreSQL ${wanted}`];
      });
      assert.equal(
        wrong.length,
        0,
        `${wrong.length} of ${asked.length} differ:\n${wrong.slice(0, 10).join('\n')}`,
      );
    }
  });
}
