import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { turn } from '../../base/timers.ts';
import { Execution } from './execution.ts';
import { RowIterator } from './row-iterator.ts';
import { RowQueue } from './row-queue.ts';

/** Rows 0 to `count` - 1 in blocks of `blockRows`, and what became of the work that writes them. */
function openRows(count: number, blockRows: number) {
  const queue = new RowQueue();
  const work = { wasCancelled: false };
  const write = async (signal: AbortSignal): Promise<void> => {
    signal.addEventListener('abort', () => {
      work.wasCancelled = true;
      queue.drop();
    });
    for (let n = 0; n < count; n += blockRows) {
      await queue.write(Array.from({ length: Math.min(blockRows, count - n) }, (_, i) => ({ n: n + i })));
    }
    queue.end();
  };
  return { work, open: () => new RowIterator(queue, () => new Execution(write, undefined)) };
}

test('every row comes once and in order, however many are asked for at once', async () => {
  for (const blockRows of [1, 7, 1000]) {
    const rows = openRows(600, blockRows).open();
    const asked = await Promise.all(Array.from({ length: 601 }, () => rows.next()));
    const values = asked.slice(0, 600).map(({ value }) => (value ? value.n : undefined));
    assert.deepEqual(
      values,
      Array.from({ length: 600 }, (_, n) => n),
    );
    assert.equal(asked[600]?.done, true);
  }
});

test('the event loop has a turn at least every 256 rows', async () => {
  let seen = 0;
  let seenAtTurn = 0;
  setImmediate(() => {
    seenAtTurn = seen;
  });
  for await (const _ of openRows(10_000, 10_000).open()) seen++;
  assert.equal(seen, 10_000);
  assert.equal(seenAtTurn, 255);
});

test('nothing runs before a row is asked for, and nothing after leaving', async () => {
  const { work, open } = openRows(10, 5);
  const rows = open();
  await rows.return();
  assert.equal((await rows.next()).done, true);
  assert.equal(work.wasCancelled, false);
  await using others = openRows(10, 5).open();
  assert.deepEqual(await others.next(), { done: false, value: { n: 0 } });
});

test('an iterator that was lost cancels its work', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const { work, open } = openRows(10, 5);
  await (async () => {
    await open().next();
  })();
  while (!work.wasCancelled) {
    collect();
    await turn();
  }
});
