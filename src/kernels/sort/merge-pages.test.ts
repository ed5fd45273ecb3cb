import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CellValue, type Row, readBatch, writePage } from '../../../test/support/page-rows.ts';
import { randomSchema, SeededRandom } from '../../../test/support/random-rows.ts';
import { compareRows, randomKeys, randomRows, withoutIntervals } from '../../../test/support/row-order.ts';
import { layoutBatch } from '../../columns/batch-layout.ts';
import type { Column, Schema } from '../../columns/schema.ts';
import { bigintType } from '../../columns/sql-type.ts';
import { memoryMap } from '../../routines/memory-map.ts';
import { compileModule, createPrivateMemory, instantiate } from '../../wasm/instantiate.ts';
import { ModuleBuilder } from '../../wasm/module-builder.ts';
import { emitMerge } from './merge-pages.ts';
import type { SortField } from './sort-spec.ts';

const pagesAddress = 1 << 20;
const pageBytes = 1 << 14;
const channelsMax = 8;
const heapStart = pagesAddress + channelsMax * pageBytes;

interface MergeOptions {
  readonly schema: Schema;
  readonly keys: readonly SortField[];
  readonly limit: bigint | undefined;
  readonly offset: bigint;
  readonly numbered: boolean;
  readonly batchRows: number;
}

/** Merges channels, each the rows of its pages, a page of a channel whenever it has none. */
function merge(options: MergeOptions, channels: readonly (readonly Row[])[], random: SeededRandom) {
  const { schema, numbered, batchRows } = options;
  const module = new ModuleBuilder('merge');
  const number: Column = { name: 'number', type: bigintType, nullable: false };
  const columns = numbered ? [...schema, number] : schema;
  const batch = layoutBatch(columns, batchRows, (n, align) => module.reserve(n, align));
  emitMerge(module, { prefix: 'merge', ...options, batch });
  const memory = createPrivateMemory(2 << 20);
  const cells = new DataView(memory.buffer);
  cells.setUint32(memoryMap.heapTop, heapStart, true);
  cells.setUint32(memoryMap.heapLimit, 1 << 29, true);
  const kernel = instantiate(compileModule(module.encode()), memory).exports as unknown as Record<
    string,
    (...args: number[]) => number
  >;
  kernel.merge_open!(channels.length);
  const taken = channels.map(() => 0);
  const deliver = (channel: number): void => {
    const rest = channels[channel]!.slice(taken[channel]).slice(0, 1 + random.below(40));
    if (rest.length === 0) return;
    const page = pagesAddress + channel * pageBytes;
    new Uint8Array(memory.buffer).fill(0xee, page, page + pageBytes);
    const count = writePage(memory, page, pageBytes, { schema, rows: rest });
    assert.ok(count > 0);
    taken[channel]! += count;
    kernel.merge_add!(page, channel);
  };
  for (const channel of channels.keys()) deliver(channel);
  const merged: CellValue[][] = [];
  for (;;) {
    const count = kernel.merge_emit!();
    assert.ok(count <= batchRows);
    merged.push(...readBatch(memory, batch, count));
    const spent = kernel.merge_spent!();
    if (spent >= 0) deliver(spent);
    else if (count === 0) return { merged, taken };
  }
}

test('channels in order become one order, whatever the pages, with offset, limit and numbers', () => {
  for (let seed = 1; seed <= 120; seed++) {
    const random = new SeededRandom(seed);
    const schema = withoutIntervals(randomSchema(random, 1 + random.below(4)));
    const keys = randomKeys(random, schema);
    const compare = compareRows(keys);
    const channels = Array.from({ length: 1 + random.below(channelsMax) }, () =>
      randomRows(random, schema, random.pick([0, 1, 30, 400])).sort(compare),
    );
    const limit = random.chance(0.5) ? BigInt(random.pick([0, 1, 10, 300, 5000])) : undefined;
    const offset = BigInt(random.pick([0, 0, 1, 70, 4000]));
    const numbered = random.chance(0.5);
    const batchRows = random.pick([1, 7, 100]);
    const { merged } = merge({ schema, keys, limit, offset, numbered, batchRows }, channels, random);
    const expected = channels
      .flat()
      .sort(compare)
      .slice(Number(offset), limit === undefined ? undefined : Number(offset + limit))
      .map((row, i) => (numbered ? [...row.values, BigInt(i)] : row.values));
    assert.deepEqual(merged, expected, `seed ${seed}`);
  }
});

test('a merge with a limit takes no more pages than it needs', () => {
  const random = new SeededRandom(1);
  const schema: Schema = [{ name: 'n', type: bigintType, nullable: false }];
  const keys = [{ index: 0, descending: false, nullsFirst: false }];
  const rowsFrom = (first: number): Row[] =>
    Array.from({ length: 1000 }, (_, i) => ({ hash: 0n, values: [BigInt(first + i)] }));
  const options = { schema, keys, limit: 5n, offset: 0n, numbered: false, batchRows: 100 };
  const { merged, taken } = merge(options, [rowsFrom(500), rowsFrom(0)], random);
  assert.deepEqual(merged.flat(), [0n, 1n, 2n, 3n, 4n]);
  assert.ok(taken.every((count) => count <= 80));
});
