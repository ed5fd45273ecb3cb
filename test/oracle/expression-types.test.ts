/**
 * Which overload a call means, and what type comes out, against PostgreSQL's own resolution: every operator
 * and common construct over every pair of types, untyped NULLs among them. Both give the same type, or both
 * an error.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { VelostreamError } from '../../src/base/error.ts';
import type { SqlType } from '../../src/columns/sql-type.ts';
import { bindCase, bindCoalesce, bindNullIf } from '../../src/expressions/binding/conditionals.ts';
import { nullLiteral } from '../../src/expressions/binding/literals.ts';
import { bindIn } from '../../src/expressions/binding/predicates.ts';
import { resolveCall } from '../../src/expressions/binding/resolve-call.ts';
import { valueKinds } from '../../src/expressions/binding/type-rules.ts';
import type { BoundExpression } from '../../src/expressions/bound-expression.ts';
import { type Outcome, openPostgres, type PostgresEvaluator } from './expressions/postgres-evaluator.ts';
import { callSql } from './expressions/sql-text.ts';
import { samplesOf } from './expressions/values.ts';

let postgres: PostgresEvaluator;
before(async () => {
  postgres = await openPostgres();
});
after(() => postgres.close());

interface Operand {
  readonly bound: BoundExpression;
  readonly sql: string;
}

const operands: readonly Operand[] = [
  { bound: nullLiteral(), sql: 'NULL' },
  ...valueKinds.flatMap((kind): Operand[] => {
    const sample = samplesOf(kind)[0];
    if (!sample) return [];
    const column = {
      kind: 'column',
      index: 0,
      name: 'c',
      type: sample.type,
      nullable: true,
      span: undefined,
    } as const;
    return [{ bound: column, sql: sample.sql }];
  }),
];

const pairs = operands.flatMap((left) => operands.map((right) => [left, right] as const));

const postgresNames: Readonly<Record<SqlType['kind'], string>> = {
  boolean: 'boolean',
  int: 'integer',
  bigint: 'bigint',
  decimal: 'numeric',
  double: 'double precision',
  varchar: 'text',
  date: 'date',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
  interval: 'interval',
  unknown: 'text',
};

interface Case {
  readonly sql: string;
  readonly ours: Outcome;
}

function typeOf(bind: () => BoundExpression): Outcome {
  try {
    return { text: postgresNames[bind().type.kind] };
  } catch (error) {
    if (error instanceof VelostreamError) return { error: error.message };
    throw error;
  }
}

/** Where we differ on purpose, by what PostgreSQL says. */
const known: readonly {
  readonly reason: string;
  readonly covers: (one: Case, theirs: Outcome) => boolean;
}[] = [
  {
    reason: '^ of decimals is a DOUBLE.',
    covers: ({ sql }, theirs) => / \^ /.test(sql) && 'text' in theirs && theirs.text === 'numeric',
  },
  {
    reason: 'There is no JSON, whose minus takes a text.',
    covers: (_, theirs) => 'text' in theirs && theirs.text === 'jsonb',
  },
  {
    reason: 'There are no network addresses, which PostgreSQL truncates too.',
    covers: ({ sql }, theirs) => 'error' in theirs && sql === 'pg_typeof(trunc(NULL))',
  },
];

async function judge(cases: readonly Case[]): Promise<void> {
  const outcomes = await postgres.evaluate(cases.map(({ sql }) => sql));
  const wrong = cases.flatMap((one, i) => {
    const theirs = outcomes[i] ?? { error: 'no outcome' };
    const agree = 'error' in one.ours ? 'error' in theirs : 'text' in theirs && theirs.text === one.ours.text;
    if (agree || known.some(({ covers }) => covers(one, theirs))) return [];
    return [`${one.sql}\n    ours ${JSON.stringify(one.ours)}\n    PostgreSQL ${JSON.stringify(theirs)}`];
  });
  assert.equal(
    wrong.length,
    0,
    `${wrong.length} of ${cases.length} differ:\n${wrong.slice(0, 20).join('\n')}`,
  );
}

const operators = [
  ...['add', 'subtract', 'multiply', 'divide', 'modulo', 'power_operator', 'concat_operator'],
  ...['equal', 'less_than', 'is_distinct_from', 'like'],
];

for (const name of operators) {
  test(`${name} of every pair of types has PostgreSQL's type`, async () => {
    await judge(
      pairs.map(([left, right]) => ({
        sql: `pg_typeof(${callSql(name, [left.sql, right.sql])})`,
        ours: typeOf(() => resolveCall(name, [left.bound, right.bound], undefined)),
      })),
    );
  });
}

const constructs: Readonly<
  Record<string, (left: Operand, right: Operand) => [string, () => BoundExpression]>
> = {
  COALESCE: (left, right) => [
    `COALESCE(${left.sql}, ${right.sql})`,
    () => bindCoalesce([left.bound, right.bound]),
  ],
  NULLIF: (left, right) => [`NULLIF(${left.sql}, ${right.sql})`, () => bindNullIf(left.bound, right.bound)],
  GREATEST: (left, right) => [
    `GREATEST(${left.sql}, ${right.sql})`,
    () => resolveCall('greatest', [left.bound, right.bound], undefined),
  ],
  IN: (left, right) => [`${left.sql} IN (${right.sql})`, () => bindIn(left.bound, [right.bound], false)],
  CASE: (left, right) => [
    `CASE WHEN random() < 2 THEN ${left.sql} ELSE ${right.sql} END`,
    () => bindCase(undefined, [{ condition: nullLiteral(), result: left.bound }], right.bound),
  ],
};

for (const [name, construct] of Object.entries(constructs)) {
  test(`${name} of every pair of types has PostgreSQL's type`, async () => {
    await judge(
      pairs.map(([left, right]) => {
        const [sql, bind] = construct(left, right);
        return { sql: `pg_typeof(${sql})`, ours: typeOf(bind) };
      }),
    );
  });
}

const functions = [
  'abs',
  'sign',
  'ceil',
  'floor',
  'round',
  'trunc',
  'negate',
  'sqrt',
  'exp',
  'ln',
  'degrees',
];

test("functions of one argument have PostgreSQL's types", async () => {
  const decimalResults = new Set(['sqrt', 'exp', 'ln']);
  await judge(
    functions.flatMap((name) =>
      operands
        .filter(({ bound }) => !(decimalResults.has(name) && bound.type.kind === 'decimal'))
        .map(({ bound, sql }) => ({
          sql: `pg_typeof(${callSql(name, [sql])})`,
          ours: typeOf(() => resolveCall(name, [bound], undefined)),
        })),
    ),
  );
});
