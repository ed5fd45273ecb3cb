// This file is also the thread that is pinned: it answers what it was told and what the kernel says.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type Pinning, pinThread } from './affinity.ts';

interface Answer {
  readonly pinning: Pinning;
  readonly allowed: string;
}

const allowedNow = (): string =>
  /^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync('/proc/thread-self/status', 'utf8'))?.[1] ?? '';

if (isMainThread) test('pinning', testPinning);
else parentPort?.postMessage({ pinning: await pinThread(workerData as number), allowed: allowedNow() });

function pinInThread(index: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: index });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

async function testPinning(t: TestContext): Promise<void> {
  if (process.platform !== 'linux') {
    await t.test('says so where the system has no affinity', async () => {
      assert.match((await pinThread(0)).note ?? '', /not available/);
    });
    return;
  }
  const hasKoffi = await import('koffi').then(
    () => true,
    () => false,
  );
  const before = allowedNow();
  await t.test('a thread is pinned to the one core it says, or says why not', async () => {
    const { pinning, allowed } = await pinInThread(0);
    if (hasKoffi) {
      assert.equal(pinning.note, undefined);
      assert.equal(allowed, String(pinning.core));
    } else {
      assert.equal(pinning.core, undefined);
      assert.match(pinning.note ?? '', /koffi is not installed/);
      assert.equal(allowed, before);
    }
  });
  await t.test('the thread that starts it stays free', () => assert.equal(allowedNow(), before));
  await t.test('there is no core for more partitions than cores', async () => {
    const { pinning, allowed } = await pinInThread(100_000);
    assert.equal(pinning.core, undefined);
    assert.match(pinning.note ?? '', /more partitions/);
    assert.equal(allowed, before);
  });
}
