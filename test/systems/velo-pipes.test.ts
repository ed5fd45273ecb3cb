import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { needs } from '../needs.ts';
import { resultOf, runVelo, startVelo, temporaryFolder } from '../support/velo-command.ts';

const cwd = temporaryFolder();
const weather = '{"city":"Oslo","degrees":3}\n{"city":null,"degrees":21}\n{"city":"","degrees":5}\n';
writeFileSync(join(cwd, 'weather.jsonl'), weather);
writeFileSync(join(cwd, 'weather.jsonl.gz'), gzipSync(weather));

const select = "SELECT city, degrees FROM 'weather.jsonl' ORDER BY degrees";
const wide = "CREATE STREAM g (i BIGINT, s VARCHAR) WITH (connector = 'datagen', rows = 300000,";
const rows = `${wide} 'fields.i.start' = 0); SELECT i, s FROM g`;

test('rows in a pipe are JSON lines, and nothing else is on standard output', async () => {
  const { code, stdout, stderr } = await runVelo(['run', '-e', select], { cwd });
  assert.equal(code, 0);
  assert.equal(stdout, '{"city":"Oslo","degrees":3}\n{"city":"","degrees":5}\n{"city":null,"degrees":21}\n');
  assert.match(stderr, /^3 records in .*, (?:v1|partitioned|single_actor) \(.*\)\n$/);
});

test('CSV has a header and tells NULL from the empty string; a table is aligned', async () => {
  const csv = await runVelo(['run', '-e', select, '--format', 'csv', '--quiet'], { cwd });
  assert.deepEqual([csv.stdout, csv.stderr], ['city,degrees\nOslo,3\n"",5\n,21\n', '']);
  const table = await runVelo(['run', '-e', select, '-f', 'table', '-q'], { cwd });
  const lines = [
    ' city | degrees',
    '------+---------',
    ' Oslo |       3',
    '      |       5',
    ' NULL |      21',
  ];
  assert.equal(table.stdout, `${lines.join('\n')}\n(3 rows)\n`);
});

test('several results come in order and are parted', async () => {
  const sql = 'SELECT 1 AS a; SELECT 2 AS b;';
  const csv = await runVelo(['run', '-e', sql, '-f', 'csv', '-q'], { cwd });
  assert.equal(csv.stdout, 'a\n1\n\nb\n2\n');
  const jsonl = await runVelo(['run', '-e', sql, '-q'], { cwd });
  assert.equal(jsonl.stdout, '{"a":1}\n{"b":2}\n');
});

test('EXPLAIN of a declaration tells what is declared, in its turn', async () => {
  const sql = "EXPLAIN CREATE STREAM s (a INT) WITH (connector = 'datagen'); EXPLAIN SELECT 1;";
  for (const command of ['run', 'explain']) {
    const { stdout } = await runVelo([command, '-e', sql], { cwd });
    assert.match(stdout, /^Declare stream s: a INT\n {2}connector = datagen\n+Logical plan\n/);
  }
});

test('statements come from a file, an argument or standard input, records from there too', async () => {
  const sql =
    "CREATE STREAM s (city VARCHAR, degrees INT) WITH (connector = 'stdin'); SELECT SUM(degrees) AS d FROM s";
  writeFileSync(join(cwd, 'sum.sql'), sql);
  for (const args of [['sum.sql'], ['-e', sql]]) {
    const { stdout } = await runVelo(['run', '-q', ...args], { cwd, input: weather });
    assert.equal(stdout, '{"d":29}\n');
  }
  const { stdout } = await runVelo(['run', '-q', '-'], { cwd, input: 'SELECT 1 AS one' });
  assert.equal(stdout, '{"one":1}\n');
  const none = await runVelo(['run', '-q', 'sum.sql'], { cwd });
  assert.deepEqual([none.code, none.stdout], [0, '{"d":null}\n']);
});

test('packed files are read as plain ones', async () => {
  const sql = (path: string): string => `SELECT COUNT(*) AS n, SUM(degrees) AS d FROM '${path}'`;
  for (const path of ['weather.jsonl', 'weather.jsonl.gz', 'weather*']) {
    const { stdout } = await runVelo(['run', '-q', '-e', sql(path)], { cwd });
    assert.equal(stdout, path.endsWith('*') ? '{"n":6,"d":58}\n' : '{"n":3,"d":29}\n');
  }
});

test('a reader that goes away ends the run at once and without a word', async () => {
  const child = startVelo(['run', '-e', rows], { cwd });
  const ended = resultOf(child);
  child.stdout?.once('data', () => child.stdout?.destroy());
  const { code, stderr } = await ended;
  assert.deepEqual([code, stderr], [141, '']);
});

test('a reader that is slow gets every row', async () => {
  const child = startVelo(['run', '-e', rows, '-q'], { cwd });
  const seen = new Set<string>();
  let rest = '';
  for await (const bytes of child.stdout ?? []) {
    const lines = (rest + String(bytes)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) seen.add(/"i":(\d+)/.exec(line)?.[1] ?? '');
    if (seen.size % 7 === 0) await new Promise((settle) => setTimeout(settle, 1));
  }
  assert.deepEqual([seen.size, rest], [300_000, '']);
});

test('what was written can be read again', async () => {
  const sql = `${wide} 'fields.s.null_fraction' = 0.2);
    CREATE STREAM j WITH (path = 'copy.jsonl'); INSERT INTO j SELECT * FROM g;
    SELECT COUNT(*) AS n, COUNT(s) AS s, SUM(i) AS i FROM g`;
  const original = await runVelo(['run', '-q', '-e', sql], { cwd });
  assert.equal(original.code, 0, original.stderr);
  const again = "SELECT COUNT(*) AS n, COUNT(s) AS s, SUM(i) AS i FROM 'copy.jsonl'";
  const copy = await runVelo(['run', '-q', '-e', again], { cwd });
  assert.equal(copy.stdout, original.stdout);
});

test(
  'a descriptor as a file gets the rows where it stands',
  needs('/dev/fd', existsSync('/dev/fd/1')),
  () => {
    const main = join(import.meta.dirname, '../../src/cli/main.ts');
    writeFileSync(join(cwd, 'log.txt'), 'before\n');
    const log = openSync(join(cwd, 'log.txt'), 'a');
    const copyTo = (path: string): string =>
      `CREATE STREAM o WITH (path = '${path}', format = 'csv') AS SELECT degrees FROM 'weather.jsonl'`;
    const outputs: (string | null)[] = [];
    for (const [path, stdout] of [
      ['/dev/stdout', log],
      ['/dev/stdout', 'pipe'],
      ['/dev/fd/3', 'ignore'],
      ['/proc/self/fd/3', 'ignore'],
    ] as const) {
      const stdio = ['ignore', stdout, 'pipe', 'pipe'] as const;
      const args = [main, 'run', '-q', '-e', copyTo(path)];
      const child = spawnSync(process.execPath, args, { cwd, stdio: [...stdio], encoding: 'utf8' });
      assert.equal(child.status, 0, child.stderr);
      outputs.push(child.output.find((text, i) => i !== 2 && text) ?? null);
    }
    const rows = 'degrees\n3\n21\n5\n';
    assert.deepEqual(outputs, [null, rows, rows, rows]);
    assert.equal(readFileSync(join(cwd, 'log.txt'), 'utf8'), `before\n${rows}`);
  },
);
