/**
 * Strings that are longer than a page of the exchange, than a chunk of the file and than the input buffer, as
 * keys, values, sort keys and results.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runSql } from '../support/run-sql.ts';
import { type NamedSpread, otherSpreads, plainSpread } from '../support/spreads.ts';

const folder = mkdtempSync(join(tmpdir(), 'velostream-long-strings-'));
after(() => rmSync(folder, { recursive: true }));

const long = 'x'.repeat(70_000);
const longer = 'ü'.repeat(200_000);
const keys = [long, 'a', longer, long, 'b', 'a', `${longer}y`, long];
const path = join(folder, 'long.jsonl');
writeFileSync(path, keys.map((k, v) => `${JSON.stringify({ k, v })}\n`).join(''));

const declaration = `CREATE STREAM t (k VARCHAR, v INT)
  WITH (connector = 'file', path = '${path}', format = 'jsonl', chunk_bytes = 50000);`;

async function rowsOf(select: string, spread: NamedSpread): Promise<readonly Record<string, unknown>[]> {
  const { statements } = await runSql(`${declaration} ${select}`, spread);
  return (statements[0]?.rows ?? []).map((row) => JSON.parse(row) as Record<string, unknown>);
}

const spreads = [plainSpread, ...otherSpreads.filter((_, i) => i % 4 === 1)];

for (const spread of spreads) {
  test(`long strings are keys, values and results (${spread.name})`, async () => {
    const groups = await rowsOf('SELECT k, SUM(v) AS s FROM t GROUP BY k ORDER BY s, k', spread);
    const expected = [
      [longer, 2],
      ['b', 4],
      ['a', 6],
      [`${longer}y`, 6],
      [long, 10],
    ].map(([k, s]) => ({ k, s }));
    assert.ok(JSON.stringify(groups) === JSON.stringify(expected), 'groups');
    const [ends] = await rowsOf(
      'SELECT MIN(k) AS low, MAX(k) AS high, FIRST(k) AS f, LAST(k) AS l FROM t',
      spread,
    );
    assert.ok(ends?.low === 'a' && ends.high === `${longer}y` && ends.f === long && ends.l === long, 'ends');
    const rows = await rowsOf('SELECT k || k AS kk, v FROM t ORDER BY k DESC, v', spread);
    assert.deepEqual(
      rows.map(({ v }) => v),
      [6, 2, 0, 3, 7, 4, 1, 5],
    );
    assert.ok(rows[1]?.kk === longer + longer && rows[2]?.kk === long + long, 'rows');
  });
}
