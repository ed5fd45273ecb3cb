import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs, { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, mock, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { decodeUtf8 } from '../../base/bytes.ts';
import { printSchema } from '../../columns/schema.ts';
import type { SourcePlan, UnboundSource } from '../../io/source.ts';
import { fileSource } from './file-source.ts';

const folder = mkdtempSync(join(tmpdir(), 'velostream-file-'));
after(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
}

function source(path: string, format: string, options: Record<string, string> = {}): UnboundSource {
  const onError = { action: 'fail', limit: 0, deadLetterPath: undefined } as const;
  return { relation: 't', connector: 'file', format, options: { path, ...options }, onError };
}

function plan(spec: UnboundSource): Promise<SourcePlan> {
  return fileSource.plan({ ...spec, schema: [] });
}

const names = (found: SourcePlan): string[] => found.units.map(({ name }) => name.slice(folder.length + 1));

test('a path is a file, what a glob matches, or what a directory holds, in the order of names', async () => {
  write('many/b.jsonl', '{"a":1}\n');
  write('many/a.jsonl', '{"a":2}\n');
  write('many/.hidden', 'x');
  write('many/_SUCCESS', 'x');
  mkdirSync(join(folder, 'many/deep'));
  assert.deepEqual(names(await plan(source(join(folder, 'many'), 'jsonl'))), [
    'many/a.jsonl',
    'many/b.jsonl',
  ]);
  assert.deepEqual(names(await plan(source(join(folder, 'many/*.jsonl'), 'jsonl'))), [
    'many/a.jsonl',
    'many/b.jsonl',
  ]);
  assert.deepEqual(names(await plan(source(join(folder, 'many/{b,c}*'), 'jsonl'))), ['many/b.jsonl']);
});

test('what is no file in a directory is passed over, and one that cannot be read is an error', async () => {
  write('mixed/a.jsonl', '{"a":1}\n');
  execFileSync('mkfifo', [join(folder, 'mixed/pipe.jsonl')]);
  symlinkSync('nowhere', join(folder, 'mixed/dangling.jsonl'));
  symlinkSync('loop.jsonl', join(folder, 'mixed/loop.jsonl'));
  symlinkSync('a.jsonl', join(folder, 'mixed/link.jsonl'));
  for (const path of [join(folder, 'mixed'), join(folder, 'mixed/*')]) {
    assert.deepEqual(names(await plan(source(path, 'jsonl'))), ['mixed/a.jsonl', 'mixed/link.jsonl']);
  }
  const mocked = mock.method(fs, 'readdirSync', () => {
    throw Object.assign(new Error('EACCES: permission denied, scandir'), { syscall: 'scandir' });
  });
  syncBuiltinESMExports();
  try {
    await assert.rejects(plan(source(join(folder, 'mixed'), 'jsonl')), {
      code: 'source_unavailable',
      domain: 'external',
      detail: 'EACCES: permission denied',
    });
  } finally {
    mocked.mock.restore();
    syncBuiltinESMExports();
  }
});

test('a name that looks like a glob is a file when there is one of that name', async () => {
  const path = write('odd[1].jsonl', '{}\n');
  assert.deepEqual(names(await plan(source(path, 'jsonl'))), ['odd[1].jsonl']);
});

test('a plain file is cut into chunks, a packed one is a single unit without an end', async () => {
  const path = write('cut.jsonl', 'x'.repeat(250));
  const { units, byteCount } = await plan(source(path, 'jsonl', { chunk_bytes: '100' }));
  assert.deepEqual(
    units.map(({ start, end, chunk, splitEnd }) => [start, end, chunk, splitEnd]),
    [
      [0, 100, 0, 250],
      [100, 200, 1, 250],
      [200, 250, 2, 250],
    ],
  );
  assert.equal(byteCount, 250);
  const packed = await plan(
    source(write('p.jsonl.gz', gzipSync('{"a":1}\n')), 'jsonl', { chunk_bytes: '3' }),
  );
  assert.equal(packed.units.length, 1);
  assert.deepEqual([packed.units[0]?.end, packed.units[0]?.compression], [Number.POSITIVE_INFINITY, 'gzip']);
  assert.deepEqual((await plan(source(write('empty.jsonl', ''), 'jsonl'))).units, []);
});

test('what is not there, not readable or not matched is one clear error', async () => {
  const isGone = { code: 'source_unavailable' };
  await assert.rejects(plan(source(join(folder, 'no.jsonl'), 'jsonl')), {
    ...isGone,
    message: /does not exist$/,
  });
  await assert.rejects(plan(source(join(folder, 'no*.jsonl'), 'jsonl')), {
    ...isGone,
    message: /^no file matches/,
  });
  mkdirSync(join(folder, 'void'));
  await assert.rejects(plan(source(join(folder, 'void'), 'jsonl')), { ...isGone, message: /holds no file$/ });
  const inFile = join(write('plain.jsonl', ''), 'x.jsonl');
  await assert.rejects(plan(source(inFile, 'jsonl')), isGone);
});

test('options that do not exist or do not fit are refused, with the nearest name', async () => {
  const path = write('o.csv', 'a\n1\n');
  const refuses = (format: string, options: Record<string, string>, expected: object): Promise<void> =>
    assert.rejects(plan(source(path, format, options)), { code: 'sql_invalid_option', ...expected });
  await refuses('csv', { delimeter: ';' }, { hint: 'Did you mean "delimiter"?' });
  await refuses('jsonl', { delimiter: ';' }, { message: /has no option "delimiter"/ });
  await refuses('csv', { delimiter: ';;' }, { message: /has to be one character/ });
  await refuses('csv', { header: 'perhaps' }, { message: /has to be one of true, false/ });
  await refuses('jsonl', { chunk_bytes: '0' }, { message: /at least 1/ });
  await refuses('avro', {}, { message: /the format "avro"/ });
});

test('columns are found in JSON lines, packed or not, as the union over the first records', async () => {
  const text = [
    '{"id":1,"price":1,"at":"2024-01-02T03:04:05","day":"2024-01-02","ok":true,"name":"x","none":null}',
    'not a record',
    '{"id":9223372036854775807,"price":1.5,"at":"2024-01-02 03:04:05.25","zone":"2024-01-02T03:04:05Z"}',
    '{"id":3,"late":{"a":1},"mixed":1}',
    '{"mixed":"one","big":9223372036854775808,"float":1.0}',
  ].join('\n');
  const expected =
    'id BIGINT, price DOUBLE, at TIMESTAMP, day DATE, ok BOOLEAN, name VARCHAR, none VARCHAR, ' +
    'zone TIMESTAMPTZ, late VARCHAR, mixed VARCHAR, big DOUBLE, float DOUBLE';
  assert.equal(printSchema(await fileSource.inferSchema(source(write('i.jsonl', text), 'jsonl'))), expected);
  const packed = source(write('i.jsonl.gz', gzipSync(text)), 'jsonl');
  assert.equal(printSchema(await fileSource.inferSchema(packed)), expected);
});

test('columns are found in CSV by its header and its values', async () => {
  const path = write(
    'i.csv',
    '\ufeffid,"full name",zip,share,when,flag,empty\r\n1,"A, B",01234,1e-3,2024-01-01,true,\r\n',
  );
  assert.equal(
    printSchema(await fileSource.inferSchema(source(path, 'csv'))),
    'id BIGINT, full name VARCHAR, zip VARCHAR, share DOUBLE, when DATE, flag BOOLEAN, empty VARCHAR',
  );
  const bare = source(write('bare.csv', '1;x\n2;y\n'), 'csv', { header: 'false', delimiter: ';' });
  assert.equal(printSchema(await fileSource.inferSchema(bare)), 'column1 BIGINT, column2 VARCHAR');
});

test('data in which no columns can be found says what it is instead', async () => {
  const rejects = (content: string, detail: RegExp): Promise<void> =>
    assert.rejects(fileSource.inferSchema(source(write('bad.jsonl', content), 'jsonl')), {
      code: 'source_format',
      detail,
    });
  await rejects('[{"a":1}]', /JSON array/);
  await rejects('a,b\n1,2\n', /No line of it is a JSON object/);
  await rejects('', /no record yet/);
  const open = source(write('open.csv', '"a,b\n1,2\n'), 'csv');
  const message = `file "${open.options.path}" cannot be read as CSV`;
  await assert.rejects(fileSource.inferSchema(open), { code: 'source_format', message });
  await assert.rejects(fileSource.sample(open), { detail: 'A quote in its header is not closed.' });
  const twice = source(write('twice.csv', 'a,a\n1,2\n'), 'csv');
  await assert.rejects(fileSource.inferSchema(twice), { detail: /names "a" twice/ });
});

test('a sample of a long file ends with a whole record', async () => {
  const path = write('long.jsonl', `{"text":"${'x'.repeat(97)}"}\n`.repeat(20_000));
  const sample = await fileSource.sample(source(path, 'jsonl'));
  assert.ok(sample.length > 500_000 && sample.length < 2_000_000);
  assert.ok(decodeUtf8(sample).endsWith('"}\n'));
});

test('a Parquet file is cut at its row groups, and its columns have the types it says', async () => {
  const path = 'node_modules/vega-datasets/data/flights-3m.parquet';
  assert.equal(
    printSchema(await fileSource.inferSchema(source(path, 'parquet'))),
    'date TIMESTAMP, delay BIGINT, distance BIGINT, origin VARCHAR, destination VARCHAR',
  );
  const { units } = await plan(source(path, 'parquet'));
  assert.equal(units.length, 11);
  assert.equal(units.at(-1)?.end, 3_000_000);
  const broken = write('broken.parquet', 'PAR1 and then nothing');
  await assert.rejects(plan(source(broken, 'parquet')), { code: 'source_format' });
});

test('a named pipe is a unit without an end, and is not read ahead', async () => {
  const path = join(folder, 'pipe.jsonl');
  execFileSync('mkfifo', [path]);
  const { units } = await plan(source(path, 'jsonl'));
  assert.deepEqual(
    units.map(({ end }) => end),
    [Number.POSITIVE_INFINITY],
  );
  assert.equal((await fileSource.sample(source(path, 'jsonl'))).length, 0);
});
