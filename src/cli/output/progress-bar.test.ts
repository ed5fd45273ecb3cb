import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import type { Backpressure, JobProgress, PartitionProgress } from '../../runtime/coordinator/job-progress.ts';
import { type CounterName, counterNames } from '../../runtime/counters.ts';
import { createProgressBar, describeProgress } from './progress-bar.ts';

const healthy: Backpressure = {
  utilization: 0,
  backpressure: 'Healthy',
  utilizationMax: 0,
  backpressureMax: 'Healthy',
};

function progress(counts: Partial<Record<CounterName, number>>, elapsedMillis: number): JobProgress {
  const zero = Object.fromEntries(counterNames.map((name) => [name, 0])) as Record<CounterName, number>;
  return { elapsedMillis, total: { ...zero, ...counts }, partitions: [], resultRows: [], sink: healthy };
}

test('the bar grows with the bytes read, and never past its end', () => {
  const half = progress({ recordsRead: 1_500_000, bytesRead: 512 }, 1000);
  assert.equal(
    describeProgress(half, 1024),
    '[============>           ] 50%  1,500,000 records  1.5 M/s  512 B of 1.0 KiB',
  );
  assert.match(describeProgress(progress({ bytesRead: 2048 }, 1), 1024), /^\[={24}\]100% /);
  assert.equal(
    describeProgress(progress({ recordsRead: 5, badRecords: 1 }, 1000), 0),
    '5 records  5/s  1 bad',
  );
});

test('the line is drawn anew, fits the terminal, and leaves nothing behind', () => {
  const clock = new ManualClock();
  let written = '';
  const write = (text: string): void => {
    written += text;
  };
  const bar = createProgressBar(write, () => 20, clock);
  bar.show({ progress: () => progress({ recordsRead: 12_345_678 }, 1000), inputBytes: 100 });
  assert.equal(written, '', 'a job that ends at once shows no bar');
  clock.advance(250);
  const line = `\r\x1b[2K[>${' '.repeat(17)}`;
  assert.equal(written, line.repeat(2));
  bar.clear();
  bar.clear();
  assert.equal(written, `${line.repeat(2)}\r\x1b[2K`);
  bar.stop();
  clock.advance(1000);
  assert.equal(written, `${line.repeat(2)}\r\x1b[2K`);
});

test('partitions that are behind are named by their state, the worst first', () => {
  const counts = progress({ recordsRead: 5 }, 1000);
  const partition = (number: number, backpressure: Backpressure['backpressure']): PartitionProgress => ({
    ...healthy,
    backpressure,
    partition: number,
    counters: counts.total,
    stages: [],
  });
  const behind: JobProgress = {
    ...counts,
    partitions: [
      partition(0, 'Healthy'),
      partition(1, 'Warning'),
      partition(2, 'Saturated'),
      partition(3, 'Warning'),
    ],
    sink: { ...healthy, backpressure: 'Critical' },
  };
  assert.equal(
    describeProgress(behind, 0),
    '5 records  5/s  partition 2 Saturated  partitions 1, 3 Warning  sink Critical',
  );
});
