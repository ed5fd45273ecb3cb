/**
 * Chains of operators as long as the parser takes them: what is behind it keeps off the call stack. The
 * longest chain is the one that the parser refuses with one operand more.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseSql } from '../../src/sql/parse.ts';
import { runSql } from '../support/run-sql.ts';
import { plainSpread } from '../support/spreads.ts';

const orders = join(import.meta.dirname, '..', 'sql', 'data', 'orders.jsonl');
const source = `(SELECT 1 AS n, 'a' AS s FROM '${orders}' LIMIT 1) AS one`;

const chain = (operand: string, operator: string, length: number): string =>
  Array<string>(length).fill(operand).join(operator);

const chains: readonly {
  name: string;
  query: (length: number) => string;
  row: (length: number) => object;
}[] = [
  {
    name: 'a sum in an aggregate',
    query: (length) => `SELECT sum(${chain('n', '+', length)}) AS x FROM ${source}`,
    row: (length) => ({ x: length }),
  },
  {
    name: 'texts of several types, filtered and sorted',
    query: (length) => `SELECT s || ${chain('n', '||', length)} AS x FROM ${source}
        WHERE n || ${chain('s', '||', length - 1)} > '' ORDER BY s || ${chain('s', '||', length - 1)}`,
    row: (length) => ({ x: `a${'1'.repeat(length)}` }),
  },
  {
    name: 'a key of groups that another expression goes on from',
    query: (length) => `SELECT ${chain('n', '+', length)} AS x, count(*) AS c FROM ${source}
        GROUP BY x, x + ${chain('n', '+', length - 1)}`,
    row: (length) => ({ x: length, c: 1 }),
  },
  {
    name: 'subqueries that go on from one another',
    query: (length) => `SELECT x || ${chain('s', '||', length - 1)} AS x FROM
        (SELECT x || ${chain('s', '||', length - 10)} AS x, s FROM
          (SELECT ${chain('s', '||', length - 10)} AS x, s FROM ${source}) AS q) AS p`,
    row: (length) => ({ x: 'a'.repeat(3 * length - 21) }),
  },
  {
    name: 'zones',
    query: (
      length,
    ) => `SELECT extract(year FROM TIMESTAMP '2024-07-01' ${chain("AT TIME ZONE 'UTC'", ' ', length)})
        AS x`,
    row: () => ({ x: 2024 }),
  },
  {
    name: 'casts',
    query: (length) => `SELECT n${chain('::varchar', '', length - 1)}::int AS x FROM ${source}`,
    row: () => ({ x: 1 }),
  },
  {
    name: 'constants',
    query: (length) => `SELECT ${chain('1', '+', length)} AS x`,
    row: (length) => ({ x: length }),
  },
];

function longest(query: (length: number) => string): number {
  let length = 1;
  for (let step = 512; step >= 1; step /= 2) {
    if (parseSql(query(length + step)).errors.length === 0) length += step;
  }
  return length;
}

for (const { name, query, row } of chains) {
  test(`as high as the parser takes it: ${name}`, async () => {
    const length = longest(query);
    assert.ok(length > 980 && length < 1000, `${length} operands`);
    const { statements } = await runSql(`${query(length)}; EXPLAIN ${query(length - 1)}`, plainSpread);
    assert.deepEqual(
      statements[0]?.rows.map((text) => JSON.parse(text)),
      [row(length)],
    );
    assert.ok((statements[1]?.rows.length ?? 0) > 0);
  });
}
