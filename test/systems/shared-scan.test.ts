// Statements that read the same stream: the scan is read once, and nobody can tell it from the rows.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Random } from '../../src/base/random.ts';
import { type RunSqlOptions, runSql } from '../support/run-sql.ts';

const directory = mkdtempSync(join(tmpdir(), 'velo-shared-'));
after(() => rmSync(directory, { recursive: true }));

const rowCount = 3000;
const path = join(directory, 'trades.jsonl');
writeFileSync(
  path,
  Array.from({ length: rowCount }, (_, i) => {
    const s = i % 11 === 0 ? null : `a symbol that is rather long ${i % 7}`;
    return `${JSON.stringify({ k: `key ${(i * 7) % 40}`, v: i, p: i / 8, s, z: i % 5 })}\n`;
  }).join(''),
);
const stream = `CREATE STREAM trades (k VARCHAR, v BIGINT, p DOUBLE, s VARCHAR, z INT)
  WITH (connector = 'file', path = '${path}', format = 'jsonl', chunk_bytes = '9000');`;

const pool = [
  'SELECT COUNT(*) AS n, SUM(p) AS total FROM trades',
  'SELECT k, COUNT(*) AS n, AVG(p) AS mean, MAX(s) AS s FROM trades GROUP BY k',
  'SELECT s, z, FIRST(v) AS first, LAST(v) AS last FROM trades WHERE p > 100 GROUP BY s, z',
  'SELECT k, v FROM trades WHERE v % 37 = 0 ORDER BY v DESC LIMIT 20 OFFSET 3',
  'SELECT v, s FROM trades WHERE z = 2',
  'SELECT DISTINCT z, s FROM trades',
  'SELECT v FROM trades LIMIT 5',
  'SELECT k, SUM(n) AS n FROM (SELECT k, z, COUNT(*) AS n FROM trades GROUP BY k, z) AS counted GROUP BY k',
  'SELECT MIN(_offset) AS low, MAX(_offset) AS high, MAX(_topic) AS topic, MAX(_partition) AS p FROM trades',
  'SELECT COUNT(*) AS n FROM trades WHERE FALSE',
  'SELECT 1 AS one',
];

const spreads: readonly RunSqlOptions[] = [
  { architecture: { architecture: 'v1' } },
  ...[1, 2, 3, 8].flatMap((numPartitions) =>
    [1, 4096].map((batchRows) => ({
      architecture: { architecture: 'partitioned' as const, numPartitions },
      limits: { batchRows },
    })),
  ),
  { architecture: { architecture: 'single_actor', numPartitions: 2 } },
];

/** The rows of each statement; where nothing orders them, sorted. */
async function rowsOf(sql: string, options: RunSqlOptions): Promise<readonly (readonly string[])[]> {
  const { statements } = await runSql(sql, options);
  return statements.map(({ rows }) => rows.toSorted());
}

const timeout = 120_000;

for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
  test(`statements give the same rows together as one by one, seed ${seed}`, { timeout }, async () => {
    const random = Random.fromSeed(seed);
    for (const options of [seed, seed + 5].map((i) => spreads[i % spreads.length]!)) {
      const chosen = Array.from({ length: random.int(2, 6) }, () => pool[random.int(0, pool.length - 1)]);
      const sql = `${stream} ${chosen.join('; ')};`;
      const together = await rowsOf(sql, options);
      assert.deepEqual(together, await rowsOf(sql, { ...options, oneByOne: true }), sql);
    }
  });
}

test('neighbours read their stream once', { timeout }, async () => {
  const options: RunSqlOptions = { architecture: { architecture: 'partitioned', numPartitions: 2 } };
  const three = `${stream} ${pool.slice(0, 3).join('; ')};`;
  assert.equal((await runSql(three, options)).recordsRead, rowCount);
  assert.equal((await runSql(three, { ...options, oneByOne: true })).recordsRead, 3 * rowCount);
  const apart = `${stream} ${pool[0]}; SELECT 1 AS one; ${pool[1]};`;
  assert.equal((await runSql(apart, options)).recordsRead, 2 * rowCount);
});

test('so many neighbours that one memory cannot hold their rings give their rows all the same', async () => {
  const options: RunSqlOptions = { architecture: { architecture: 'partitioned', numPartitions: 8 } };
  const sql = Array.from({ length: 80 }, (_, i) => `SELECT z, SUM(v + ${i}) AS s FROM trades GROUP BY z;`);
  const { statements, recordsRead } = await runSql(`${stream} ${sql.join(' ')}`, options);
  assert.ok(recordsRead < 3 * rowCount);
  assert.deepEqual(statements.at(-1)?.rows.length, 5);
  assert.ok(statements.every(({ rows }, i) => rows.includes(`{"z":0,"s":${898_500 + 600 * i}}`)));
});

test('a stream that is written and read is read where it comes from', { timeout }, async () => {
  const out = join(directory, 'out.jsonl');
  const options: RunSqlOptions = { architecture: { architecture: 'partitioned', numPartitions: 2 } };
  const { statements, recordsRead } = await runSql(
    `${stream}
    CREATE STREAM large WITH (connector = 'file', path = '${out}', format = 'jsonl')
      AS SELECT k, v FROM trades WHERE v >= 1000;
    SELECT COUNT(*) AS n, MIN(v) AS low FROM large;`,
    options,
  );
  assert.equal(recordsRead, rowCount);
  assert.deepEqual(statements.at(-1)?.rows, ['{"n":2000,"low":1000}']);
  assert.equal(readFileSync(out, 'utf8').trimEnd().split('\n').length, 2000);
});

test('a folder that a statement writes to is read with what it wrote', async () => {
  const folder = join(directory, 'folder');
  mkdirSync(folder);
  writeFileSync(join(folder, 'a.jsonl'), '{"k":"old"}\n');
  writeFileSync(join(folder, 'b.jsonl'), '{"k":"to be replaced"}\n');
  const sql = `${stream}
    CREATE STREAM copied WITH (connector = 'file', path = '${join(folder, 'b.jsonl')}') AS SELECT k FROM trades;
    CREATE STREAM more WITH (connector = 'file', path = '${join(folder, 'c.jsonl')}') AS SELECT k FROM trades;
    SELECT COUNT(*) AS n FROM '${folder}/*.jsonl';`;
  const { statements } = await runSql(sql, { architecture: { numPartitions: 2 } });
  assert.deepEqual(statements.at(-1)?.rows, [`{"n":${2 * rowCount + 1}}`]);
});

test('a statement that reads what its neighbour writes comes after it', { timeout }, async () => {
  const both = join(directory, 'both.jsonl');
  writeFileSync(both, Array.from({ length: 50 }, (_, v) => `{"v":${v}}\n`).join(''));
  const spelledApart = `${directory}/.//both.jsonl`;
  const declared = (path: string): string => `(v BIGINT) WITH (path = '${path}', format = 'jsonl')`;
  const { statements } = await runSql(
    `CREATE STREAM before ${declared(both)}; CREATE STREAM behind ${declared(spelledApart)};
    INSERT INTO behind SELECT v FROM before WHERE v < 10; SELECT COUNT(*) AS n FROM before;`,
    { architecture: { numPartitions: 2 } },
  );
  assert.deepEqual(statements.at(-1)?.rows, ['{"n":10}']);
});

test('what fails one statement fails those that share its scan, and nothing is half-written', async () => {
  const out = join(directory, 'never.jsonl');
  const sql = `${stream}
    CREATE STREAM copied WITH (connector = 'file', path = '${out}', format = 'jsonl') AS SELECT k FROM trades;
    SELECT SUM(1 / (v - 2500)) AS s FROM trades;`;
  await assert.rejects(runSql(sql, { architecture: { numPartitions: 2 } }), /expression fails/);
  assert.ok(!existsSync(out));
});

test('a record that one statement skips is there for the others', async () => {
  const skipping = stream.replace("'jsonl',", "'jsonl', on_error = 'skip',");
  const sql = `${skipping} SELECT COUNT(1 / (v - 2500)) AS n FROM trades; SELECT COUNT(*) AS n FROM trades;`;
  const { statements } = await runSql(sql, { architecture: { numPartitions: 2 } });
  assert.deepEqual(
    statements.map(({ rows }) => rows),
    [['{"n":2999}'], ['{"n":3000}']],
  );
});

test('a record that several statements cannot use is one bad record', async () => {
  const skipping = stream.replace("'jsonl',", "'jsonl', on_error = 'skip', on_error_limit = '2',");
  const sql = `${skipping} SELECT k FROM trades WHERE 1 / v > 1; SELECT COUNT(1 / (v - 2500)) AS n FROM trades;
    SELECT MIN(1 / (v - 2500)) AS low, MAX(1 / v) AS high FROM trades;`;
  const { statements, rejected } = await runSql(sql, { architecture: { numPartitions: 2 } });
  assert.deepEqual(
    statements.map(({ rows }) => rows),
    [[], ['{"n":2999}'], ['{"low":-1,"high":1}']],
  );
  assert.deepEqual(
    rejected.map(({ line }) => line).toSorted((a = 0, b = 0) => a - b),
    [1, 2501],
  );
});

test('standard input answers several statements, in their order', () => {
  const sql = `CREATE STREAM t (v BIGINT) WITH (connector = 'stdin', format = 'jsonl');
    SELECT v FROM t WHERE v < 3; SELECT COUNT(*) AS n FROM t; SELECT MAX(v) AS high FROM t;`;
  const child = spawnSync(process.execPath, ['src/cli/main.ts', 'run', '-q', '-e', sql, '-a', 'v1'], {
    input: Array.from({ length: 20_000 }, (_, v) => `{"v":${v}}\n`).join(''),
    encoding: 'utf8',
  });
  assert.equal(child.stderr, '');
  assert.equal(child.stdout, '{"v":0}\n{"v":1}\n{"v":2}\n{"n":20000}\n{"high":19999}\n');
});

test('statements that would find standard input read to its end are refused', async () => {
  const declared = `CREATE STREAM t (v BIGINT) WITH (connector = 'stdin', format = 'jsonl');`;
  for (const apart of [
    'SELECT v FROM t; SELECT v + 1 AS w FROM t',
    'SELECT COUNT(*) AS n FROM t; SELECT v FROM t LIMIT 1',
    'SELECT COUNT(*) AS n FROM t; SELECT 1 AS one; SELECT MAX(v) AS high FROM t',
    "SELECT COUNT(*) AS n FROM t; CREATE STREAM u (v INT) WITH (connector = 'stdin'); SELECT v FROM u",
  ]) {
    const refused = runSql(`${declared} ${apart};`, { architecture: { numPartitions: 2 } });
    await assert.rejects(refused, /standard input can be read once/, apart);
  }
});
