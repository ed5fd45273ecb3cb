/** Printing a tree and reading the text again gives the same tree. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { expressionTree, statementTree } from '../../../test/support/sql-trees.ts';
import { parseSql } from '../parse.ts';
import { printExpression } from './expression.ts';
import { printStatement } from './statement.ts';

const seed = 20260102;

test('every statement that is printed reads as the same statement', () => {
  const property = fc.property(statementTree, (statement) => {
    const { statements, errors } = parseSql(printStatement(statement));
    assert.deepEqual(errors, [], printStatement(statement));
    assert.deepEqual(withoutSpans(statements), withoutSpans([statement]), printStatement(statement));
  });
  fc.assert(property, { seed, numRuns: 2000 });
});

test('every expression that is printed reads as the same expression', () => {
  const property = fc.property(expressionTree, (expression) => {
    const sql = `SELECT ${printExpression(expression)} AS x`;
    const { statements, errors } = parseSql(sql);
    assert.deepEqual(errors, [], sql);
    const [statement] = statements;
    const item = statement?.kind === 'query_statement' ? statement.query.items[0] : undefined;
    const found = item?.kind === 'select_expression' ? item.expression : undefined;
    assert.deepEqual(withoutSpans(found), withoutSpans(expression), sql);
  });
  fc.assert(property, { seed, numRuns: 3000 });
});

const canonical: readonly (readonly [written: string, printed: string])[] = [
  ['select a  b from T', 'SELECT a AS b FROM t'],
  ['select (((a+b)))*c, - -1, -(-1), not(a and b)', 'SELECT (a + b) * c, - -1, - -1, NOT (a AND b)'],
  ['SELECT a::int != 1', 'SELECT CAST(a AS INTEGER) <> 1'],
  ['SELECT (a = b) = c, a - (b - c), (a - b) - c', 'SELECT (a = b) = c, a - (b - c), a - b - c'],
  ['SELECT trim(both from a), substring(a for 2)', 'SELECT btrim(a), substring(a, 1, 2)'],
  [
    "create stream if not exists t(a int not null,watermark for a as a)with(path='x',n=-1,b=true)",
    'CREATE STREAM IF NOT EXISTS t (a INTEGER NOT NULL, WATERMARK FOR a AS a) ' +
      "WITH ('path' = 'x', 'n' = -1, 'b' = TRUE)",
  ],
  ['explain analyze select 1', 'EXPLAIN (ANALYZE) SELECT 1'],
  ['-- @a: b\nselect 1', '-- @a: b\nSELECT 1'],
  [
    "select interval '1' minutes, timestamp with time zone 'x'",
    "SELECT INTERVAL '1' MINUTE, TIMESTAMPTZ 'x'",
  ],
];

for (const [written, printed] of canonical) {
  test(`prints as ${printed}`, () => {
    assert.deepEqual(parseSql(written).statements.map(printStatement), [printed]);
    assert.deepEqual(parseSql(printed).statements.map(printStatement), [printed]);
  });
}

/** Plain data again, spans left out; `undefined` stays apart from a missing field. */
function withoutSpans(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSpans);
  if (value === null || typeof value !== 'object') return value;
  const fields = Object.entries(value).filter(([name]) => !/^span$|Span$/.test(name));
  return Object.fromEntries(fields.map(([name, field]) => [name, withoutSpans(field)]));
}
