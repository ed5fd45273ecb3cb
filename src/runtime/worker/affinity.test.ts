// This file is also the thread that is pinned: it answers what it was told and what the kernel says.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type Pinning, pinThread } from './affinity.ts';

interface Answer extends Omit<Pinning, 'release'> {
  /** While it is pinned. */
  readonly allowed: string;
  readonly released: boolean;
  readonly allowedAfterwards: string;
}

const allowedNow = (): string =>
  /^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync('/proc/thread-self/status', 'utf8'))?.[1] ?? '';

if (isMainThread) test('pinning', testPinning);
else parentPort?.postMessage(await pinHere(workerData as number));

async function pinHere(index: number): Promise<Answer> {
  const { core, note, release } = await pinThread(index);
  return { core, note, allowed: allowedNow(), released: release(), allowedAfterwards: allowedNow() };
}

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
    const { core, note, allowed } = await pinInThread(0);
    if (hasKoffi) {
      assert.equal(note, undefined);
      assert.equal(allowed, String(core));
    } else {
      assert.equal(core, undefined);
      assert.match(note ?? '', /koffi is not installed/);
      assert.equal(allowed, before);
    }
  });
  await t.test('a released thread has the cores it had', async () => {
    const { released, allowedAfterwards } = await pinInThread(1);
    assert.equal(released, true);
    assert.equal(allowedAfterwards, before);
  });
  await t.test('the thread that starts it stays free', () => assert.equal(allowedNow(), before));
  await t.test('there is no core for more partitions than cores', async () => {
    const { core, note, allowed } = await pinInThread(100_000);
    assert.equal(core, undefined);
    assert.match(note ?? '', /more partitions/);
    assert.equal(allowed, before);
  });
}
