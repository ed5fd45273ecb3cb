/**
 * The planner against a naive evaluation of what it was given: optimised plans and physical plans, in every
 * architecture, at several partition counts and in random timings, give the rows of the plan as it was bound.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ArchitectureOptions } from '../../src/plan/architecture.ts';
import type { BoundQuery } from '../../src/plan/bound-script.ts';
import { bindScript } from '../../src/planner/bind/script/script.ts';
import { optimise } from '../../src/planner/optimise/optimise.ts';
import { parseSql } from '../../src/sql/parse.ts';
import { catalogOf } from '../support/catalog.ts';
import { planStatement } from '../support/plan-statement.ts';
import { EvaluationFailure, type Row, rowText, runLogical } from './planner/plan-interpreter.ts';
import { randomQuery, tableDeclaration } from './planner/random-query.ts';
import { type Choose, runPhysical } from './planner/stage-interpreter.ts';

const queryCount = Number(process.env.VELOSTREAM_TEST_QUERIES ?? 1_000);

const assignments: readonly ArchitectureOptions[] = [
  { architecture: 'v1' },
  { architecture: 'single_actor', numPartitions: 3 },
  { architecture: 'single_actor', numPartitions: 2, singleActorInput: 'raw' },
  { architecture: 'partitioned', numPartitions: 1 },
  { architecture: 'partitioned', numPartitions: 2 },
  { architecture: 'partitioned', numPartitions: 3 },
  { architecture: 'partitioned', numPartitions: 8 },
  { architecture: 'partitioned', numPartitions: 3, strategy: 'fan_in' },
];

test('random queries give the same rows however they are optimised and spread', () => {
  let compared = 0;
  for (let seed = 1; seed <= queryCount; seed++) if (checkQuery(seed)) compared++;
  assert.ok(compared > queryCount / 3, `only ${compared} of ${queryCount} queries gave rows to compare`);
});

/** Answers whether the query could be computed at all. */
function checkQuery(seed: number): boolean {
  const choose = randomSource(seed);
  const sql = randomQuery(choose);
  const statement = bindOne(sql);
  const tables = new Map([['t', randomRows(choose)]]);
  const expected = tryTo(() => runLogical(statement.plan, tables));
  // What fails as written may succeed when it is optimised, never the other way round.
  if (expected === undefined) return false;
  const where = (what: string): string => `seed ${seed}, ${what}: ${sql}`;
  const optimised = optimise(statement.plan, { timeZone: 'UTC' });
  compare(() => runLogical(optimised, tables), expected, {
    ordered: false,
    where: where('optimised'),
  });
  for (const architecture of assignments) {
    const { physical } = planStatement(statement, { architecture, cores: 4, timeZone: 'UTC' });
    const name = `${architecture.architecture} at ${physical.parallelism.partitions}`;
    compare(() => runPhysical(physical, tables, choose), expected, {
      ordered: physical.resultOrder.kind !== 'unspecified',
      where: where(name),
    });
  }
  return true;
}

function bindOne(sql: string): BoundQuery {
  const parsed = parseSql(`${tableDeclaration} ${sql};`);
  assert.deepEqual(
    parsed.errors.map((error) => error.message),
    [],
    sql,
  );
  const bound = bindScript(parsed.statements, { catalog: catalogOf([]), nowMicros: 0n });
  assert.ok(bound.ok, `${sql}\n${bound.ok ? '' : bound.errors.map((error) => error.message).join('\n')}`);
  const statement = bound.script.statements.at(-1);
  assert.ok(statement?.kind === 'query');
  return statement;
}

interface Comparison {
  readonly ordered: boolean;
  readonly where: string;
}

function compare(
  compute: () => readonly Row[],
  expected: readonly Row[],
  { ordered, where }: Comparison,
): void {
  const actual = tryTo(compute);
  assert.ok(actual !== undefined, `fails only there: ${where}`);
  const texts = (rows: readonly Row[]): string[] => {
    const list = rows.map(rowText);
    return ordered ? list : list.sort();
  };
  assert.deepEqual(texts(actual), texts(expected), where);
}

function tryTo<Result>(compute: () => Result): Result | undefined {
  try {
    return compute();
  } catch (error) {
    if (error instanceof EvaluationFailure) return undefined;
    throw error;
  }
}

function randomRows(choose: Choose): readonly Row[] {
  return Array.from({ length: choose(25) }, () => [
    [null, 'a', 'b', 'c'][choose(4)] ?? null,
    choose(5) === 0 ? null : BigInt(choose(4)) - (choose(3) === 0 ? 0n : -1n),
    BigInt(choose(4)) + (choose(2) === 0 ? 1n : 0n),
  ]);
}

/** A linear congruential generator (Numerical Recipes), enough for picking cases. */
function randomSource(seed: number): Choose {
  let state = (seed * 2_654_435_761) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return below <= 0 ? 0 : Math.floor((state / 2 ** 32) * below);
  };
}
