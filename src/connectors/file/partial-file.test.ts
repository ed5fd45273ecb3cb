import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import { encodeUtf8 } from '../../base/bytes.ts';
import { fileSink } from './file-sink.ts';
import { listFiles } from './list-files.ts';
import { createPartialFile, removePartialFiles } from './partial-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'velostream-sink-'));
after(() => rmSync(folder, { recursive: true }));

const noHeader = (): Uint8Array => new Uint8Array(0);

test('the file appears at the commit, whole, and nothing else stays', async () => {
  const path = join(folder, 'a.jsonl');
  const writer = await createPartialFile(path, () => encodeUtf8('head\n'));
  await writer.open([]);
  await writer.write(encodeUtf8('row\n'));
  assert.ok(!existsSync(path));
  await writer.prepare?.();
  await writer.commit();
  assert.equal(readFileSync(path, 'utf8'), 'head\nrow\n');
  assert.deepEqual(readdirSync(folder), ['a.jsonl']);
});

test('an aborted job, and a process that ends at once, leave what was there before', async () => {
  const path = join(folder, 'b.jsonl');
  writeFileSync(path, 'old\n');
  const aborted = await createPartialFile(path, noHeader);
  await aborted.write(encodeUtf8('half'));
  await aborted.abort();
  const left = await createPartialFile(path, noHeader);
  await left.write(encodeUtf8('half'));
  removePartialFiles();
  assert.equal(readFileSync(path, 'utf8'), 'old\n');
  assert.ok(readdirSync(folder).every((name) => !name.endsWith('.partial')));
  await left.abort();
});

test('several write one file at once, and the last to commit wins', async () => {
  const path = join(folder, 'several.jsonl');
  const writers = await Promise.all([1, 2, 3].map(() => createPartialFile(path, noHeader)));
  for (const [i, writer] of writers.entries()) {
    await writer.write(encodeUtf8(`${i}\n`));
    await writer.prepare?.();
    await writer.commit();
    const late = await createPartialFile(path, noHeader);
    await late.abort();
  }
  assert.equal(readFileSync(path, 'utf8'), '2\n');
});

test('what is not complete is no data for those who read the folder or a pattern', async () => {
  const path = join(folder, 'data', 'new.jsonl');
  mkdirSync(join(folder, 'data'));
  const writer = await createPartialFile(path, noHeader);
  writeFileSync(join(folder, 'data', 'old.jsonl'), 'old\n');
  for (const read of [join(folder, 'data'), join(folder, 'data', '*')]) {
    const names = listFiles(read).map((file) => basename(file.path));
    assert.deepEqual(names, ['old.jsonl']);
  }
  await writer.abort();
});

test('a name may be as long as the file system allows', async () => {
  for (const name of [`${'n'.repeat(249)}.jsonl`, `${'é'.repeat(124)}.jsonl`]) {
    const writer = await createPartialFile(join(folder, name), noHeader);
    await writer.prepare?.();
    await writer.commit();
    assert.ok(existsSync(join(folder, name)));
  }
});

test('a file that is replaced is as closed as it was, whatever the mask of the process', async () => {
  const mask = process.umask(0o022);
  try {
    for (const mode of [0o600, 0o666, 0o440]) {
      const path = join(folder, `closed-${mode}.jsonl`);
      writeFileSync(path, 'old\n');
      chmodSync(path, mode);
      const writer = await createPartialFile(path, noHeader);
      const partial = readdirSync(folder).find((name) => name.includes('.partial')) ?? '';
      assert.equal(statSync(join(folder, partial)).mode & 0o7777, mode);
      await writer.prepare?.();
      await writer.commit();
      assert.equal(statSync(path).mode & 0o7777, mode);
    }
  } finally {
    process.umask(mask);
  }
});

test('a folder that can be written but not read holds the file when it is committed', async () => {
  const closed = mkdtempSync(join(tmpdir(), 'velostream-closed-'));
  const isRoot = process.getuid?.() === 0;
  try {
    // The superuser reads every folder.
    if (isRoot) chownSync(closed, 65_534, 65_534);
    chmodSync(closed, 0o300);
    if (isRoot) process.seteuid?.(65_534);
    const writer = await createPartialFile(join(closed, 'a.jsonl'), noHeader);
    await writer.prepare?.();
    await writer.commit();
    assert.ok(existsSync(join(closed, 'a.jsonl')));
  } finally {
    if (isRoot) process.seteuid?.(0);
    chmodSync(closed, 0o700);
    rmSync(closed, { recursive: true });
  }
});

test('a link stays a link, and its target gets the content', async () => {
  const target = join(folder, 'target.jsonl');
  writeFileSync(target, 'old\n');
  const link = join(folder, 'link.jsonl');
  symlinkSync(target, link);
  const writer = await createPartialFile(link, noHeader);
  await writer.write(encodeUtf8('new\n'));
  await writer.prepare?.();
  await writer.commit();
  assert.equal(readFileSync(target, 'utf8'), 'new\n');
});

test('a place that cannot be written is refused before any work', async () => {
  const isRefused = { code: 'sink_unavailable' };
  await assert.rejects(createPartialFile(join(folder, 'no/such/x.jsonl'), noHeader), isRefused);
  await assert.rejects(createPartialFile(folder, noHeader), { ...isRefused, detail: 'it is a directory' });
});

test('the sink checks its options, and writes a header only where one is wanted', async () => {
  const path = join(folder, 'c.csv');
  const sink = (format: string, options: Record<string, string>) => ({
    relation: 'c',
    connector: 'file',
    format,
    options,
  });
  assert.equal(fileSink.rowFormat(sink('csv', { path })), 'csv');
  assert.throws(() => fileSink.rowFormat(sink('parquet', { path })), { code: 'sql_invalid_option' });
  assert.throws(
    () => fileSink.rowFormat(sink('csv', { path, delimiter: ';' })),
    /only be written with comma/,
  );
  assert.throws(() => fileSink.rowFormat(sink('jsonl', { path: 'x.jsonl.gz' })), /packed/);
  assert.throws(() => fileSink.rowFormat(sink('jsonl', {})), /no path/);
  assert.throws(() => fileSink.rowFormat(sink('jsonl', { paht: 'x', path })), {
    hint: 'Did you mean "path"?',
  });
  const column = { type: { kind: 'int' }, nullable: true } as const;
  const schema = [
    { ...column, name: 'a' },
    { ...column, name: 'b, "c"' },
  ];
  for (const [header, expected] of [
    ['true', 'a,"b, ""c"""\n'],
    ['false', ''],
  ] as const) {
    const writer = await fileSink.create(sink('csv', { path, header }));
    await writer.open(schema);
    await writer.prepare?.();
    await writer.commit();
    assert.equal(readFileSync(path, 'utf8'), expected);
  }
});

test('a name that was taken by a folder meanwhile is noticed before anything becomes visible', async () => {
  const path = join(folder, 'taken.jsonl');
  const writer = await createPartialFile(path, () => new Uint8Array(0));
  await writer.open([]);
  mkdirSync(path);
  await assert.rejects(async () => writer.prepare?.(), { code: 'sink_unavailable', detail: /directory/ });
  await writer.abort();
  assert.deepEqual(readdirSync(path), []);
});
