import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Random } from '../../src/base/random.ts';
import { needs } from '../needs.ts';
import { runVelo, temporaryFolder } from '../support/velo-command.ts';

const cwd = temporaryFolder();
writeFileSync(join(cwd, 'good.jsonl'), '{"a":1,"s":"x"}\n{"a":2,"s":"y"}\n');
writeFileSync(join(cwd, 'mixed.jsonl'), '{"a":1}\n{"a":"two"}\n{"a":3}\nnot json\n{"a":5}\n');

const flights = join(import.meta.dirname, '../../node_modules/vega-datasets/data/flights-3m.parquet');

interface Failure {
  readonly name: string;
  readonly args: readonly string[];
  readonly code: number;
  readonly says: RegExp;
  readonly env?: Readonly<Record<string, string>>;
}

const numbers = (options = ''): string => `CREATE STREAM n (a INT) WITH (path = 'mixed.jsonl'${options});`;

const inline = (path: string): string =>
  `SELECT a FROM m WITH ('m.type' = 'file_source', 'm.path' = '${path}', 'm.on_error' = 'skip');`;

const writer = (path: string): string => `CREATE STREAM o WITH (path = '${path}');`;

const copyTo = (path: string, options = ''): string =>
  `CREATE STREAM copy WITH (path = '${path}'${options}) AS SELECT a FROM 'good.jsonl';`;

const failures: readonly Failure[] = [
  { name: 'no statements', args: ['run'], code: 2, says: /^error: either a file of statements or --execute/ },
  { name: 'an unknown command', args: ['rum', 'x.sql'], code: 2, says: /Did you mean run\?/ },
  { name: 'an unknown option', args: ['run', '--formt', 'csv'], code: 2, says: /Did you mean --format\?/ },
  {
    name: 'a bad count',
    args: ['run', '-p', '0', '-e', 'SELECT 1'],
    code: 2,
    says: /whole number of at least 1/,
  },
  {
    name: 'a missing file of statements',
    args: ['run', 'no.sql'],
    code: 1,
    says: /^error: statements cannot be read/,
  },
  {
    name: 'broken statements',
    args: ['run', '-e', 'SELEC 1;\nSELECT 1 +'],
    code: 1,
    says: /1:1\n[\s\S]*2:\d+\n/,
  },
  {
    name: 'a missing column',
    args: ['validate', '-e', "SELECT b FROM 'good.jsonl'"],
    code: 1,
    says: /column "b" does not exist\n +--> <command line>:1:8\n[\s\S]*\^/,
  },
  {
    name: 'a missing source',
    args: ['run', '-e', "SELECT * FROM 'no.jsonl'"],
    code: 1,
    says: /"no.jsonl" does not exist/,
  },
  {
    name: 'one name for two sources',
    args: ['run', '-e', inline('good.jsonl') + inline('good.jsonl') + inline('mixed.jsonl')],
    code: 1,
    says: /^error: "m" is bound to two sources\n/,
  },
  {
    name: 'a column that a Parquet file does not have',
    args: ['run', '-e', `CREATE STREAM f (delays INT) WITH (path = '${flights}'); SELECT SUM(delays) FROM f`],
    code: 1,
    says: /column "delays" cannot be read from ".*"\n[\s\S]*\ndetail: The columns that can be read are: /,
  },
  {
    name: 'an option that does not exist',
    args: [
      'run',
      '-e',
      "CREATE STREAM t (a INT) WITH (path = 'good.jsonl', delimeter = ';', format = 'csv'); SELECT a FROM t",
    ],
    code: 1,
    says: /Did you mean "delimiter"\?/,
  },
  {
    name: 'a connector that does not exist',
    args: ['run', '-e', "CREATE STREAM t (a INT) WITH (connector = 'fiel'); SELECT a FROM t"],
    code: 1,
    says: /no connector "fiel"[\s\S]*Did you mean "file"\?/,
  },
  {
    name: 'more partitions than there can be',
    args: ['run', '-p', '5000', '-e', 'SELECT 1'],
    code: 2,
    says: /^error: the number of partitions has to be a whole number from 1 to 256, not 5000\n/,
  },
  {
    name: 'an architecture with a parameter that it does not have',
    args: ['validate', '-a', 'v1:0', '-e', 'SELECT 1'],
    code: 2,
    says: /^error: unknown parameter "0" of the architecture "v1"\n/,
  },
  {
    name: 'an unknown architecture',
    args: ['run', '-a', 'v9', '-e', 'SELECT 1'],
    code: 2,
    says: /unknown architecture "v9"/,
  },
  {
    name: 'a file that two statements write',
    args: ['run', '-e', `${writer('./two.jsonl')} INSERT INTO o SELECT 1; INSERT INTO o SELECT 2`],
    code: 1,
    says: /^error: two statements write the file ".\/two.jsonl"\n/,
  },
  {
    name: 'a file that two statements write under two names',
    args: ['run', '-e', `${writer('./two.jsonl')} INSERT INTO o SELECT 1; ${copyTo('two.jsonl')}`],
    code: 1,
    says: /^error: two statements write the file "two.jsonl"\n/,
  },
  {
    name: 'an option of a job that is none of its values',
    args: ['run', '-e', copyTo('o.jsonl', ", 'on-partition-failure' = 'retry'")],
    code: 1,
    says: /^error: "copy": the option "on_partition_failure" has to be one of fail, isolate\n/,
  },
  {
    name: 'an option that a sink does not have',
    args: ['validate', '-e', copyTo('o.jsonl', ", pth = 'x'")],
    code: 1,
    says: /^error: "copy": the connector file has no option "pth"\n/,
  },
  {
    name: 'a missing configuration',
    args: ['run', '-c', 'no.yaml', '-e', 'SELECT 1'],
    code: 1,
    says: /"no.yaml" cannot be read/,
  },
  {
    name: 'a target that cannot be written',
    args: [
      'run',
      '-e',
      "CREATE STREAM o WITH (path = 'no/such.jsonl'); INSERT INTO o SELECT a FROM 'good.jsonl'",
    ],
    code: 1,
    says: /"no\/such.jsonl" cannot be written/,
  },
  {
    name: 'a bad record',
    args: ['run', '-e', `${numbers()} SELECT SUM(a) FROM n`],
    code: 3,
    says: /a record cannot be read: mixed.jsonl, line 2\ndetail: .*\nhint: .*on_error/,
  },
  {
    name: 'more bad records than allowed',
    args: ['run', '-e', `${numbers(", on_error = 'skip', on_error_limit = 1")} SELECT SUM(a) FROM n`],
    code: 3,
    says: /more than 1 records? cannot be used/,
  },
  {
    name: 'an expression that fails on a record',
    args: ['run', '-e', "SELECT 1 / (a - 2) FROM 'good.jsonl'"],
    code: 3,
    says: /an expression fails on a record: good.jsonl, line 2\ndetail: division by zero/,
  },
  {
    name: 'an expression that fails on a row of a Parquet file',
    args: ['run', '-e', `SELECT MAX(1 / (delay - delay)) FROM '${flights}'`],
    code: 3,
    says: /an expression fails on a record: .*flights-3m.parquet, row 1\ndetail: division by zero\n/,
  },
  {
    name: 'a job that fails while it is analysed',
    args: ['explain', '--analyze', '-e', "SELECT 1 / (a - a) FROM 'good.jsonl'"],
    code: 3,
    says: /division by zero/,
  },
  {
    name: 'a thread that needs more objects than Node allows',
    args: ['run', '-e', `SELECT date, delay, COUNT(*) FROM '${flights}' GROUP BY date, delay`],
    env: { NODE_OPTIONS: '--max-old-space-size=16' },
    code: 3,
    says: /^error: partition \d is out of memory\n[\s\S]*--max-old-space-size/,
  },
  {
    name: 'a statement that fails while it is analysed',
    args: ['run', '-e', "EXPLAIN ANALYZE SELECT 1 / (a - a) FROM 'good.jsonl'"],
    code: 3,
    says: /division by zero/,
  },
];

for (const { name, args, code, says, env = {} } of failures) {
  test(`${name} is one clear error`, async () => {
    const result = await runVelo(args, { cwd, env });
    assert.match(result.stderr, says);
    assert.equal(result.code, code, result.stderr);
    assert.doesNotMatch(result.stderr, /\n {4}at |internal error/);
    assert.equal(result.stdout, '');
  });
}

test('statements and records cannot both come from standard input', async () => {
  const sql = "CREATE STREAM t (a INT) WITH (connector = 'stdin'); SELECT COUNT(*) FROM t;";
  for (const command of ['run', 'validate', 'explain', 'bench']) {
    const { code, stdout, stderr } = await runVelo([command, '-'], { cwd, input: sql });
    assert.deepEqual([code, stdout], [1, ''], command);
    assert.match(stderr, /standard input can be read once/);
  }
});

test('an error in the configuration shows its line', async () => {
  writeFileSync(join(cwd, 'bad.yaml'), 'job_server:\n  num_partitions: many\n');
  const { code, stderr } = await runVelo(['run', '-c', 'bad.yaml', '-e', 'SELECT 1'], { cwd });
  assert.equal(code, 1);
  assert.match(
    stderr,
    /^error: "num_partitions" has to be a whole number\n +--> bad.yaml:2:19\n.*\n2 \| .*\n.*\^{4}\n$/,
  );
});

test('bad records are skipped, counted and shown where that is asked for', async () => {
  for (const args of [
    ['-e', `${numbers(", on_error = 'skip'")} SELECT SUM(a) AS s FROM n`],
    ['--on-error', 'skip', '-e', `${numbers()} SELECT SUM(a) AS s FROM n`],
  ]) {
    const { code, stdout, stderr } = await runVelo(['run', ...args], { cwd });
    assert.deepEqual([code, stdout], [0, '{"s":9}\n'], stderr);
    assert.match(
      stderr,
      /^skipped: mixed.jsonl, line 2: .*\nskipped: mixed.jsonl, line 4: .*\n5 records .* 2 skipped,/,
    );
  }
});

test('dead letters keep the payload, the place and the reason', async () => {
  const options = ", on_error = 'dead_letter', dead_letter_path = 'dead.jsonl'";
  const { code, stdout } = await runVelo(
    ['run', '-q', '-e', `${numbers(options)} SELECT SUM(a) AS s FROM n`],
    { cwd },
  );
  assert.deepEqual([code, stdout], [0, '{"s":9}\n']);
  const read = await runVelo(
    ['run', '-q', '-e', 'SELECT payload, "offset" AS at FROM \'dead.jsonl\' ORDER BY 2'],
    {
      cwd,
    },
  );
  assert.equal(read.stdout, '{"payload":"{\\"a\\":\\"two\\"}","at":8}\n{"payload":"not json","at":28}\n');
});

test('a job that fails leaves no target behind, and an old one as it was', async () => {
  mkdirSync(join(cwd, 'out'));
  writeFileSync(join(cwd, 'out/old.csv'), 'a\n0\n');
  for (const name of ['new.csv', 'old.csv']) {
    const sql = `${numbers()} CREATE STREAM o WITH (path = 'out/${name}'); INSERT INTO o SELECT a FROM n`;
    assert.equal((await runVelo(['run', '-e', sql], { cwd })).code, 3);
  }
  assert.deepEqual(readdirSync(join(cwd, 'out')), ['old.csv']);
});

test('a full disk is an error', needs('/dev/full', existsSync('/dev/full')), async () => {
  const target =
    "CREATE STREAM o WITH (path = '/dev/full', format = 'jsonl'); INSERT INTO o SELECT a FROM 'good.jsonl'";
  const file = await runVelo(['run', '-e', target], { cwd });
  assert.equal(file.code, 3);
  assert.match(file.stderr, /cannot be written\ndetail: ENOSPC/);
  const main = join(import.meta.dirname, '../../src/cli/main.ts');
  const stdio = ['ignore', openSync('/dev/full', 'w'), 'pipe'] as const;
  for (const args of [
    ['run', '-e', "SELECT a FROM 'good.jsonl'"],
    ['validate', '-e', 'SELECT 1'],
    ['--help'],
  ]) {
    const all = [main, ...args];
    const output = spawnSync(process.execPath, all, { cwd, stdio: [...stdio], encoding: 'utf8' });
    assert.equal(output.status, 3, args[0]);
    assert.match(output.stderr, /^error: standard output cannot be written\ndetail: ENOSPC/);
  }
});

test('bytes of any kind never crash the command', async () => {
  const random = Random.fromSeed(42);
  const forms = [
    ["path = 'noise.bin', format = 'jsonl'", '--on-error', 'skip'],
    ["path = 'noise.bin', format = 'csv'", '--on-error', 'skip'],
    ["path = 'noise.bin', format = 'csv', quote = '', delimiter = ';'", '--on-error', 'fail'],
    ["path = 'noise.bin', format = 'parquet'", '--on-error', 'skip'],
    ["path = 'noise.jsonl.gz', format = 'jsonl'", '--on-error', 'skip'],
  ] as const;
  for (const [properties, ...flags] of forms) {
    const noise = Uint8Array.from({ length: 5000 }, () => random.int(0, 255));
    for (const name of ['noise.bin', 'noise.jsonl.gz']) writeFileSync(join(cwd, name), noise);
    const sql = `CREATE STREAM t (a INT, b VARCHAR) WITH (${properties}); SELECT COUNT(*) FROM t`;
    const { code, stderr } = await runVelo(['run', ...flags, '-e', sql], { cwd });
    assert.ok(code === 0 || code === 1 || code === 3, `${properties}: ${code} ${stderr}`);
    assert.doesNotMatch(stderr, /internal error|\n {4}at /);
  }
});

test('a benchmark may do without warming up, and tells one row', async () => {
  const { code, stdout, stderr } = await runVelo(['bench', '--warmup', '0', '-n', '1', '-e', 'SELECT 1'], {
    cwd,
  });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^query_1: 0 records, 1 row\n[\s\S]*\n {2}1 run\n$/);
});

test('input that can be read only once cannot be measured', async () => {
  const sql =
    "CREATE STREAM s (a INT) WITH (connector = 'stdin', format = 'jsonl'); SELECT COUNT(*) AS n FROM s";
  const { code, stdout, stderr } = await runVelo(['bench', '-e', sql], { cwd, input: '{"a":1}\n{"a":2}\n' });
  assert.equal(code, 3);
  assert.equal(stdout, '');
  assert.match(
    stderr,
    /^error: query_1 read 2 records in its first run and 0 in a later one\nhint: Measure /,
  );
});
