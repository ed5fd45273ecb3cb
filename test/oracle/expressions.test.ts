/**
 * Expressions against PostgreSQL itself: every overload of every function, operator and cast on a grid of
 * values, and random nested expressions. Both must give the same value or both an error; where we differ on
 * purpose, the list in expressions/differences.ts says why.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { castTo } from '../../src/expressions/binding/cast-to.ts';
import { resolveCall } from '../../src/expressions/binding/resolve-call.ts';
import { castContext, valueKinds } from '../../src/expressions/binding/type-rules.ts';
import { findFunction, functionNames } from '../../src/expressions/catalogue.ts';
import { sameOutcome, type Tolerance } from './expressions/compare-outcomes.ts';
import { knownDifference, toleranceOf, withoutCounterpart } from './expressions/differences.ts';
import { columnsOf, evaluateRows } from './expressions/our-evaluator.ts';
import { type Outcome, openPostgres, type PostgresEvaluator } from './expressions/postgres-evaluator.ts';
import { ExpressionGenerator } from './expressions/random-expression.ts';
import { callSql, castSql, sqlTypeName } from './expressions/sql-text.ts';
import { type Sample, samplesOf } from './expressions/values.ts';

const randomSeed = 20_240_229;
const randomCount = 4000;
const depthMax = 4;

let postgres: PostgresEvaluator;
before(async () => {
  postgres = await openPostgres();
});
after(() => postgres.close());

interface Case {
  readonly sql: string;
  readonly ours: Outcome;
}

async function judge(name: string, cases: readonly Case[], tolerance: Tolerance = {}): Promise<void> {
  const outcomes = await postgres.evaluate(cases.map(({ sql }) => sql));
  const wrong = cases.flatMap(({ sql, ours }, i) => {
    const theirs = outcomes[i] ?? { error: 'no outcome' };
    if (sameOutcome(ours, theirs, tolerance)) return [];
    if (knownDifference({ name, sql, ours, theirs })) return [];
    return [`${sql}\n    ours ${JSON.stringify(ours)}\n    PostgreSQL ${JSON.stringify(theirs)}`];
  });
  assert.equal(
    wrong.length,
    0,
    `${wrong.length} of ${cases.length} differ:\n${wrong.slice(0, 12).join('\n')}`,
  );
}

/** Every combination of the arguments' samples; of three or more arguments a diagonal, to stay small. */
function rowsOf(lists: readonly (readonly Sample[])[]): Sample[][] {
  const [first = [], ...rest] = lists;
  if (rest.length === 0) return first.map((sample) => [sample]);
  if (rest.length === 1) return first.flatMap((a) => (rest[0] ?? []).map((b) => [a, b]));
  const count = Math.max(...lists.map((list) => list.length)) * 4;
  return Array.from({ length: count }, (_, i) =>
    lists.map((list, k) => list[(i * (2 * k + 1) + k) % list.length] as Sample),
  );
}

/** Rows of the same types share one module. */
function byTypes(rows: readonly (readonly Sample[])[]): Map<string, (readonly Sample[])[]> {
  const groups = new Map<string, (readonly Sample[])[]>();
  for (const row of rows) {
    const key = row.map(({ type }) => sqlTypeName(type)).join();
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return groups;
}

for (const name of new Set([...functionNames()].map((alias) => findFunction(alias)?.name ?? alias))) {
  if (withoutCounterpart.has(name)) continue;
  test(`${name} gives what PostgreSQL gives`, async () => {
    const cases: Case[] = [];
    for (const { params, variadic } of findFunction(name)?.overloads ?? []) {
      if (withoutCounterpart.has(`${name}(${params.join(', ')})`)) continue;
      const kinds = variadic ? [...params, ...params, ...params].slice(0, 3) : params;
      const rows = rowsOf(kinds.map(samplesOf));
      for (const group of byTypes(kinds.length === 0 ? [[]] : rows).values()) {
        const columns = columnsOf(group[0] ?? []).map((column) => ({ ...column, nullable: true }));
        const bound = resolveCall(name, columns, undefined);
        const outcomes = evaluateRows(
          bound,
          columns,
          group.map((row) => row.map(({ value }) => value)),
        );
        outcomes.forEach((ours, i) => {
          cases.push({
            sql: callSql(
              name,
              (group[i] ?? []).map(({ sql }) => sql),
            ),
            ours,
          });
        });
      }
    }
    await judge(name, cases, toleranceOf(name));
  });
}

for (const from of valueKinds) {
  for (const to of valueKinds) {
    if (castContext(from, to) === undefined) continue;
    if (from === to && from !== 'decimal') continue;
    test(`casts from ${from} to ${to} give what PostgreSQL gives`, async () => {
      const targets = samplesOf(to).map(({ type }) => type);
      const distinct = [...new Map(targets.map((type) => [sqlTypeName(type), type])).values()];
      const cases = distinct.flatMap((target) =>
        [...byTypes(samplesOf(from).map((sample) => [sample])).values()].flatMap((group) => {
          const columns = columnsOf(group[0] ?? []);
          const bound = castTo(columns[0] as (typeof columns)[number], target, undefined, true);
          const outcomes = evaluateRows(
            bound,
            columns,
            group.map((row) => row.map(({ value }) => value)),
          );
          return outcomes.map((ours, i) => ({ sql: castSql(group[i]?.[0]?.sql ?? '', target), ours }));
        }),
      );
      await judge(`cast ${from} to ${to}`, cases);
    });
  }
}

test(`random nested expressions give what PostgreSQL gives (seed ${randomSeed})`, async () => {
  const generator = new ExpressionGenerator(randomSeed);
  const cases = Array.from({ length: randomCount }, (_, i): Case => {
    const kind = valueKinds[i % valueKinds.length] ?? 'int';
    const { bound, sql, columns, row, constants } = generator.next(kind, 1 + (i % depthMax));
    const [ours] = evaluateRows(bound, columns, [row.map(({ value }) => value)]);
    // OFFSET keeps PostgreSQL from folding the row into the expression, which would evaluate too much.
    const from = [
      '1 AS one',
      ...row.map((sample, k) => `${sample.sql} AS c${k}`),
      ...constants.map((sample, k) => `${sample.sql} AS k${k}`),
    ].join(', ');
    return {
      sql: `SELECT ${sql} FROM (SELECT ${from} OFFSET 0) AS r`,
      ours: ours ?? { error: 'no outcome' },
    };
  });
  await judge('random', cases);
});
