/**
 * Aggregates against PostgreSQL itself over generated groups; double sums against exact rational sums; and
 * each aggregate against itself: however a group is split and in whatever order the parts are merged, exact
 * types give the same bits and doubles the same value.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Random } from '../../src/base/random.ts';
import { type SqlType, varcharType } from '../../src/columns/sql-type.ts';
import { castTo } from '../../src/expressions/binding/cast-to.ts';
import { literal } from '../../src/expressions/binding/literals.ts';
import type { LiteralValue } from '../../src/expressions/bound-expression.ts';
import { aggregateNames, findAggregate } from '../../src/expressions/catalogue.ts';
import { foldConstant } from '../../src/expressions/fold.ts';
import { createAggregateMachine } from '../../src/expressions/testing/aggregate-machine.ts';
import { sameOutcome, type Tolerance } from './expressions/compare-outcomes.ts';
import { exactDoubleSum } from './expressions/exact-double-sum.ts';
import { type Outcome, openPostgres, type PostgresEvaluator } from './expressions/postgres-evaluator.ts';
import { sqlTypeName } from './expressions/sql-text.ts';
import { type Sample, samples } from './expressions/values.ts';

const seed = 17;
const groupsPerType = 30;
const rowsMax = 12;

let postgres: PostgresEvaluator;
before(async () => {
  postgres = await openPostgres();
});
after(() => postgres.close());

const names = [...new Set([...aggregateNames()].map((name) => findAggregate(name)?.name ?? name))];
const spreads = new Set(['var_pop', 'var_samp', 'stddev_pop', 'stddev_samp']);

/** Small groups of samples, empty and constant ones among them. */
function groupsOf(list: readonly Sample[], random: Random): Sample[][] {
  return Array.from({ length: groupsPerType }, (_, i) => {
    const count = i === 0 ? 0 : random.int(1, rowsMax);
    const pick = (): Sample => list[random.int(0, list.length - 1)] as Sample;
    const one = pick();
    return Array.from({ length: count }, () => (i % 8 === 1 ? one : pick()));
  });
}

interface Run {
  readonly outcome: Outcome;
  readonly value: LiteralValue | undefined;
  readonly bytes: Uint8Array;
}

type Machine = ReturnType<typeof createAggregateMachine>;

/** Aggregates the rows in `parts` states, dealt at random, merged in random order. */
function run(
  machine: Machine,
  rows: readonly (readonly LiteralValue[])[],
  parts: number,
  random: Random,
): Run {
  const states = Array.from({ length: parts }, () => machine.create());
  for (const [i, row] of rows.entries()) {
    machine.update(states[random.int(0, parts - 1)] as number, row, BigInt(i));
  }
  while (states.length > 1) {
    const [from] = states.splice(random.int(0, states.length - 1), 1);
    machine.merge(states[random.int(0, states.length - 1)] as number, from as number);
  }
  const state = states[0] as number;
  const result = machine.finish(state);
  const bytes = machine.bytes(state);
  if ('error' in result) return { outcome: result, value: undefined, bytes };
  return { outcome: { text: textOf(machine.resultType, result.value) }, value: result.value, bytes };
}

function textOf(type: SqlType, value: LiteralValue): string | null {
  const text = foldConstant(castTo(literal(type, value), varcharType, undefined, true), { timeZone: 'UTC' });
  return text.kind === 'literal' ? (text.value as string | null) : null;
}

/** PostgreSQL's name for an aggregate over `x` in the order `i`; FIRST and LAST are a value at an end. */
function aggregateSql(name: string): string {
  if (name === 'first') return '(array_agg(x ORDER BY i))[1]';
  if (name === 'last') return '(array_agg(x ORDER BY i DESC))[1]';
  return `${name}(x ORDER BY i)`;
}

function valuesSql(rows: readonly Sample[], type: string): string {
  if (rows.length === 0) return `SELECT NULL::${type} AS x, 0 AS i WHERE false`;
  return `SELECT x, i FROM (VALUES ${rows.map(({ sql }, i) => `(${sql}, ${i})`).join(', ')}) AS v(x, i)`;
}

function toleranceOf(name: string, type: SqlType): Tolerance {
  if (spreads.has(name)) return { doubleUlps: 2 ** 22 };
  return type.kind === 'double' ? { doubleUlps: 64 } : { roundedDecimal: name === 'avg' };
}

/**
 * Numbers so far apart that their sum loses digits on the way, in PostgreSQL as in a pair of doubles: which
 * digits, depends on the order.
 */
function isCoarse(name: string, rows: readonly Sample[]): boolean {
  const additive = name === 'sum' || name === 'avg' || spreads.has(name);
  return additive && rows.some(({ value }) => isFiniteNumber(value) && Math.abs(Number(value)) > 1e9);
}

function isFiniteNumber(value: LiteralValue): boolean {
  return typeof value === 'number' && Number.isFinite(value);
}

/** Where we differ from PostgreSQL on purpose. */
const known: readonly {
  readonly reason: string;
  readonly covers: (one: Case, theirs: Outcome) => boolean;
}[] = [
  {
    reason:
      'Of intervals of equal length (1 month, 30 days) PostgreSQL takes the last, we the same in any order.',
    covers: ({ name, ours }, theirs) => /^(min|max)$/.test(name) && [ours, theirs].every(isThirtyDays),
  },
  {
    reason: 'Equal values have no variance; PostgreSQL finds the rounding errors of its running mean.',
    covers: ({ name, rows, ours }) =>
      spreads.has(name) &&
      'text' in ours &&
      ours.text === '0' &&
      new Set(rows.map(({ sql }) => sql)).size === 1,
  },
  {
    reason: 'The sum starts at 0, so that sums of −0 alone are 0.',
    covers: ({ ours }, theirs) =>
      'text' in ours && 'text' in theirs && ours.text === '0' && theirs.text === '-0',
  },
];

function isThirtyDays(outcome: Outcome): boolean {
  return 'text' in outcome && (outcome.text === '1 mon' || outcome.text === '30 days');
}

interface Case {
  readonly name: string;
  readonly sql: string;
  readonly rows: readonly Sample[];
  readonly ours: Outcome;
  readonly tolerance: Tolerance;
}

async function judge(cases: readonly Case[]): Promise<void> {
  const outcomes = await postgres.evaluate(cases.map(({ sql }) => sql));
  const wrong = cases.flatMap((one, i) => {
    const theirs = outcomes[i] ?? { error: 'no outcome' };
    if (sameOutcome(one.ours, theirs, one.tolerance)) return [];
    if (known.some(({ covers }) => covers(one, theirs))) return [];
    return [`${one.sql}\n    ours ${JSON.stringify(one.ours)}\n    PostgreSQL ${JSON.stringify(theirs)}`];
  });
  assert.equal(
    wrong.length,
    0,
    `${wrong.length} of ${cases.length} differ:\n${wrong.slice(0, 10).join('\n')}`,
  );
}

/** However the rows are dealt and the parts merged: the same outcome, and of exact types the same state. */
function assertSplitsAgree(machine: Machine, group: readonly Sample[], whole: Run, random: Random): void {
  const rows = group.map(({ value }) => [value]);
  for (const parts of [2, 3, 8]) {
    const split = run(machine, rows, parts, random);
    assert.deepEqual(split.outcome, whole.outcome, JSON.stringify(group.map(({ sql }) => sql)));
    const hasPointers = group.some(({ type }) => type.kind === 'varchar');
    const isRounded =
      group.some(({ type }) => type.kind === 'double') || machine.resultType.kind === 'double';
    if (!hasPointers && !isRounded)
      assert.deepEqual(split.bytes, whole.bytes, 'exact states have the same bits');
  }
}

for (const name of names) {
  test(`${name} gives what PostgreSQL gives, however a group is split (seed ${seed})`, async () => {
    const random = Random.fromSeed(seed);
    const cases: Case[] = [];
    for (const list of samples.values()) {
      const type = (list[0] as Sample).type;
      if (!findAggregate(name)?.overloads.some(({ params }) => params[0] === type.kind)) continue;
      const machine = createAggregateMachine(name, [type]);
      for (const rows of groupsOf(list, random)) {
        const values = rows.map(({ value }) => [value]);
        const whole = run(machine, values, 1, random);
        if (isCoarse(name, rows)) continue;
        assertSplitsAgree(machine, rows, whole, random);
        const sql = `SELECT ${aggregateSql(name)} FROM (${valuesSql(rows, sqlTypeName(type))}) AS t`;
        cases.push({ name, sql, rows, ours: whole.outcome, tolerance: toleranceOf(name, type) });
      }
    }
    await judge(cases);
  });
}

const keyOrders = [
  { sql: 'ASC', descending: false, nullsFirst: false },
  { sql: 'ASC NULLS FIRST', descending: false, nullsFirst: true },
  { sql: 'DESC NULLS LAST', descending: true, nullsFirst: false },
  { sql: 'DESC', descending: true, nullsFirst: true },
];

for (const name of ['first', 'last'] as const) {
  test(`${name} in an order of its own gives what PostgreSQL gives (seed ${seed})`, async () => {
    const random = Random.fromSeed(seed);
    const cases: Case[] = [];
    for (const list of samples.values()) {
      const { type } = list[0] as Sample;
      const bigint = literal({ kind: 'bigint' }, 0n).type;
      for (const rows of groupsOf(list, random)) {
        const keys = [0, 1].map(() => keyOrders[random.int(0, 3)] as (typeof keyOrders)[number]);
        const machine = createAggregateMachine(name, [bigint, type, type], keys);
        // The value is the row's number; each row has the sample of another one as its first key.
        const pairs = rows.map((second, i) => [rows[Math.floor(i / 2)] as Sample, second] as const);
        const values = pairs.map(([a, b], i): LiteralValue[] => [BigInt(i), a.value, b.value]);
        const whole = run(machine, values, 1, random);
        for (const parts of [2, 5])
          assert.deepEqual(run(machine, values, parts, random).outcome, whole.outcome);
        const reverse = name === 'last';
        const order = keys.map((key, i) => `${'ab'[i]} ${reverse ? reversed(key) : key.sql}`).join(', ');
        const table = pairs.map(([a, b], i) => `(${a.sql}, ${b.sql}, ${i})`).join(', ');
        const number = `(array_agg(i ORDER BY ${order}, i${reverse ? ' DESC' : ''}))[1]::bigint`;
        const sql =
          rows.length === 0 ? 'SELECT NULL::bigint' : `SELECT ${number} FROM (VALUES ${table}) AS v(a, b, i)`;
        cases.push({ name, sql, rows, ours: whole.outcome, tolerance: {} });
      }
    }
    await judge(cases);
  });
}

function reversed({ descending, nullsFirst }: (typeof keyOrders)[number]): string {
  return `${descending ? 'ASC' : 'DESC'} NULLS ${nullsFirst ? 'LAST' : 'FIRST'}`;
}

test(`sums of doubles are the exact sum, rounded once, in any order (seed ${seed})`, () => {
  const random = Random.fromSeed(seed);
  const machine = createAggregateMachine('sum', [{ kind: 'double' }]);
  for (let round = 0; round < 200; round++) {
    const spread = random.int(1, 40);
    const values = Array.from({ length: random.int(1, 200) }, () => {
      const size = 10 ** (random.uniform() * spread - spread / 2);
      return (random.uniform() - 0.5) * size;
    });
    const exact = exactDoubleSum(values);
    for (const parts of [1, 2, 7]) {
      const { value } = run(
        machine,
        values.map((value) => [value]),
        parts,
        random,
      );
      assert.equal(value, exact, `${values.length} values in ${parts} parts, round ${round}`);
    }
  }
});
