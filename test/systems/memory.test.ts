// Flat memory: many jobs in one process, and one long input, take no more after a while than before.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningJob } from '../../src/runtime/coordinator/coordinator.ts';
import { startCollected } from './collected-job.ts';

const directory = mkdtempSync(join(tmpdir(), 'velo-memory-'));
after(() => rmSync(directory, { recursive: true }));

const mebibyte = 1 << 20;
const timeout = 120_000;
const path = join(directory, 'trades.jsonl');
writeFileSync(path, Array.from({ length: 20_000 }, (_, i) => `{"k":"key ${i % 500}","v":${i}}\n`).join(''));
const stream = `CREATE STREAM trades (k VARCHAR, v BIGINT)
  WITH (connector = 'file', path = '${path}', format = 'jsonl');`;

/** Bytes of the process that somebody touched. */
const resident = (): number => process.memoryUsage.rss();

test('job after job, memory stays as it is', { timeout }, async (t) => {
  const runBoth = async (): Promise<void> => {
    for (const select of ['SELECT k, COUNT(*) AS n FROM trades GROUP BY k', 'SELECT k, v FROM trades']) {
      const { job } = await startCollected({ sql: `${stream} ${select};`, partitions: 2 });
      await job.done;
    }
  };
  for (let i = 0; i < 8; i++) await runBoth();
  const grown: number[] = [];
  for (let window = 0; window < 3; window++) {
    const before = resident();
    for (let i = 0; i < 12; i++) await runBoth();
    grown.push(Math.round((resident() - before) / mebibyte));
  }
  t.diagnostic(`${grown.join(', ')} MiB more`);
  // A job that is not given back would leave some MiB each, always; garbage is left now and then.
  assert.ok(Math.min(...grown) < 30, `24 jobs at a time left ${grown.join(', ')} MiB behind`);
});

test('a thread whose job was large waits for the next one without its memory', { timeout }, async (t) => {
  const manyKeys = join(directory, 'keys.jsonl');
  const keyCount = 1_200_000;
  writeFileSync(
    manyKeys,
    Array.from({ length: keyCount }, (_, i) => `{"k":"a key with number ${i}"}\n`).join(''),
  );
  const run = async (file: string): Promise<number> => {
    const sql = `SELECT COUNT(*) AS n FROM (SELECT k FROM '${file}' GROUP BY k) AS keys;`;
    const { job, collected } = await startCollected({ sql, partitions: 1 });
    const { progress } = await job.done;
    assert.deepEqual(collected.rows, [`{"n":${file === path ? 500 : keyCount}}`]);
    return progress.total.stateBytes;
  };
  await run(path);
  const before = resident();
  const stateBytes = await run(manyKeys);
  assert.ok(stateBytes > 100 * mebibyte);
  // Nobody tells when garbage is gone, so that it is looked for until it is.
  const limit = before + stateBytes / 2;
  for (let i = 0; i < 100 && resident() > limit; i++) await sleep(50);
  const grown = resident() - before;
  t.diagnostic(`${Math.round(stateBytes / mebibyte)} MiB of state, ${Math.round(grown / mebibyte)} MiB left`);
  assert.ok(grown < stateBytes / 2);
});

/** How much the process grows from a fifth of the job's bytes or records to its end. */
async function growthOf(job: RunningJob, doneShare: () => number): Promise<number> {
  let hasEnded = false;
  const ended = job.done.finally(() => {
    hasEnded = true;
  });
  let early = 0;
  let late = 0;
  while (!hasEnded) {
    const share = doneShare();
    if (share > 0.2 && share < 0.4) early = Math.max(early, resident());
    if (share > 0.4) late = Math.max(late, resident());
    await sleep(5);
  }
  await ended;
  assert.ok(early > 0 && late > 0, 'the job was observed');
  return late - early;
}

test('a long input through a pipe takes no more memory than its beginning', { timeout }, async (t) => {
  if (process.platform === 'win32') return t.skip('there are no named pipes in the file system');
  const pipe = join(directory, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const sql = `CREATE STREAM trades (k VARCHAR, v BIGINT, s VARCHAR)
    WITH (connector = 'file', path = '${pipe}', format = 'jsonl');
    SELECT k, COUNT(*) AS n, MAX(s) AS s FROM trades GROUP BY k;`;
  const { job, collected } = await startCollected({ sql, partitions: 2 });
  const lines = Array.from(
    { length: 3000 },
    (_, i) => `{"k":"key ${i}","v":${i},"s":"${'x'.repeat(i % 60)}"}\n`,
  );
  const block = Buffer.from(lines.join(''));
  const blockCount = Math.ceil((200 * mebibyte) / block.length);
  let written = 0;
  const write = async (): Promise<void> => {
    const file = await open(pipe, 'w');
    for (; written < blockCount; written++) await file.write(block);
    await file.close();
  };
  const [grown] = await Promise.all([growthOf(job, () => written / blockCount), write()]);
  t.diagnostic(`${Math.round(grown / mebibyte)} MiB more`);
  assert.ok(collected.rows.includes(`{"k":"key 59","n":${blockCount},"s":"${'x'.repeat(59)}"}`));
  assert.ok(grown < 48 * mebibyte, `it grew by ${Math.round(grown / mebibyte)} MiB`);
});

test('many generated rows with long strings take no more memory than the first', { timeout }, async (t) => {
  const rows = 3_000_000;
  const sql = `CREATE STREAM trades (k VARCHAR, s VARCHAR) WITH (connector = 'datagen', rows = '${rows}',
      'fields.k.min' = '0', 'fields.k.max' = '999',
      'fields.s.kind' = 'sequence', 'fields.s.template' = 'a text that is not inline {i}');
    SELECT k, COUNT(*) AS n, MIN(s) AS s FROM trades GROUP BY k;`;
  const { job, collected } = await startCollected({ sql, partitions: 2 });
  const grown = await growthOf(job, () => job.progress().total.recordsRead / rows);
  t.diagnostic(`${Math.round(grown / mebibyte)} MiB more`);
  assert.equal(collected.rows.length, 1000);
  assert.ok(grown < 48 * mebibyte, `it grew by ${Math.round(grown / mebibyte)} MiB`);
});
