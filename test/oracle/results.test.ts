/**
 * Random queries over random tables against DuckDB, each spread in a random way; where the two of us
 * disagree, PostgreSQL decides. A wrong case is made small and kept in kept/, where it is run again before
 * all others. VELOSTREAM_TEST_QUERIES sets how many, VELOSTREAM_TEST_SEED where to begin.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { SeededRandom } from '../support/random-rows.ts';
import { otherSpreads, plainSpread } from '../support/spreads.ts';
import { type Case, type Court, judge } from './results/judge.ts';
import { randomQuery } from './results/random-query.ts';
import { shrink } from './results/shrink.ts';
import { randomTable, type Table } from './results/table.ts';
import { openDuckdb, postgresWitness } from './results/witness.ts';

const queryCount = Number(process.env.VELOSTREAM_TEST_QUERIES ?? 100);
const firstSeed = Number(process.env.VELOSTREAM_TEST_SEED ?? 1);
const queriesPerTable = 5;
const keptFolder = join(import.meta.dirname, 'kept');

let court: Court;
before(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'velostream-results-'));
  court = { folder, duckdb: await openDuckdb(), postgres: postgresWitness() };
});
after(async () => {
  await court.duckdb.close();
  await court.postgres.close();
  rmSync(court.folder, { recursive: true });
});

for (const name of readdirSync(keptFolder).filter((file) => file.endsWith('.json'))) {
  test(`kept: ${name}`, async () => {
    const kept = JSON.parse(readFileSync(join(keptFolder, name), 'utf8')) as Pick<Case, 'table' | 'query'>;
    for (const spread of [plainSpread, ...otherSpreads.slice(0, 5)]) {
      const verdict = await judge(court, { ...kept, spread });
      assert.ok(verdict.kind !== 'wrong', 'text' in verdict ? verdict.text : '');
    }
  });
}

test(`${queryCount} random queries give what DuckDB and PostgreSQL give`, async () => {
  const counts = { same: 0, both_fail: 0, known: 0, invalid: 0, wrong: 0 };
  const wrong: string[] = [];
  const invalid: string[] = [];
  for (const [seed, found] of randomCases()) {
    const verdict = await judge(court, found);
    counts[verdict.kind]++;
    if (verdict.kind === 'invalid') invalid.push(`seed ${seed}: ${verdict.reason}`);
    if (verdict.kind === 'wrong') wrong.push(`seed ${seed}: ${await keep(seed, found)}`);
    if (wrong.length >= 5) break;
  }
  assert.equal(wrong.length, 0, wrong.join('\n\n'));
  assert.equal(invalid.length, 0, `not valid:\n${invalid.join('\n')}`);
  assert.ok(counts.same > queryCount / 2, `too few answers to compare: ${JSON.stringify(counts)}`);
});

function* randomCases(): Iterable<readonly [seed: number, found: Case]> {
  let table: Table | undefined;
  for (let seed = firstSeed; seed < firstSeed + queryCount; seed++) {
    const random = new SeededRandom(seed);
    const tableRandom = new SeededRandom(Math.floor(seed / queriesPerTable));
    if (table === undefined || seed % queriesPerTable === 0) table = randomTable(tableRandom);
    yield [seed, { table, query: randomQuery(random), spread: random.pick([plainSpread, ...otherSpreads]) }];
  }
}

/** Makes the case small, keeps it in a file, and says what is wrong with it. */
async function keep(seed: number, found: Case): Promise<string> {
  const smallest = await shrink(found, async (candidate) => (await judge(court, candidate)).kind === 'wrong');
  const { table, query } = smallest;
  writeFileSync(join(keptFolder, `seed-${seed}.json`), `${JSON.stringify({ table, query }, null, 1)}\n`);
  const verdict = await judge(court, smallest);
  return 'text' in verdict ? verdict.text : 'wrong only sometimes';
}
