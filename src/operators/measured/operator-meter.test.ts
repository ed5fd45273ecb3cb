import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { createMeters } from './operator-meter.ts';

function openCounts() {
  const counts: Record<string, number> = {};
  const counters = {
    addOperator: (stage: number, operator: string, name: string, amount: number) => {
      const key = `${stage} ${operator} ${name}`;
      counts[key] = (counts[key] ?? 0) + amount;
    },
  };
  return { counts, counters };
}

test('the clock of an operator stands still while it calls another', () => {
  const clock = new ManualClock();
  const { counts, counters } = openCounts();
  const open = createMeters(clock, counters);
  const output = open(0, 'output');
  const table = open(1, 'producer');
  const answer = output.time(() => {
    clock.advance(2);
    table.time(() => clock.advance(5));
    clock.advance(1);
    return 'sent';
  });
  clock.advance(100);
  assert.equal(answer, 'sent');
  assert.equal(counts['0 output micros'], 3000);
  assert.equal(counts['1 producer micros'], 5000);
});

test('the time until a failure counts, and the caller goes on', () => {
  const clock = new ManualClock();
  const { counts, counters } = openCounts();
  const open = createMeters(clock, counters);
  const caller = open(0, 'output');
  const failing = open(1, 'producer');
  caller.time(() => {
    assert.throws(() =>
      failing.time(() => {
        clock.advance(4);
        throw new Error('it fails');
      }),
    );
    clock.advance(1);
  });
  assert.equal(counts['1 producer micros'], 4000);
  assert.equal(counts['0 output micros'], 1000);
});

test('rows are counted for the operator that has the meter', () => {
  const { counts, counters } = openCounts();
  const meter = createMeters(new ManualClock(), counters)(2, 'map');
  meter.count(10, 0);
  meter.count(0, 4);
  assert.deepEqual(counts, { '2 map meters': 1, '2 map rowsIn': 10, '2 map rowsOut': 4 });
});
