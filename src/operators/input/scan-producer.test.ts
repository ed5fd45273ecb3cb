import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WorkUnit } from '../../io/source.ts';
import type { RecordReader, RecordRun } from './record-reader.ts';
import { ScanProducer } from './scan-producer.ts';
import type { UnitQueue } from './unit-queue.ts';

const runBytes = 100_000;

/** Over a stream that never runs dry: every run has one row. */
function openProducer(runCount: number): ScanProducer {
  const end = Number.POSITIVE_INFINITY;
  const unit: WorkUnit = {
    split: 0,
    chunk: 0,
    name: 'pipe',
    start: 0,
    end,
    splitEnd: end,
    byteCount: 0,
    compression: 'none',
  };
  let isTaken = false;
  const take = () => {
    const taken = isTaken ? undefined : { unit, index: 0 };
    isTaken = true;
    return taken;
  };
  let runs = 0;
  const next = (): RecordRun | undefined => {
    const run = { start: 0, end: runBytes, splitOffset: runs * runBytes };
    return runs++ < runCount ? run : undefined;
  };
  let scanned = 0;
  const kernel = {
    scan: (start: number, runEnd: number) => {
      scanned = runEnd;
      return start < runEnd ? 1 : 0;
    },
    next: () => scanned,
    badCount: () => 0,
  };
  return new ScanProducer({
    memory: { bytes: () => new Uint8Array(8) },
    kernel,
    queue: { take, isStopping: false, close: () => {} } satisfies Partial<UnitQueue>,
    records: { open: () => {}, next, close: () => {} } satisfies Partial<RecordReader>,
    hasRoomForRejected: () => true,
    onProgress: () => {},
    onUnit: () => {},
  } as never);
}

test('a stream that never runs dry has its rows sent on about every megabyte', () => {
  const runCount = 100;
  const producer = openProducer(runCount);
  const answers: unknown[] = [];
  for (let answer = producer.next(); answer !== 'end'; answer = producer.next()) answers.push(answer);
  assert.equal(answers.filter((answer) => answer === 1).length, runCount);
  const flushes = answers.filter((answer) => answer === 'flush').length;
  assert.ok(flushes >= (runCount * runBytes) / 1_048_576 - 2 && flushes < 12, `${flushes} flushes`);
});
