// Faults of partitions: who is hurt, who goes on, and that nothing hangs or is half-written.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { VelostreamError } from '../../src/base/error.ts';
import { compileScript } from '../../src/engine/application.ts';
import type { EngineOptions } from '../../src/engine/engine-options.ts';
import type { SinkWriter } from '../../src/io/sink.ts';
import { firstKeyGroup } from '../../src/operators/state/group-kernel.ts';
import type { RunningJob } from '../../src/runtime/coordinator/coordinator.ts';
import type { FaultSpec } from '../../src/runtime/worker/faults.ts';
import { startCollected } from './collected-job.ts';

const directory = mkdtempSync(join(tmpdir(), 'velo-partitions-'));
after(() => rmSync(directory, { recursive: true }));

const groupCount = 3000;
const rowCount = 180_000;
const path = join(directory, 'trades.jsonl');
writeFileSync(
  path,
  Array.from({ length: rowCount }, (_, i) => `{"k":"key ${i % groupCount}","v":${i}}\n`).join(''),
);

interface Collected {
  readonly rows: string[];
  committed: boolean;
  aborted: boolean;
}

interface Setting {
  readonly partitions: number;
  readonly fault?: FaultSpec;
  readonly properties?: string;
  readonly limits?: EngineOptions['limits'];
}

/** Starts the grouping over all keys; the rows are collected as they come. */
async function start(setting: Setting): Promise<{ job: RunningJob; collected: Collected }> {
  const collected: Collected = { rows: [], committed: false, aborted: false };
  const writer: SinkWriter = {
    open: async () => {},
    write: async (bytes) => {
      collected.rows.push(...new TextDecoder().decode(bytes).trimEnd().split('\n'));
    },
    commit: async () => {
      collected.committed = true;
    },
    abort: async () => {
      collected.aborted = true;
    },
  };
  const sql = `
    CREATE STREAM trades (k VARCHAR, v BIGINT) WITH (connector = 'file', path = '${path}', format = 'jsonl');
    SELECT k, COUNT(*) AS n, SUM(v) AS total FROM trades GROUP BY k ${setting.properties ?? ''};`;
  const app = await compileScript(sql, {
    architecture: { architecture: 'partitioned', numPartitions: setting.partitions },
    cores: 2,
    client: { rowFormat: 'jsonl', create: async () => writer },
    clock: systemClock,
    fault: setting.fault,
    limits: setting.limits,
    onNotice: () => {},
  });
  return { job: await app.jobs[0]!.start(), collected };
}

/** The answer by plain JavaScript. */
function expectedRows(): Map<string, string> {
  const groups = new Map<string, { n: number; total: number }>();
  for (let i = 0; i < rowCount; i++) {
    const key = `key ${i % groupCount}`;
    const group = groups.get(key) ?? { n: 0, total: 0 };
    groups.set(key, { n: group.n + 1, total: group.total + i });
  }
  return new Map([...groups].map(([k, { n, total }]) => [k, JSON.stringify({ k, n, total })]));
}

const keyOf = (row: string): string => (JSON.parse(row) as { k: string }).k;
const fault = (kind: FaultSpec['kind'], partition: number): FaultSpec => {
  return { kind, partition, afterPages: 0, pauseMillis: 2 };
};

test('the groups of the partitions together are all groups, and no group is in two of them', async () => {
  const { job, collected } = await start({ partitions: 3 });
  const { progress } = await job.done;
  const expected = expectedRows();
  assert.equal(collected.rows.length, groupCount);
  assert.equal(new Set(collected.rows.map(keyOf)).size, groupCount);
  for (const row of collected.rows) assert.equal(row, expected.get(keyOf(row)));
  const owned = progress.partitions.map(({ counters }) => counters.groups);
  assert.equal(
    owned.reduce((sum, count) => sum + count, 0),
    groupCount,
  );
  assert.ok(
    owned.every((count) => count > groupCount / 6),
    `groups are spread: ${owned.join(', ')}`,
  );
});

test('key groups are shared out without gaps or overlaps at any number of partitions', () => {
  for (let count = 1; count <= 64; count++) {
    assert.equal(firstKeyGroup(0, count), 0);
    assert.equal(firstKeyGroup(count, count), 1024);
    for (let i = 0; i < count; i++) assert.ok(firstKeyGroup(i, count) < firstKeyGroup(i + 1, count));
  }
});

test('a partition that fails ends the job with its cause, and nothing is committed', async () => {
  const { job, collected } = await start({ partitions: 3, fault: fault('throw', 1) });
  await assert.rejects(job.done, /this partition was made to fail/);
  assert.equal(collected.committed, false);
  assert.equal(collected.aborted, true);
});

test('a thread that dies ends the job instead of hanging it', async () => {
  const { job, collected } = await start({ partitions: 3, fault: fault('exit', 2) });
  await assert.rejects(job.done, (error) => {
    assert.ok(error instanceof VelostreamError);
    assert.equal(error.code, 'worker_died');
    assert.match(error.message, /partition 2 died/);
    return true;
  });
  assert.equal(collected.committed, false);
});

test('isolation lets the other partitions finish and names the key groups that are missing', async () => {
  const { job, collected } = await start({
    partitions: 3,
    fault: fault('throw', 1),
    properties: "WITH (on_partition_failure = 'isolate')",
  });
  await assert.rejects(job.done, (error) => {
    assert.ok(error instanceof VelostreamError);
    assert.equal(error.code, 'partition_failed');
    assert.match(error.detail ?? '', /key groups 342 to 682 \(partition 1\) of 1024/);
    return true;
  });
  assert.equal(collected.committed, true);
  const expected = expectedRows();
  for (const row of collected.rows) assert.equal(row, expected.get(keyOf(row)));
  const share = collected.rows.length / groupCount;
  assert.ok(share > 0.55 && share < 0.78, `two thirds of the groups are there: ${share}`);
});

test('a partition whose state runs out of memory is isolated, whoever feeds it', async () => {
  const hot = join(directory, 'hot.jsonl');
  const lines = Array.from({ length: 60_000 }, (_, i) => {
    const k = i % 10 === 0 ? `key ${i % 997}` : 'hot';
    return `{"k":"${k}","v":"a long value with the number ${i}"}\n`;
  });
  // These need larger input buffers, when no memory is left to who grows without end.
  const late = Array.from({ length: 40 }, () => `{"k":"late","v":"late","pad":"${'x'.repeat(200_000)}"}\n`);
  writeFileSync(hot, [...lines, ...late].join(''));
  const sql = `CREATE STREAM trades (k VARCHAR, v VARCHAR)
      WITH (connector = 'file', path = '${hot}', format = 'jsonl', chunk_bytes = '65536');
    SELECT k, COUNT(DISTINCT v) AS n FROM trades GROUP BY k WITH (on_partition_failure = 'isolate');`;
  for (const memoryBytesMax of [5e6, 6e6, 7e6]) {
    const { job, collected } = await startCollected({
      sql,
      partitions: 4,
      options: { limits: { memoryBytesMax, inputBufferBytes: 65_536 } },
    });
    await assert.rejects(job.done, (error) => {
      assert.ok(error instanceof VelostreamError);
      assert.equal(error.code, 'partition_failed');
      assert.match(
        error.detail ?? '',
        /key groups 512 to 767 \(partition 2\) of 1024: partition 2 is out of/,
      );
      return true;
    });
    assert.equal(collected.committed, true);
    assert.ok(!collected.rows.some((row) => keyOf(row) === 'hot'));
  }
});

test('isolation of every partition there is leaves nothing to commit', async () => {
  const properties = "WITH (on_partition_failure = 'isolate')";
  const { job, collected } = await start({ partitions: 1, fault: fault('throw', 0), properties });
  await assert.rejects(job.done, /this partition was made to fail/);
  assert.equal(collected.committed, false);
  assert.equal(collected.aborted, true);
});

test('a slow partition fills only the rings that lead to it, and loses nothing', async () => {
  const { job, collected } = await start({
    partitions: 3,
    fault: { ...fault('slow', 1), pauseMillis: 10 },
    limits: { ringSlotCount: 2, preAggregateGroupsMax: 64, inputBufferBytes: 65_536 },
  });
  const fullest = [0, 0, 0];
  let hasEnded = false;
  const ended = job.done.finally(() => {
    hasEnded = true;
  });
  while (!hasEnded) {
    job.progress().partitions.forEach(({ partition, utilization }) => {
      fullest[partition] = Math.max(fullest[partition]!, utilization);
    });
    await new Promise((resolve) => setImmediate(resolve));
  }
  await ended;
  assert.equal(fullest[1], 1, 'the slow one is saturated');
  const expected = expectedRows();
  assert.equal(collected.rows.length, groupCount);
  for (const row of collected.rows) assert.equal(row, expected.get(keyOf(row)));
});

test('cancelling ends the job at once, with nothing committed', async () => {
  const { job, collected } = await start({ partitions: 2, fault: { ...fault('slow', 0), pauseMillis: 50 } });
  job.cancel();
  await assert.rejects(job.done, /cancelled/);
  assert.equal(collected.committed, false);
  assert.equal(collected.aborted, true);
});
