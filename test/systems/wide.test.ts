/**
 * Statements with hundreds of computed columns and aggregates, which are compiled in parts: against the same
 * in JavaScript, with records that fail in the middle of a row.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runSql } from '../support/run-sql.ts';
import { otherSpreads, plainSpread } from '../support/spreads.ts';

const folder = mkdtempSync(join(tmpdir(), 'velostream-wide-'));
after(() => rmSync(folder, { recursive: true }));

interface Record {
  readonly g: string | null;
  readonly h: number;
}

const columnCount = 120;
/** The record's `h` for which a column in the middle cannot be computed. */
const failing = 60;
const records: readonly Record[] = Array.from({ length: 3000 }, (_, i) => ({
  g: i % 7 === 0 ? null : `g${i % 11}`,
  h: i % 150,
}));
const path = join(folder, 'wide.jsonl');
writeFileSync(path, records.map((record) => `${JSON.stringify(record)}\n`).join(''));

const declaration = `CREATE STREAM t (g VARCHAR, h INT)
  WITH (path = '${path}', on_error = 'skip', chunk_bytes = 9000);`;

/** Texts that may be NULL, numbers, and plain columns in between. */
function columnText(k: number): string {
  if (k % 10 === 9) return 'h';
  if (k % 2 === 0) return `CASE WHEN h < ${k} THEN g || '-a rather long text ${k}' WHEN h > 100 THEN 'x' END`;
  return k === failing + 1
    ? `100 / (h - ${failing}) + ${k}`
    : `CASE WHEN h % 3 = 0 THEN h + ${k} ELSE -h END`;
}

function columnValue(k: number, { g, h }: Record): string | number | null {
  if (k % 10 === 9) return h;
  if (k % 2 === 0) return h < k ? g && `${g}-a rather long text ${k}` : h > 100 ? 'x' : null;
  if (k === failing + 1) return Math.trunc(100 / (h - failing)) + k;
  return h % 3 === 0 ? h + k : h === 0 ? 0 : -h;
}

const columns = Array.from({ length: columnCount }, (_, k) => k);
const expected = records
  .filter(({ h }) => h !== failing)
  .map((record) => JSON.stringify(Object.fromEntries(columns.map((k) => [`c${k}`, columnValue(k, record)]))));
const select = columns.map((k) => `${columnText(k)} AS c${k}`).join(', ');

for (const spread of [plainSpread, ...otherSpreads.filter((_, i) => i % 5 === 2)]) {
  test(`a hundred computed columns (${spread.name})`, async () => {
    const { statements } = await runSql(`${declaration} SELECT ${select} FROM t`, spread);
    assert.deepEqual(statements[0]?.rows.toSorted(), expected.toSorted());
  });
}

test('hundreds of computed columns are keys and values of groups', async () => {
  const sql = `${declaration} SELECT COUNT(*) AS n, MIN(c4) AS low, SUM(c31) AS total FROM
    (SELECT ${select} FROM t) AS wide GROUP BY ${columns.map((k) => `c${k}`).join(', ')}`;
  const { statements } = await runSql(sql, { architecture: { numPartitions: 2 } });
  const groups = Map.groupBy(expected, (row) => row);
  const wanted = [...groups].map(([row, rows]) => {
    const values = JSON.parse(row) as { c4: string | null; c31: number };
    return JSON.stringify({ n: rows.length, low: values.c4, total: values.c31 * rows.length });
  });
  assert.deepEqual(statements[0]?.rows.toSorted(), wanted.toSorted());
});

test('hundreds of aggregates are one row', async () => {
  const aggregates = columns.flatMap((k) => [`SUM(h + ${k}) AS s${k}`, `MAX(g || '${k}') AS m${k}`]);
  const sql = `${declaration} SELECT ${aggregates.join(', ')} FROM t`;
  const { statements } = await runSql(sql, { architecture: { numPartitions: 2 } });
  const sum = records.reduce((total, { h }) => total + h, 0);
  const wanted = columns.flatMap((k) => [
    [`s${k}`, sum + k * records.length],
    [`m${k}`, `g9${k}`],
  ]);
  assert.deepEqual(JSON.parse(statements[0]!.rows[0]!), Object.fromEntries(wanted));
});
