// How jobs end: whatever fails and whenever, there is no hang, one cause, and nothing half-written.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs, { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../src/base/clock.ts';
import { VelostreamError } from '../../src/base/error.ts';
import { compileScript } from '../../src/engine/application.ts';
import type { SinkWriter } from '../../src/io/sink.ts';
import type { FaultSpec } from '../../src/runtime/worker/faults.ts';
import { type CollectedJob, type JobSetting, startCollected } from './collected-job.ts';

const directory = mkdtempSync(join(tmpdir(), 'velo-endings-'));
after(() => rmSync(directory, { recursive: true }));

const groupCount = 3000;
const rowCount = 40_000;
const path = join(directory, 'trades.jsonl');
writeFileSync(
  path,
  Array.from({ length: rowCount }, (_, i) => `{"k":"key ${i % groupCount}","v":${i}}\n`).join(''),
);

const stream = `CREATE STREAM trades (k VARCHAR, v BIGINT)
  WITH (connector = 'file', path = '${path}', format = 'jsonl', chunk_bytes = '65536');`;
const grouped = `${stream} SELECT k, COUNT(*) AS n FROM trades GROUP BY k;`;
const stateless = `${stream} SELECT k, v FROM trades;`;
const limits = { ringSlotCount: 1, preAggregateGroupsMax: 64, sleepMillisMax: 600_000 };

/** A hang must not last. */
const timeout = 60_000;

const fault = (kind: FaultSpec['kind'], afterPages = 0): FaultSpec => {
  return { kind, partition: 1, afterPages, pauseMillis: 5 };
};

const start = (setting: Partial<JobSetting>): Promise<CollectedJob> =>
  startCollected({ sql: grouped, partitions: 2, ...setting, options: { limits, ...setting.options } });

async function assertNothingWritten({ job, collected }: CollectedJob, message: RegExp): Promise<void> {
  await assert.rejects(job.done, message);
  assert.equal(collected.committed, false);
  assert.equal(collected.aborted, true);
}

const failing =
  (wanted: keyof SinkWriter, ...also: (keyof SinkWriter)[]): NonNullable<JobSetting['before']> =>
  (call) => {
    if (call === wanted || also.includes(call)) throw new Error(`cannot ${call}`);
  };

test('nobody relies on waking up by himself', { timeout }, async () => {
  for (const sql of [grouped, stateless]) {
    const { job, collected } = await start({ sql, partitions: 3 });
    await job.done;
    assert.equal(collected.rows.length, sql === grouped ? groupCount : rowCount);
  }
});

test('a pipe that trickles wakes its reader each time', { timeout }, async (t) => {
  if (process.platform === 'win32') return t.skip('there are no named pipes in the file system');
  const pipe = join(directory, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const sql = `CREATE STREAM trades (k VARCHAR, v BIGINT) WITH (connector = 'file', path = '${pipe}',
    format = 'jsonl'); SELECT k, v FROM trades;`;
  const { job, collected } = await start({ sql });
  const file = await open(pipe, 'w');
  const seen = async (count: number): Promise<void> => {
    while (collected.rows.length < count) await sleep(1);
  };
  for (let i = 0; i < 20; i++) {
    await file.write(`{"k":"a","v":${i}}\n`);
    await seen(i + 1);
  }
  await file.close();
  await job.done;
  assert.equal(collected.rows.length, 20);
});

for (const call of ['open', 'write', 'commit'] as const) {
  test(`a sink that cannot ${call} fails the job with its own error`, { timeout }, async () => {
    await assertNothingWritten(await start({ before: failing(call) }), new RegExp(`cannot ${call}`));
  });
}

test('a sink that cannot even give up does not hide the cause', { timeout }, async () => {
  await assertNothingWritten(await start({ before: failing('write', 'abort') }), /cannot write/);
});

for (const kind of ['throw', 'exit'] as const) {
  for (const afterPages of [0, 1, 4]) {
    test(`a partition that fails by ${kind} after ${afterPages} pages ends the job`, {
      timeout,
    }, async () => {
      const started = await start({ options: { fault: fault(kind, afterPages) } });
      await assertNothingWritten(started, kind === 'exit' ? /partition 1 died/ : /made to fail/);
    });
  }
  test(`a partition that fails by ${kind} while its rows are written ends the job`, { timeout }, async () => {
    const options = { fault: fault(`${kind}_at_end`, 1), limits: { ...limits, batchRows: 100 } };
    const started = await start({ options, before: () => sleep(5) as Promise<void> });
    await assertNothingWritten(started, kind === 'exit' ? /partition 1 died/ : /made to fail/);
  });
}

test('a slow sink slows the job and loses nothing', { timeout }, async () => {
  const before = (): Promise<void> => sleep(3) as Promise<void>;
  const { job, collected } = await start({ sql: stateless, before });
  const { isComplete } = await job.done;
  assert.equal(isComplete, true);
  assert.equal(new Set(collected.rows).size, rowCount);
});

test('stopping in the middle gives whole rows of what was read, committed', { timeout }, async () => {
  let stop = (): void => {};
  const before = (call: string): Promise<void> => {
    if (call === 'write') stop();
    return sleep(1) as Promise<void>;
  };
  const { job, collected } = await start({ sql: stateless, before });
  stop = () => job.stop();
  const { isComplete } = await job.done;
  assert.equal(isComplete, false);
  assert.equal(collected.committed, true);
  assert.ok(collected.rows.length > 0 && collected.rows.length < rowCount, `${collected.rows.length} rows`);
  for (const row of collected.rows) assert.match(row, /^\{"k":"key \d+","v":\d+\}$/);
});

for (const millis of [0, 20, 60, 120]) {
  test(`cancelling after ${millis} ms ends the job, even when it is then told to stop`, {
    timeout,
  }, async () => {
    const options = { fault: fault('slow') };
    const started = await start({ options, before: () => sleep(20) as Promise<void> });
    if (millis > 0) await sleep(millis);
    started.job.cancel();
    started.job.stop();
    await assertNothingWritten(started, /cancelled/);
  });
}

test('cancelling while the sink writes ends the job when the sink is done', { timeout }, async () => {
  let cancel = (): void => {};
  const before = (call: string): Promise<void> => {
    if (call === 'write') cancel();
    return sleep(20) as Promise<void>;
  };
  const started = await start({ before });
  cancel = () => started.job.cancel();
  await assertNothingWritten(started, /cancelled/);
});

const isolated = grouped.replace('GROUP BY k', "GROUP BY k WITH (on_partition_failure = 'isolate')");

const assertIncomplete = (job: CollectedJob['job'], detail: string): Promise<void> =>
  assert.rejects(job.done, (error) => {
    assert.ok(error instanceof VelostreamError);
    assert.equal(error.code, 'partition_failed');
    assert.equal(error.detail, detail);
    return true;
  });

test('a partition lost before it gives its rows is missing whole, and the others finish', {
  timeout,
}, async () => {
  const options = { fault: fault('throw_at_end'), limits: { ...limits, batchRows: 100 } };
  const { job, collected } = await start({ sql: isolated, options });
  const reason = 'this partition was made to fail';
  await assertIncomplete(job, `Missing are key groups 512 to 1023 (partition 1) of 1024: ${reason}.`);
  assert.equal(collected.committed, true);
  assert.ok(collected.rows.length >= groupCount / 3);
});

test('a partition that fails when some of its rows are given ends the job', { timeout }, async () => {
  const options = { fault: fault('throw_at_end', 1), limits: { ...limits, batchRows: 100 } };
  await assertNothingWritten(await start({ sql: isolated, options }), /made to fail/);
});

for (const order of ['', 'ORDER BY k']) {
  test(`groups whose row cannot be computed are named, and all others are there ${order}`, {
    timeout,
  }, async () => {
    const sql = `${stream} SELECT k, 1 / (MAX(v) - ${rowCount - 1}) AS a FROM trades GROUP BY k ${order}
      WITH (on_partition_failure = 'isolate');`;
    const { job, collected } = await start({ sql, partitions: 3, options: { limits } });
    const key = `key ${(rowCount - 1) % groupCount}`;
    await assertIncomplete(job, `Missing is the group {"k":"${key}"} (division by zero).`);
    assert.equal(collected.committed, true);
    const keys = new Set(collected.rows.map((row) => (JSON.parse(row) as { k: string }).k));
    assert.equal(keys.size, groupCount - 1);
    assert.ok(!keys.has(key));
  });
}

test('of many groups whose row cannot be computed some are named', { timeout }, async () => {
  const sql = `${stream} SELECT k, 1 / (COUNT(*) - COUNT(*)) AS a FROM trades GROUP BY k
    WITH (on_partition_failure = 'isolate');`;
  const { job } = await start({ sql });
  const named = /^Missing are 3000 groups, among them (\{"k":"key \d+"\} \(division by zero\)(, |\.$)){5}$/;
  await assert.rejects(job.done, (error) => named.test((error as VelostreamError).detail ?? ''));
});

test('a lost partition ends the job where its groups would make others wrong', { timeout }, async () => {
  const sql = `${stream} SELECT n, COUNT(*) AS c FROM (SELECT k, COUNT(*) AS n FROM trades GROUP BY k)
    GROUP BY n WITH (on_partition_failure = 'isolate');`;
  await assertNothingWritten(await start({ sql, options: { fault: fault('throw_at_end') } }), /made to fail/);
});

test('dead letters that cannot be written fail the job', { timeout }, async (t) => {
  if (process.platform !== 'linux') return t.skip('/dev/full is of Linux');
  const bad = join(directory, 'bad.jsonl');
  writeFileSync(bad, '{"k":"a","v":1}\n{"k":\n'.repeat(100));
  const sql = `CREATE STREAM trades (k VARCHAR, v BIGINT) WITH (connector = 'file', path = '${bad}',
    format = 'jsonl', on_error = 'dead_letter', dead_letter_path = '/dev/full');
    SELECT k, v FROM trades;`;
  await assertNothingWritten(await start({ sql }), /dead letters cannot be written/);
});

test('a write of dead letters that fails when they are closed fails the job', { timeout }, async (t) => {
  const bad = join(directory, 'some-bad.jsonl');
  const letters = join(directory, 'unclosed.jsonl');
  writeFileSync(bad, '{"k":"a","v":1}\n{"k":\n');
  const close = fs.closeSync;
  t.mock.method(fs, 'closeSync', (descriptor: number) => {
    const isLetters = fs.fstatSync(descriptor).ino === fs.statSync(letters).ino;
    close(descriptor);
    if (isLetters) throw new Error('no space left');
  });
  syncBuiltinESMExports();
  t.after(() => {
    t.mock.restoreAll();
    syncBuiltinESMExports();
  });
  const sql = `CREATE STREAM trades (k VARCHAR, v BIGINT) WITH (connector = 'file', path = '${bad}',
    format = 'jsonl', on_error = 'dead_letter', dead_letter_path = '${letters}');
    SELECT k, v FROM trades;`;
  const { job } = await start({ sql });
  await assert.rejects(job.done, /dead letters cannot be written/);
});

test('a start that fails says why, and gives up every sink that was opened', { timeout }, async () => {
  const aborted: number[] = [];
  let created = 0;
  const none = async (): Promise<void> => {};
  const create = async (): Promise<SinkWriter> => {
    const number = ++created;
    if (number === 3) throw new Error('cannot create the third');
    const abort = async (): Promise<void> => {
      aborted.push(number);
      throw new Error('cannot abort');
    };
    return { open: none, write: none, commit: none, abort };
  };
  const { steps } = await compileScript(`${stream} ${'SELECT COUNT(*) FROM trades;'.repeat(3)}`, {
    architecture: { architecture: 'v1' },
    cores: 2,
    client: { rowFormat: 'jsonl', create },
    clock: systemClock,
    onNotice: () => {},
  });
  const [step] = steps;
  assert.ok(step?.kind === 'run');
  await assert.rejects(step.start(), /cannot create the third/);
  assert.deepEqual(aborted, [1, 2]);
});

test('sources wait for dead letters to be written, and none is lost', { timeout }, async () => {
  const bad = join(directory, 'many-bad.jsonl');
  const letters = join(directory, 'letters.jsonl');
  writeFileSync(bad, `{"k":"${'x'.repeat(2000)}\n`.repeat(5000));
  const sql = `CREATE STREAM trades (k VARCHAR, v BIGINT) WITH (connector = 'file', path = '${bad}',
    format = 'jsonl', on_error = 'dead_letter', dead_letter_path = '${letters}');
    SELECT k, v FROM trades;`;
  let handled = 0;
  let behindMax = 0;
  const onRejected = (): void => {
    handled++;
    behindMax = Math.max(behindMax, job.progress().total.badRecords - handled);
    // As slow as a disk may be.
    if (handled % 100 === 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
  };
  const { job, collected } = await start({ sql, options: { onRejected } });
  await job.done;
  assert.equal(collected.committed, true);
  assert.equal(readFileSync(letters, 'utf8').split('\n').length - 1, 5000);
  // 4 MiB are about 1,700 of these records, and each partition may add the bad ones of one scan.
  assert.ok(behindMax < 3000, `${behindMax} records were under way`);
});

for (const end of ['stop', 'cancel'] as const) {
  test(`${end} does not wait for rows that are due later`, { timeout }, async () => {
    const sql = `CREATE STREAM trades (k INT) WITH (connector = 'datagen', rows = '100',
      rows_per_second = '0.001'); SELECT k FROM trades;`;
    const { job, collected } = await start({ sql });
    while (job.progress().total.unitsRead === 0) await sleep(1);
    await sleep(50);
    job[end]();
    if (end === 'stop') assert.equal((await job.done).isComplete, false);
    else await assert.rejects(job.done, /cancelled/);
    assert.equal(collected.committed, end === 'stop');
  });
}

test('cancelling does not wait for a pipe that nobody opens', { timeout }, async (t) => {
  if (process.platform === 'win32') return t.skip('there are no named pipes in the file system');
  const pipe = join(directory, 'nobody');
  execFileSync('mkfifo', [pipe]);
  const sql = `CREATE STREAM trades (k VARCHAR) WITH (connector = 'file', path = '${pipe}', format = 'jsonl');
    SELECT k FROM trades;`;
  const started = await start({ sql });
  while (started.job.progress().total.unitsRead === 0) await sleep(1);
  await sleep(50);
  started.job.cancel();
  await assertNothingWritten(started, /cancelled/);
});

test('more partitions than memory has room for are refused', { timeout }, async () => {
  const options = { limits: { ...limits, ringSlotCount: 1024 } };
  await assert.rejects(start({ partitions: 256, options }), /256 partitions are too many/);
});

test('a bad record fails a query with a limit that other partitions have reached', { timeout }, async () => {
  const bad = join(directory, 'limit.jsonl');
  writeFileSync(bad, `{"k":\n${'{"k":"a","v":1}\n'.repeat(20_000)}`);
  const sql = `CREATE STREAM trades (k VARCHAR, v BIGINT) WITH (connector = 'file', path = '${bad}',
    format = 'jsonl', chunk_bytes = '1000'); SELECT k, v FROM trades LIMIT 3;`;
  await assertNothingWritten(await start({ sql }), /cannot be read/);
});
