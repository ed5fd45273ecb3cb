// biome-ignore-all lint/suspicious/noControlCharactersInRegex: it is about what a terminal is told.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { constants, existsSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { needs } from '../needs.ts';
import {
  hasTerminals,
  resultOf,
  startOnTerminal,
  startVelo,
  temporaryFolder,
  untilOutput,
} from '../support/velo-command.ts';

const cwd = temporaryFolder();
const endless =
  "CREATE STREAM g (i BIGINT) WITH (connector = 'datagen', rows_per_second = 200, 'fields.i.start' = 0);";

const pause = (millis: number): Promise<void> => new Promise((settle) => setTimeout(settle, millis));

/** Whether something could be read; a pipe that is empty, or has no writer yet, has nothing. */
function readsByte(descriptor: number, target: Uint8Array): boolean {
  try {
    return readSync(descriptor, target) > 0;
  } catch {
    return false;
  }
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  test(`${signal} ends an endless job with what it has read, and a summary`, async () => {
    const child = startVelo(['run', '-e', `${endless} SELECT i FROM g; SELECT 1 AS never;`], { cwd });
    const ended = resultOf(child);
    await untilOutput(child, 'stdout', /"i":20\}/);
    child.kill(signal);
    const result = await ended;
    assert.equal(result.code, code, result.stderr);
    const rows = result.stdout.trimEnd().split('\n');
    assert.deepEqual(
      rows,
      rows.map((_, i) => `{"i":${i}}`),
    );
    assert.match(result.stderr, /^stopping; .*\n\d+ records in .*, interrupted, /);
  });
}

test('an interrupted job commits its file', async () => {
  const sql = `${endless} CREATE STREAM o WITH (path = 'some.jsonl'); INSERT INTO o SELECT i FROM g`;
  const child = startVelo(['run', '-e', sql], { cwd });
  const ended = resultOf(child);
  const hasRows = (name: string): boolean => name.endsWith('.partial') && statSync(join(cwd, name)).size > 0;
  while (!readdirSync(cwd).some(hasRows)) await pause(20);
  child.kill('SIGINT');
  assert.equal((await ended).code, 130);
  assert.deepEqual(readdirSync(cwd), ['some.jsonl']);
  const rows = readFileSync(join(cwd, 'some.jsonl'), 'utf8').trimEnd();
  assert.ok(rows === '' || rows.split('\n').every((row, i) => row === `{"i":${i}}`));
});

test('standard input that gives nothing can be interrupted', async () => {
  const sql = "CREATE STREAM s (a INT) WITH (connector = 'stdin'); SELECT a FROM s";
  const child = startVelo(['run', '-e', sql], { cwd, keepsInputOpen: true });
  const ended = resultOf(child);
  child.stdin?.write('{"a":1}\n');
  await untilOutput(child, 'stdout', /"a":1/);
  child.kill('SIGINT');
  assert.equal((await ended).code, 130);
});

test('a second signal ends a job that is stuck, at once and without a half-written file', async () => {
  const pipe = join(cwd, 'stuck');
  execFileSync('mkfifo', [pipe]);
  const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  assert.ok(reader > 0);
  const sql = `CREATE STREAM g (s VARCHAR) WITH (connector = 'datagen', rows = 3000000, 'fields.s.template' = 'long text {i}');
    CREATE STREAM o WITH (path = 'stuck', format = 'jsonl'); INSERT INTO o SELECT s FROM g`;
  const child = startVelo(['run', '-e', sql], { cwd });
  const ended = resultOf(child);
  // Once there are rows in the pipe nobody empties it, so that the job fills it and waits.
  const bytes = new Uint8Array(1);
  while (!readsByte(reader, bytes)) await pause(20);
  child.kill('SIGINT');
  await untilOutput(child, 'stderr', /stopping/);
  child.kill('SIGINT');
  const result = await ended;
  assert.deepEqual([result.code, result.signal], [null, 'SIGINT']);
  assert.ok(readdirSync(cwd).every((name) => !name.endsWith('.partial')));
  assert.ok(existsSync(pipe));
});

test(
  'a terminal shows progress, cuts the table to its width, and Ctrl-C on it ends the job',
  needs('script', hasTerminals),
  async () => {
    const sql = `${endless} CREATE STREAM w (s VARCHAR) WITH (connector = 'datagen', rows = 3, 'fields.s.template' = '${'wide '.repeat(30)}{i}');
    SELECT s, s AS again FROM w; SELECT COUNT(*) AS n FROM g`;
    const child = startOnTerminal(['run', '-e', sql], cwd, 70);
    const ended = resultOf(child);
    await untilOutput(child, 'stdout', /\(3 rows\)[\s\S]*\r\x1b\[2K\d+ records {2}\d+\/s/);
    child.stdin?.write('\u0003');
    const { code, stdout } = await ended;
    assert.equal(code, 130, stdout);
    const lines = stdout.replaceAll('\x1b[2K', '').split(/[\r\n]+/);
    const table = lines.filter((line) => line.includes('wide'));
    assert.equal(table.length, 3);
    assert.ok(table.every((line) => line.length <= 70 && line.endsWith('…')));
    assert.match(stdout, / n *\r\n-+\r\n +\d+\r\n\(1 row\)\r\n/);
    assert.match(stdout, /interrupted/);
  },
);
