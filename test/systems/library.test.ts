import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { RecordError, type Row, ScriptErrors, Velostream, VelostreamError } from '../../src/index.ts';

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

test('errors of the text come together, and the message shows the place of each', async () => {
  await assert.rejects(collect(new Velostream().query('SELECT 1 + FROM x;\nSELEC 2')), (error) => {
    assert.ok(error instanceof ScriptErrors && error instanceof VelostreamError);
    assert.equal(error.code, 'sql_syntax');
    assert.equal(error.errors.length, 2);
    assert.deepEqual(error.position, error.errors[0]?.position);
    assert.match(
      error.message,
      /^expected .*\n {2}--> <sql>:1:12\n {2}\|\n1 \| SELECT 1 \+ FROM x;\n {2}\| {12}\^/,
    );
    assert.match(error.message, /--> <sql>:2:1\n/);
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

/** Rows without end. */
const endless = `CREATE STREAM numbers (n BIGINT) WITH (connector = 'datagen'); SELECT n FROM numbers;`;
/** Works without end, and gives no row. */
const silent = `CREATE STREAM numbers (n BIGINT) WITH (connector = 'datagen');
  SELECT SUM(n % 2) FROM numbers;`;

test('leaving while a row is awaited ends the job, and the awaited row with it', async () => {
  const rows = new Velostream({ numPartitions: 2 }).query(silent);
  const awaited = [rows.next(), rows.next()];
  await sleep(50);
  assert.deepEqual(await rows.return(), { done: true, value: undefined });
  for (const row of await Promise.all(awaited)) assert.equal(row.done, true);
});

test('a signal cancels a query not yet begun, one that awaits a row, and one whose rows wait', async () => {
  const velo = new Velostream({ numPartitions: 2 });
  const early = AbortSignal.abort(new Error('early'));
  await assert.rejects(velo.query(endless, { signal: early }).next(), cancelledFor('early'));

  const waiting = new AbortController();
  const row = velo.query(silent, { signal: waiting.signal }).next();
  setImmediate(() => waiting.abort(new Error('waiting')));
  await assert.rejects(row, cancelledFor('waiting'));

  const flowing = new AbortController();
  const rows = velo.query(endless, { signal: flowing.signal });
  await rows.next();
  flowing.abort(new Error('flowing'));
  await assert.rejects(rows.next(), cancelledFor('flowing'));
  assert.equal((await rows.next()).done, true);
});

test('a signal cancels a run, and nothing is left of what it wrote', async () => {
  const controller = new AbortController();
  const out = join(directory, 'out');
  mkdirSync(out);
  const sql = `CREATE STREAM numbers (n BIGINT) WITH (connector = 'datagen');
    CREATE STREAM copy WITH (connector = 'file', path = '${join(out, 'copy.jsonl')}')
      AS SELECT n FROM numbers;`;
  const running = new Velostream({ numPartitions: 2 }).run(sql, { signal: controller.signal });
  while (readdirSync(out).length === 0) await sleep(5);
  controller.abort(new Error('enough'));
  await assert.rejects(running, cancelledFor('enough'));
  assert.deepEqual(readdirSync(out), []);
});

test('closing cancels what runs, and nothing can be run any more', async () => {
  const velo = new Velostream({ numPartitions: 2 });
  const rows = velo.query(endless);
  await rows.next();
  const running = velo.run(silent);
  await Promise.all([assert.rejects(running, { code: 'cancelled' }), velo.close()]);
  await assert.rejects(rows.next(), { code: 'cancelled' });
  await assert.rejects(velo.run('SELECT 1'), { code: 'cancelled', message: 'this Velostream is closed' });
  await assert.rejects(velo.query('SELECT 1').next(), { message: 'this Velostream is closed' });
  assert.deepEqual(await collect(new Velostream().query('SELECT 1 AS one')), [{ one: 1 }]);
});

test('rows that nobody waits for keep no process alive', () => {
  const program = `
    import { Velostream } from ${JSON.stringify(new URL('../../src/index.ts', import.meta.url).href)};
    const velo = new Velostream({ numPartitions: 1 });
    const sql = ${JSON.stringify(endless)};
    const rows = velo.query(sql);
    await rows.next();
    console.log('reached the end');`;
  const child = spawnSync(process.execPath, ['--expose-gc', '--input-type=module', '-e', program], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  assert.deepEqual([child.status, child.stdout], [0, 'reached the end\n'], child.stderr);
});

test('records that are skipped are told of at the end, each with its place and what is wrong', async () => {
  const bad = join(directory, 'bad.jsonl');
  writeFileSync(bad, '{"p":1}\n{"p":"x"}\n{"p":2}\n{"p":"y"}\n');
  const sql = `CREATE STREAM bad (p INT) WITH (connector = 'file', path = '${bad}', format = 'jsonl', on_error = 'skip');
    SELECT p FROM bad ORDER BY p;`;
  const notices: string[] = [];
  const velo = new Velostream({ onNotice: (text) => notices.push(text) });
  assert.deepEqual(await collect(velo.query(sql)), [{ p: 1 }, { p: 2 }]);
  const [line2, line4] = ['{"p":"x"}', '{"p":"y"}'];
  const told = `2 records could not be used
${bad}, line 2: wrong type in column "p": ${line2}
${bad}, line 4: wrong type in column "p": ${line4}`;
  assert.deepEqual(notices, [told]);
  const [summary] = await velo.run(sql);
  assert.deepEqual(
    [summary?.badRecords, summary?.badRecordSamples.map(({ line, column }) => [line, column])],
    [
      2,
      [
        [2, 'p'],
        [4, 'p'],
      ],
    ],
  );
  assert.equal(notices.length, 2);
  await assert.rejects(
    collect(velo.query(sql.replace("on_error = 'skip'", "on_error = 'fail'"))),
    (error) => {
      assert.ok(error instanceof RecordError);
      assert.equal(error.message, `a record cannot be read: ${bad}, line 2`);
      return error.record.line === 2;
    },
  );
});

function cancelledFor(reason: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof VelostreamError, String(error));
    assert.equal(error.code, 'cancelled');
    return error.cause instanceof Error && error.cause.message === reason;
  };
}
