import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layoutBatch } from '../../columns/batch-layout.ts';
import type { ColumnReader, WorkUnit } from '../../io/source.ts';
import { memoryMap } from '../../routines/memory-map.ts';
import type { Produced } from '../operator.ts';
import { openPrivateMemory } from '../private-memory.ts';
import { ColumnProducer } from './column-producer.ts';
import type { RejectedRecord, UnitQueue } from './unit-queue.ts';

const batchRows = 4;
const stringBytes = 5000;

interface Bench {
  readonly producer: ColumnProducer;
  readonly queue: { isStopping: boolean; isClosed: boolean };
  readonly rejected: RejectedRecord[];
  readonly counted: { records: number; bytes: number };
  hasRoom: boolean;
  heapTop(): number;
}

function unitOf(index: number, rowCount: number): WorkUnit {
  const start = index * 1000;
  const place = { split: 0, chunk: index, name: 'x.parquet', start, end: start + rowCount, splitEnd: 9000 };
  return { ...place, byteCount: 100, compression: 'none' };
}

/** A source of units with so many rows each; `overrides` replaces parts of its reader. */
function openBench(rowCounts: readonly number[], overrides: Partial<ColumnReader> = {}): Bench {
  const memory = openPrivateMemory({ staticEnd: 8192, limitBytes: 1 << 26 });
  const units = rowCounts.map((count, index) => ({ index, unit: unitOf(index, count) }));
  let left = 0;
  const reader: ColumnReader = {
    open: async (unit) => {
      left = unit.end - unit.start;
    },
    fill: (_memory, batch, allocate) => {
      const rows = Math.min(left, batch.capacityRows);
      for (let i = 0; i < rows; i++) allocate(stringBytes);
      left -= rows;
      return rows;
    },
    ready: () => Promise.resolve(),
    close: () => {},
    ...overrides,
  };
  const queue: UnitQueue & Bench['queue'] = {
    isStopping: false,
    isClosed: false,
    take: () => (queue.isStopping ? undefined : units.shift()),
    publish: () => {},
    stateOf: () => 0,
    close: () => {
      queue.isClosed = true;
    },
  };
  const bench: Omit<Bench, 'producer'> = {
    queue,
    rejected: [],
    counted: { records: 0, bytes: 0 },
    hasRoom: true,
    heapTop: () => memory.view().getUint32(memoryMap.heapTop, true),
  };
  const producer = new ColumnProducer({
    memory,
    batch: layoutBatch([], batchRows, () => 4096),
    queue,
    reader,
    reject: (record) => bench.rejected.push(record),
    hasRoomForRejected: () => bench.hasRoom,
    onProgress: (records, bytes) => {
      bench.counted.records += records;
      bench.counted.bytes += bytes;
    },
    onUnit: () => {},
  });
  return Object.assign(bench, { producer });
}

/** Calls until there are rows or the end, waiting where the producer says so. */
async function nextOf(producer: ColumnProducer): Promise<Produced> {
  for (;;) {
    const produced = producer.next();
    if (produced === 'needs_input') await producer.pendingInput;
    else if (produced !== 'worked') return produced;
  }
}

test('all rows of all units come in batches, with their places', async () => {
  const { producer, counted } = openBench([6, 0, 3]);
  const seen: unknown[] = [];
  for (let rows = await nextOf(producer); rows !== 'end'; rows = await nextOf(producer)) {
    seen.push([rows, producer.place.offsetBase]);
  }
  assert.deepEqual(seen, [
    [4, 0n],
    [2, 4n],
    [3, 2000n],
  ]);
  assert.deepEqual(counted, { records: 9, bytes: 300 });
});

test('strings of a batch are given back before the next', async () => {
  const { producer, heapTop } = openBench([100, 100]);
  await nextOf(producer);
  await nextOf(producer);
  const top = heapTop();
  while ((await nextOf(producer)) !== 'end');
  assert.equal(heapTop(), top);
});

test('a unit that cannot be opened fails the source when it is asked again', async () => {
  const { producer } = openBench([1], { open: () => Promise.reject(new Error('no such row group')) });
  await assert.rejects(nextOf(producer), /no such row group/);
});

test('rows that are not due make it wait for the reader, not for a doorbell', async () => {
  let isDue = false;
  let wake = (): void => {};
  const { producer } = openBench([5], {
    fill: () => (isDue ? 1 : 'wait'),
    ready: () => new Promise((resolve) => (wake = resolve)),
  });
  assert.equal(producer.next(), 'needs_input');
  await producer.pendingInput;
  assert.equal(producer.next(), 'needs_input');
  assert.ok(producer.pendingInput);
  isDue = true;
  wake();
  await producer.pendingInput;
  assert.equal(producer.next(), 1);
  assert.equal(producer.pendingInput, undefined);
});

test('stopping leaves a unit where it stands', async () => {
  const { producer, queue } = openBench([1000]);
  assert.equal(await nextOf(producer), batchRows);
  queue.isStopping = true;
  assert.equal(await nextOf(producer), 'end');
});

test('a row is rejected by its number in the file; none is read while nobody takes them', async () => {
  const bench = openBench([6]);
  const { producer, rejected } = bench;
  await nextOf(producer);
  bench.hasRoom = false;
  producer.rejectRow(3, 'division by zero');
  assert.equal(producer.next(), 'needs_input');
  assert.equal(producer.pendingInput, undefined);
  bench.hasRoom = true;
  await nextOf(producer);
  producer.rejectRow(1, 'division by zero');
  assert.deepEqual(
    rejected.map(({ offset, reason }) => [offset, reason]),
    [
      [3, 'division by zero'],
      [5, 'division by zero'],
    ],
  );
});

test('a row that cannot be read is rejected in its place, and those behind it keep theirs', async () => {
  const filled = [2, { reason: 'invalid_utf8', column: 's' } as const, 3, 0];
  const { producer, rejected, counted } = openBench([6], { fill: () => filled.shift() ?? 0 });
  assert.equal(await nextOf(producer), 2);
  assert.equal(await nextOf(producer), 3);
  assert.equal(producer.place.offsetBase, 3n);
  assert.deepEqual(
    rejected.map(({ offset, reason, column, wasRead }) => ({ offset, reason, column, wasRead })),
    [{ offset: 2, reason: 'invalid_utf8', column: 's', wasRead: false }],
  );
  assert.equal(counted.records, 6);
});

test('closing it takes no more units', () => {
  const { producer, queue } = openBench([6]);
  producer.close();
  assert.equal(queue.isClosed, true);
});
