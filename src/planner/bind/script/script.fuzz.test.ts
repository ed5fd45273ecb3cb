import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { catalogOf } from '../../../../test/support/catalog.ts';
import { planStatement } from '../../../../test/support/plan-statement.ts';
import { parseSql } from '../../../sql/parse.ts';
import { bindScript } from './script.ts';

const declaration =
  'CREATE STREAM t (a VARCHAR, b DOUBLE, c INT NOT NULL, d TIMESTAMP, e DECIMAL(10, 2), f BOOLEAN);';

const words =
  "a b c d e f g t.a s.b _offset 1 'x' 1.5 NULL TRUE COUNT(*) SUM(b) MAX(d) FIRST(a) AVG(c)".split(' ');
const word = fc.constantFrom(...words, "DATE '2024-01-01'", "INTERVAL '1' DAY");
const operator = fc.constantFrom('+', '-', '*', '/', '||', '=', '<', 'AND', 'OR', 'IS DISTINCT FROM', 'LIKE');

const expression: fc.Arbitrary<string> = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 2 },
    { weight: 8, arbitrary: word },
    fc.tuple(tie('expression'), operator, tie('expression')).map(([a, op, b]) => `(${a} ${op} ${b})`),
    tie('expression').map((a) => `CAST(${a} AS DOUBLE)`),
    tie('expression').map((a) => `SUM(${a}) FILTER (WHERE ${a} > 1)`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `CASE WHEN ${a} THEN ${b} ELSE ${a} END`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `COALESCE(${a}, ${b})`),
  ),
})).expression;

/** The clause is there in one of three. */
const clause = (keyword: string, body: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant('') },
    body.map((text) => ` ${keyword} ${text}`),
  );

const clauses = fc.tuple(
  clause('WHERE', expression),
  clause('GROUP BY', word),
  clause('HAVING', expression),
  clause('ORDER BY', word),
  clause('LIMIT', fc.constantFrom('1', '2 + 3', 'NULL', '-1', 'a')),
);

const items = fc.array(
  fc.oneof(
    expression,
    fc.constant('*'),
    expression.map((text) => `${text} AS g`),
  ),
  {
    minLength: 1,
    maxLength: 2,
  },
);

const select: fc.Arbitrary<string> = fc.letrec<{ select: string }>((tie) => ({
  select: fc
    .tuple(
      fc.constantFrom('', 'DISTINCT '),
      items,
      fc.oneof(
        { maxDepth: 2 },
        fc.constant('t'),
        tie('select').map((query) => `(${query}) AS s`),
      ),
      clauses,
    )
    .map(
      ([distinct, list, from, rest]) => `SELECT ${distinct}${list.join(', ')} FROM ${from}${rest.join('')}`,
    ),
})).select;

const statement = fc.oneof(
  select,
  select.map((query) => `INSERT INTO t ${query}`),
  select.map((query) => `CREATE STREAM s AS ${query}`),
);

test('any statement that parses is planned, or answered with errors that have a place in the text', () => {
  let planned = 0;
  const property = fc.property(statement, (sql) => {
    const parsed = parseSql(`${declaration} ${sql};`);
    const bound = bindScript(parsed.statements, { catalog: catalogOf([]), nowMicros: 0n });
    if (!bound.ok) {
      for (const { message, position } of bound.errors) assert.ok(position, `no place for: ${message}`);
      return;
    }
    const last = bound.script.statements.at(-1);
    if (last?.kind !== 'query' && last?.kind !== 'job') return;
    planStatement(last, { architecture: { architecture: 'partitioned' }, cores: 2, timeZone: 'UTC' });
    planned++;
  });
  fc.assert(property, { seed: 20_260_102, numRuns: 2_000 });
  assert.ok(planned > 50, `only ${planned} statements were planned`);
});
