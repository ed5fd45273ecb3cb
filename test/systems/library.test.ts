import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Row, ScriptErrors, Velostream } from '../../src/index.ts';

const directory = mkdtempSync(join(tmpdir(), 'velo-library-'));
after(() => rmSync(directory, { recursive: true }));
const path = join(directory, 'trades.jsonl');
writeFileSync(
  path,
  '{"s":"A","p":1.5,"q":9007199254740993}\n{"s":"B","p":2,"q":1}\n{"s":"A","p":3,"q":2}\n{"s":null}\n',
);
const declare = `CREATE STREAM trades (s VARCHAR, p DOUBLE, q BIGINT, d DECIMAL(5,2))
  WITH (connector = 'file', path = '${path}', format = 'jsonl');`;

async function collect(rows: AsyncIterable<Row>): Promise<Row[]> {
  const all: Row[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

test('a query gives rows whose values keep what their types can say', async () => {
  const rows = await collect(
    new Velostream({ numPartitions: 2 }).query(`${declare}
      SELECT s, COUNT(*) AS n, SUM(p) AS total, MAX(q) AS q, CAST(SUM(p) AS DECIMAL(5,2)) AS d
      FROM trades GROUP BY s ORDER BY s NULLS LAST;
      SELECT TIMESTAMP '2024-01-02 03:04:05' AS at, TRUE AS yes;`),
  );
  assert.deepEqual(rows, [
    { s: 'A', n: 2, total: 4.5, q: 9007199254740993n, d: '4.50' },
    { s: 'B', n: 1, total: 2, q: 1, d: '2.00' },
    { s: null, n: 1, total: null, q: null, d: null },
    { at: '2024-01-02T03:04:05', yes: true },
  ]);
});

test('NaN and infinities are numbers in a row, and text of the same letters is text', async () => {
  const sql = `SELECT CAST('NaN' AS DOUBLE) AS n, CAST('-Infinity' AS DOUBLE) AS low, 1e308 * 1 AS high,
    'NaN' AS text, CAST(NULL AS DOUBLE) AS nothing`;
  assert.deepEqual(await collect(new Velostream().query(sql)), [
    { n: Number.NaN, low: Number.NEGATIVE_INFINITY, high: 1e308, text: 'NaN', nothing: null },
  ]);
});

test('running a text tells what each statement did', async () => {
  const [summary] = await new Velostream().run(`${declare} SELECT * FROM trades WHERE p > 1.6;`);
  assert.equal(summary?.recordsRead, 4);
  assert.equal(summary?.rowsWritten, 2);
  assert.equal(summary?.badRecords, 0);
});

test('a program may leave the loop before the rows are over', async () => {
  const sql = `CREATE STREAM numbers (n BIGINT) WITH (connector = 'datagen', rows = 5000000);
    SELECT n FROM numbers;`;
  let seen = 0;
  for await (const row of new Velostream().query(sql)) {
    assert.ok('n' in row);
    if (++seen === 10) break;
  }
  assert.equal(seen, 10);
});

test('timers, input and output have their turns while rows flow', async () => {
  const sql = `CREATE STREAM numbers (n BIGINT) WITH (connector = 'datagen', rows = 20000);
    SELECT n FROM numbers;`;
  let seen = 0;
  let seenAtTurn = 0;
  for await (const _ of new Velostream({ numPartitions: 1 }).query(sql)) {
    if (++seen > 1) continue;
    setImmediate(() => {
      seenAtTurn = seen;
    });
  }
  assert.equal(seen, 20_000);
  assert.ok(seenAtTurn > 0 && seenAtTurn <= 256, `the first turn came after ${seenAtTurn} rows`);
});

test('errors of the text come together, with their places', async () => {
  await assert.rejects(collect(new Velostream().query('SELECT nope, 1 + FROM x')), (error) => {
    assert.ok(error instanceof ScriptErrors);
    assert.ok(error.errors.length > 0 && error.errors[0]?.position !== undefined);
    return true;
  });
});

test('an error thrown into the rows comes out again, and stops the job', async () => {
  const rows = new Velostream({ numPartitions: 2 }).query(`${declare} SELECT s FROM trades`);
  await rows.next();
  await assert.rejects(rows.throw(new Error('enough')), /enough/);
  assert.equal((await rows.next()).done, true);
});

test('a plan is explained in words', async () => {
  const text = await new Velostream({ numPartitions: 2 }).explain(
    `${declare} SELECT s, COUNT(*) FROM trades GROUP BY s`,
  );
  assert.match(text, /hash/i);
});

test('an option that no job could run with is refused before there is one', () => {
  assert.throws(() => new Velostream({ limits: { ringSlotCount: 3 } }), {
    code: 'config_invalid',
    message: '"limits.ringSlotCount" has to be a power of two from 1 to 1024, not 3',
  });
});
