/**
 * The founding query over 200,000 records, spread in every way: the same rows as text, doubles included.
 * Rings hold one page, chunks a few records, and the local tables so few groups that they drain all the time
 * and give up.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { ArchitectureOptions } from '../../src/plan/architecture.ts';
import { SeededRandom } from '../support/random-rows.ts';
import { runSql } from '../support/run-sql.ts';

const recordCount = 200_000;
const seed = 20_240_115;

const folder = mkdtempSync(join(tmpdir(), 'velostream-determinism-'));
const path = join(folder, 'trades.jsonl');
after(() => rmSync(folder, { recursive: true }));

/**
 * Prices whose sum depends on the order in which plain doubles are added; one trader has a fifth of the
 * records.
 */
function writeTrades(): void {
  const random = new SeededRandom(seed);
  const lines = Array.from({ length: recordCount }, () => {
    const trader = random.chance(0.2) ? 'HOT' : `TRADER${random.below(200)}`;
    const price = random.next() * 10 ** (random.below(12) - 4);
    const quantity = random.chance(0.02) ? 'null' : random.below(1000);
    const symbol = `SYM${random.below(40)}`;
    return `{"trader_id":"${trader}","symbol":"${symbol}","price":${price},"quantity":${quantity}}\n`;
  });
  writeFileSync(path, lines.join(''));
}

const query = `SELECT trader_id, symbol, COUNT(*), AVG(price), SUM(price), SUM(price * quantity), STDDEV(price),
  MIN(price), MAX(price), FIRST(price), LAST(quantity), SUM(quantity) FILTER (WHERE price > 1), AVG(quantity)
  FROM trades GROUP BY trader_id, symbol`;

function script(chunkBytes: number, select: string): string {
  return `CREATE STREAM trades (trader_id VARCHAR, symbol VARCHAR, price DOUBLE, quantity INT)
    WITH (connector = 'file', path = '${path}', format = 'jsonl', chunk_bytes = ${chunkBytes}); ${select}`;
}

interface Sizes {
  readonly name: string;
  readonly chunkBytes: number;
  readonly preAggregateGroupsMax: number;
}

const sizes: readonly Sizes[] = [
  { name: 'local tables that hold all groups', chunkBytes: 20_000, preAggregateGroupsMax: 16_384 },
  { name: 'local tables of 64 groups', chunkBytes: 5_000, preAggregateGroupsMax: 64 },
];

const architectures: readonly ArchitectureOptions[] = [
  { architecture: 'v1' },
  { architecture: 'single_actor', numPartitions: 2, singleActorInput: 'raw' },
  { architecture: 'single_actor', numPartitions: 3, singleActorInput: 'partial' },
  ...[1, 2, 3, 8].map((numPartitions) => ({ architecture: 'partitioned', numPartitions }) as const),
];

const plain: Sizes = { name: 'plain', chunkBytes: 1_048_576, preAggregateGroupsMax: 16_384 };

async function rowsOf(
  select: string,
  architecture: ArchitectureOptions,
  options: Sizes,
): Promise<readonly string[]> {
  const { chunkBytes, preAggregateGroupsMax } = options;
  const { statements } = await runSql(script(chunkBytes, select), {
    architecture,
    limits: { ringSlotCount: 1, inputBufferBytes: 4096, preAggregateGroupsMax },
  });
  return statements[0]?.rows ?? [];
}

/** Not deepEqual, which would print thousands of lines. */
function assertSame(actual: readonly string[], expected: readonly string[]): void {
  assert.equal(actual.length, expected.length, 'as many rows');
  const wrong = actual.findIndex((line, i) => line !== expected[i]);
  assert.equal(actual[wrong], expected[wrong], `row ${wrong}`);
}

before(writeTrades);

let groups: readonly string[];
before(async () => {
  groups = (await rowsOf(query, { architecture: 'v1' }, plain)).toSorted();
  assert.equal(groups.length, 201 * 40);
});

for (const options of sizes) {
  for (const architecture of architectures) {
    const { architecture: name, numPartitions = 1, singleActorInput = 'keys' } = architecture;
    test(`${name} (${numPartitions}) of ${singleActorInput} with ${options.name}`, async () => {
      assertSame((await rowsOf(query, architecture, options)).toSorted(), groups);
    });
  }
}

/** Several exchanges, all rows through one sort, and a LIMIT that means the first records of the input. */
const orderedQueries: readonly string[] = [
  `SELECT n, COUNT(*), SUM(total), AVG(total) FROM (SELECT trader_id, COUNT(*) % 100 AS n, SUM(price) AS total
   FROM trades GROUP BY trader_id, symbol) AS t GROUP BY n ORDER BY 3 DESC, n`,
  'SELECT price, symbol, _offset FROM trades ORDER BY symbol, price DESC',
  'SELECT COUNT(*), SUM(price), STDDEV(price) FROM (SELECT price FROM trades LIMIT 50000 OFFSET 777) AS t',
];

for (const select of orderedQueries) {
  test(`in one partition, three and eight: ${select.slice(0, 60)}`, async () => {
    const expected = await rowsOf(select, { architecture: 'v1' }, plain);
    for (const numPartitions of [3, 8]) {
      const actual = await rowsOf(select, { architecture: 'partitioned', numPartitions }, sizes[1] ?? plain);
      assertSame(actual, expected);
    }
  });
}
