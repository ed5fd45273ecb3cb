/** The header of every CSV that is read: of each of several files, and of what cannot be read ahead. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { runSql } from '../support/run-sql.ts';
import { runVelo, temporaryFolder } from '../support/velo-command.ts';

const cwd = temporaryFolder();

/** Writes the files into a folder of their own, and gives the rows of all. */
async function rowsOf(name: string, files: readonly string[], pack = false): Promise<readonly string[]> {
  const folder = join(cwd, name);
  mkdirSync(folder);
  for (const [i, text] of files.entries()) {
    writeFileSync(join(folder, `${i}.csv${pack ? '.gz' : ''}`), pack ? gzipSync(text) : text);
  }
  const declared = `CREATE STREAM t (x INT, y INT) WITH (path = '${folder}/*', format = 'csv')`;
  const sql = `${declared}; SELECT x, y FROM t`;
  const { statements } = await runSql(sql, { architecture: { numPartitions: 2 } });
  return (statements[0]?.rows ?? []).toSorted();
}

const permuted = {
  code: 'source_format',
  message: /^the header of ".*1\.csv.*" is not the one expected$/,
  detail: 'It names "y", "x"; expected is "x", "y".',
};

test('a file with its columns in other places than the first one is refused', async () => {
  await assert.rejects(rowsOf('plain', ['x,y\n1,2\n', 'y,x\n3,4\n']), permuted);
  await assert.rejects(rowsOf('packed', ['x,y\n1,2\n', 'y,x\n3,4\n'], true), permuted);
  await assert.rejects(rowsOf('longer', ['x,y\n1,2\n', 'x,y,z\n3,4,5\n']), { code: 'source_format' });
});

test('of several files that are refused, the first one is named', async () => {
  const later = Array<string>(20).fill('z\n1\n');
  await assert.rejects(rowsOf('several', ['x,y\n1,2\n', 'y,x\n3,4\n', ...later]), permuted);
});

test('headers agree in the names that count, whatever their case, and empty lines before them', async () => {
  assert.deepEqual(
    await rowsOf('alike', ['x,y,a\n1,2,0\n', '\ufeffX,"Y",b\r\n3,4,0\r\n', '\n\nx,y,c\n5,6,0\n']),
    ['{"x":1,"y":2}', '{"x":3,"y":4}', '{"x":5,"y":6}'],
  );
});

test('files in which there is nothing have no header', async () => {
  for (const pack of [false, true]) {
    assert.deepEqual(await rowsOf(`nothing-${pack}`, ['', 'y,x\n1,2\n', ''], pack), ['{"x":2,"y":1}']);
  }
});

test('a field that the header does not name is called by its place', async () => {
  const path = join(cwd, 'unnamed.csv');
  writeFileSync(path, ',a\n0,1\n');
  const { statements } = await runSql(`SELECT * FROM '${path}'`, { architecture: {} });
  assert.deepEqual(statements[0]?.rows, ['{"column1":0,"a":1}']);
});

test('the header of standard input has to name the declared columns, in their order', async () => {
  const sql = "CREATE STREAM t (x INT, y INT) WITH (connector = 'stdin', format = 'csv'); SELECT x, y FROM t";
  const read = (input: string) => runVelo(['run', '-q', '-e', sql], { cwd, input });
  assert.equal((await read('X,y\n1,2\n')).stdout, '{"x":1,"y":2}\n');
  const { code, stdout, stderr } = await read('y,x\n1,2\n');
  assert.deepEqual([code, stdout], [3, '']);
  assert.match(
    stderr,
    /^error: the header of "stdin" is not the one expected\ndetail: It names "y", "x"; exp/,
  );
});

test('so does that of a named pipe, unless it has none', async () => {
  const pipe = join(cwd, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const read = (text: string, header: string) => {
    spawn('sh', ['-c', 'printf "$1" > "$2"', 'sh', text, pipe]);
    const options = `path = '${pipe}', format = 'csv', header = '${header}'`;
    const sql = `CREATE STREAM t (x INT, y INT) WITH (${options}); SELECT x, y FROM t`;
    return runSql(sql, { architecture: { numPartitions: 1 } });
  };
  await assert.rejects(read('y,x\n1,2\n', 'TRUE'), { code: 'source_format', hint: /in its order/ });
  assert.deepEqual((await read('1,2\n', 'FALSE')).statements[0]?.rows, ['{"x":1,"y":2}']);
});
