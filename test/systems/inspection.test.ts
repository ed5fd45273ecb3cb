// What a run tells of itself: who owns which key, what every operator took and gave, who had to wait.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { compileScript } from '../../src/engine/application.ts';
import type { EngineOptions } from '../../src/engine/engine-options.ts';
import { type RowValue, Velostream } from '../../src/index.ts';
import type { OperatorName } from '../../src/operators/measured/operator-meter.ts';
import type { JobSummary } from '../../src/runtime/coordinator/coordinator.ts';

const directory = mkdtempSync(join(tmpdir(), 'velo-inspection-'));
after(() => rmSync(directory, { recursive: true }));

const path = join(directory, 'trades.jsonl');
const rowCount = 40_000;
const traders = ['T1', 'T2', null, 'a trader with a name that is longer than a view', ''];
const prices = ['0', '-0.0', '0.1', '1e300'];
const rows = Array.from({ length: rowCount }, (_, i) => ({
  trader: traders[i % traders.length] ?? null,
  symbol: `SYM${i % 97}`,
  price: prices[i % prices.length],
}));
writeFileSync(
  path,
  rows
    .map((row) => `{"trader":${JSON.stringify(row.trader)},"symbol":"${row.symbol}","price":${row.price}}\n`)
    .join(''),
);
const declare = `CREATE STREAM trades (trader VARCHAR, symbol VARCHAR, price DOUBLE)
  WITH (connector = 'file', path = '${path}', format = 'jsonl', chunk_bytes = 65536);`;
const grouped = `${declare}
  SELECT trader, symbol, price, COUNT(*) AS n FROM trades GROUP BY trader, symbol, price`;

/** Every key, by plain JavaScript; 0 and -0 are one. */
const allKeys = new Set(
  rows.map(({ trader, symbol, price }) => JSON.stringify([trader, symbol, Number(price) + 0])),
);

for (const numPartitions of [1, 2, 3, 8]) {
  test(`each key has one owner among ${numPartitions} partitions, and partitionOf names it`, async () => {
    const velostream = new Velostream({ architecture: 'partitioned', numPartitions });
    const [summary] = await velostream.run(grouped, { keysPerPartition: Number.POSITIVE_INFINITY });
    assert.ok(summary);
    assert.equal(summary.partitions.length, numPartitions);
    const owners = new Map<string, number>();
    for (const { partition, keys, groups } of summary.partitions) {
      assert.equal(keys.length, groups);
      for (const key of keys) {
        const text = JSON.stringify(Object.values(key));
        assert.equal(owners.get(text), undefined, `${text} has two owners`);
        owners.set(text, partition);
      }
    }
    assert.deepEqual(new Set(owners.keys()), allKeys);
    for (const [text, partition] of [...owners].slice(0, 25)) {
      const key = JSON.parse(text) as RowValue[];
      assert.equal(await velostream.partitionOf(grouped, key), partition, text);
    }
  });
}

test('a single actor owns every key, and only so many keys are listed as are asked for', async () => {
  const velostream = new Velostream({ architecture: 'single_actor', numPartitions: 3 });
  const [summary] = await velostream.run(grouped, { keysPerPartition: 4 });
  assert.deepEqual(
    summary?.partitions.map(({ keys }) => keys.length),
    [4, 0, 0],
  );
  assert.equal(summary?.partitions[0]?.groups, allKeys.size);
  assert.equal(await velostream.partitionOf(grouped, ['T2', 'SYM5', 0.1]), 0);
});

test('a key that does not fit the GROUP BY is refused in words', async () => {
  const velostream = new Velostream({ numPartitions: 2 });
  await assert.rejects(velostream.partitionOf(grouped, ['T1']), /the key has 3 values, not 1/);
  await assert.rejects(velostream.partitionOf(grouped, ['T1', 'S', 'dear']), /invalid input syntax/);
  await assert.rejects(
    velostream.partitionOf(`${declare} SELECT symbol FROM trades`, ['S']),
    /no keys that partitions could own/,
  );
});

type Options = Pick<EngineOptions, 'architecture'> & Partial<EngineOptions>;

/** Of the text's first job, which may be of several statements. */
async function inspect(sql: string, options: Options): Promise<JobSummary> {
  const done = async (): Promise<void> => {};
  const application = await compileScript(sql, {
    cores: 2,
    client: {
      rowFormat: 'jsonl',
      create: async () => ({ open: done, write: done, commit: done, abort: done }),
    },
    clock: systemClock,
    onNotice: () => {},
    inspection: { operators: true, keysMax: 0 },
    ...options,
  });
  const [step] = application.steps;
  assert.ok(step?.kind === 'run');
  return (await step.start()).done;
}

/** Rows in and out of an operator, of all partitions together; undefined where no partition has it. */
function rowsOf({ progress }: JobSummary, stage: number, operator: OperatorName) {
  const figures = progress.partitions.flatMap(({ stages }) => stages[stage]?.operators[operator] ?? []);
  if (figures.length === 0) return undefined;
  const sum = (name: 'rowsIn' | 'rowsOut'): number => figures.reduce((total, one) => total + one[name], 0);
  return [sum('rowsIn'), sum('rowsOut')];
}

const partitioned3 = { architecture: 'partitioned', numPartitions: 3 } as const;

test('what an operator gives the next one takes, through every exchange', async () => {
  const sql = `${declare} SELECT trader, symbol, COUNT(*) FROM trades WHERE price < 1 GROUP BY trader, symbol
    HAVING MIN(symbol) <> 'SYM5'`;
  const summary = await inspect(sql, { architecture: partitioned3 });
  const kept = rows.filter(({ price }) => Number(price) < 1);
  const groups = new Set(kept.map(({ trader, symbol }) => JSON.stringify([trader, symbol])));
  const shown = [...groups].filter((key) => !key.endsWith(',"SYM5"]'));
  assert.deepEqual(rowsOf(summary, 0, 'producer'), [rowCount, rowCount]);
  assert.deepEqual(rowsOf(summary, 0, 'map'), [rowCount, kept.length]);
  const partials = rowsOf(summary, 0, 'pre_aggregate');
  assert.equal(partials?.[0], kept.length);
  const sent = partials?.[1];
  assert.deepEqual(rowsOf(summary, 0, 'output'), [sent, sent]);
  assert.deepEqual(rowsOf(summary, 1, 'exchange_in'), [sent, sent]);
  assert.deepEqual(rowsOf(summary, 1, 'producer'), [sent, groups.size]);
  assert.deepEqual(rowsOf(summary, 1, 'map'), [groups.size, shown.length]);
  assert.deepEqual(rowsOf(summary, 1, 'output'), [shown.length, shown.length]);
});

test('rows that travel raw are counted like those that are grouped first, sorted ones too', async () => {
  const sql = `${declare} SELECT trader, symbol FROM trades ORDER BY symbol LIMIT 7`;
  const summary = await inspect(sql, {
    architecture: partitioned3,
    limits: { ringSlotCount: 1, batchRows: 100 },
  });
  assert.equal(rowsOf(summary, 0, 'pre_aggregate'), undefined);
  const last = summary.progress.partitions[0]?.stages.length ?? 0;
  assert.deepEqual(rowsOf(summary, 0, 'output'), [rowCount, rowCount]);
  assert.deepEqual(rowsOf(summary, 1, 'exchange_in'), [rowCount, rowCount]);
  assert.equal(rowsOf(summary, 1, 'producer')?.[0], rowCount);
  assert.deepEqual(rowsOf(summary, last - 1, 'output'), [7, 7]);
});

test('keys are listed from addresses above 2 GiB, too', async () => {
  const { ownedKeys } = await inspect(grouped, {
    architecture: partitioned3,
    limits: { heapStart: 2 ** 31 },
    inspection: { operators: false, keysMax: Number.POSITIVE_INFINITY },
  });
  const keys = ownedKeys.flatMap((owned) =>
    owned.keys.map((key) => JSON.stringify(Object.values(JSON.parse(key)))),
  );
  assert.deepEqual(new Set(keys), allKeys);
});

test('a usual run measures no operators', async () => {
  const { progress } = await inspect(grouped, { architecture: partitioned3, inspection: undefined });
  for (const { stages } of progress.partitions) {
    for (const { operators } of stages) assert.deepEqual(operators, {});
  }
});

test('the state of a worker is that of all its groupings together', async () => {
  const ofBoth = `${declare}
    SELECT trader, COUNT(*) FROM trades GROUP BY trader; SELECT symbol, COUNT(*) FROM trades GROUP BY symbol;`;
  const stateOf = async (sql: string): Promise<number> => {
    const { progress } = await inspect(sql, { architecture: { architecture: 'v1' } });
    return progress.total.stateBytes;
  };
  const [first, second] = ['trader', 'symbol'].map(
    (column) => `${declare}
    SELECT ${column}, COUNT(*) FROM trades GROUP BY ${column};`,
  );
  assert.equal(await stateOf(ofBoth), (await stateOf(first!)) + (await stateOf(second!)));
});

test('a slow partition is remembered as saturated when all is over, and who had to wait for it', async () => {
  const { progress } = await inspect(`${declare} SELECT symbol, price FROM trades ORDER BY symbol`, {
    architecture: partitioned3,
    limits: { ringSlotCount: 2 },
    fault: { kind: 'slow', partition: 0, afterPages: 0, pauseMillis: 5 },
  });
  const [slow, ...others] = progress.partitions;
  assert.equal(slow?.backpressure, 'Healthy', 'its rings are empty at the end');
  assert.equal(slow?.backpressureMax, 'Saturated');
  assert.ok(others.some(({ counters }) => counters.blockedMicros > 0));
});

test('the row groups of one Parquet file are read by all partitions in turn', async () => {
  const file = join(import.meta.dirname, '../sql/data/readings.parquet');
  const [summary] = await new Velostream({
    architecture: 'partitioned',
    numPartitions: 3,
    strategy: 'round_robin',
  }).run(`SELECT COUNT(*) FROM '${file}'`);
  assert.deepEqual(
    summary?.partitions.map(({ recordsRead }) => recordsRead),
    [4096, 3856, 2048],
  );
});
