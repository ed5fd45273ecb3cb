import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Parallelism } from '../../plan/architecture.ts';
import { type CounterName, counterNames } from '../../runtime/counters.ts';
import { describeRun, type FinishedRun } from './summary.ts';

function job(counts: Partial<Record<CounterName, number>>, spread: Partial<Parallelism> = {}): FinishedRun {
  const zero = Object.fromEntries(counterNames.map((name) => [name, 0])) as Record<CounterName, number>;
  const healthy = {
    utilization: 0,
    utilizationMax: 0,
    backpressure: 'Healthy',
    backpressureMax: 'Healthy',
  } as const;
  const progress = {
    elapsedMillis: 500,
    total: { ...zero, ...counts },
    partitions: [],
    resultRows: [],
    sink: healthy,
  };
  const parallelism: Parallelism = {
    architecture: 'partitioned',
    partitions: 2,
    strategy: 'hash',
    strategyEffect: '',
    singleActorInput: 'raw',
    enableCoreAffinity: false,
    rule: 'group-by',
    reason: 'GROUP BY and 2 cores',
    ...spread,
  };
  return { spreads: [parallelism], summary: { progress, ownedKeys: [], isComplete: true } };
}

test('one line says how much, how fast, how it was spread and why', () => {
  assert.equal(
    describeRun([job({ recordsRead: 3_000_000, badRecords: 2 })], 612),
    '3,000,000 records in 612 ms, 6.0 M records/s, 2 skipped, ' +
      '2 partitions, partitioned (GROUP BY and 2 cores)',
  );
});

test('statements that are spread alike are named once, and what reads nothing counts its rows', () => {
  const alike = describeRun([job({ recordsRead: 10 }), job({ recordsRead: 20 })], 1500);
  assert.equal(
    alike,
    '30 records in 1.5 s by 2 statements, 30 records/s, 2 partitions, partitioned (GROUP BY and 2 cores)',
  );
  const other = { architecture: 'v1', partitions: 1, reason: 'little input' } as const;
  assert.match(
    describeRun([job({ recordsRead: 10 }), job({}, other)], 1500),
    /partitioned \(GROUP BY and 2 cores\); 1 partition, v1 \(little input\)$/,
  );
  assert.match(describeRun([job({ rowsWritten: 1 }, other)], 20), /^1 row in 20 ms, 1 partition, v1/);
});
