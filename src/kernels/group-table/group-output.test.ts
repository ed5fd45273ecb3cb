import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countAll, greatestString, sumOfLongs } from '../../../test/support/accumulators.ts';
import { type Row, readBatch, readPage, writePage } from '../../../test/support/page-rows.ts';
import { SeededRandom } from '../../../test/support/random-rows.ts';
import { layoutBatch } from '../../columns/batch-layout.ts';
import { pageKinds, resetPage } from '../../columns/page.ts';
import type { Schema } from '../../columns/schema.ts';
import { bigintType, varcharType } from '../../columns/sql-type.ts';
import { memoryMap } from '../../routines/memory-map.ts';
import { compileModule, createPrivateMemory, instantiate } from '../../wasm/instantiate.ts';
import { ModuleBuilder } from '../../wasm/module-builder.ts';
import { emitGroupTable } from './group-table.ts';
import { partialSchemaOf } from './group-table-spec.ts';

const schema: Schema = [
  { name: 'k', type: bigintType, nullable: true },
  { name: 'n', type: bigintType, nullable: false },
  { name: 's', type: varcharType, nullable: false },
];
const accumulators = [countAll(), sumOfLongs(1), greatestString(2)].map((each) => each.accumulator);
const common = { rows: schema, keyCount: 1, accumulators, emptyGroup: false } as const;
const partialSchema = partialSchemaOf(common);
const destinationCount = 3;
const inPage = 1 << 19;
const pageBytes = 4096;
const heapStart = 1 << 20;

/** A module with two tables: `local` drains to three pages, `owner` gives the states of its groups. */
function twoTables(heapLimit = 1 << 28) {
  const module = new ModuleBuilder('two_tables');
  const batch = layoutBatch(partialSchema, 64, (n, align) => module.reserve(n, align));
  const [pageTable, routeTable] = [module.reserve(4 * destinationCount), module.reserve(2048)];
  const drain = { pageTable, routeTable };
  emitGroupTable(module, { ...common, prefix: 'local', inputs: ['rows'], emit: undefined, drain });
  const emit = { batch, values: 'states' } as const;
  emitGroupTable(module, { ...common, prefix: 'owner', inputs: ['partials'], emit, drain: undefined });
  const memory = createPrivateMemory(2 << 20);
  const cells = new DataView(memory.buffer);
  cells.setUint32(memoryMap.heapTop, heapStart, true);
  cells.setUint32(memoryMap.heapLimit, heapLimit, true);
  const kernel = instantiate(compileModule(module.encode()), memory).exports as unknown as Record<
    string,
    (...args: (number | bigint)[]) => number
  >;
  for (const prefix of ['local', 'owner']) kernel[`${prefix}_init`]!(0n, 1n);
  return { memory, kernel, batch, pageTable, routeTable };
}

function randomRows(count: number): Row[] {
  const random = new SeededRandom(count);
  return Array.from({ length: count }, (_, i) => {
    const key = BigInt(random.below(count >> 2));
    const text = i % 3 === 0 ? `a text of some length ${i}` : `t${i}`;
    return { hash: BigInt.asUintN(64, key * 0x9e3779b97f4a7c15n), values: [key, BigInt(i), text] };
  });
}

test('a drain sends each key group to its destination and resumes wherever a page was full', () => {
  const { memory, kernel, batch, pageTable, routeTable } = twoTables();
  const view = () => new DataView(memory.buffer);
  const route = (hash: bigint) => Number((hash >> 54n) % BigInt(destinationCount));
  for (let group = 0n; group < 1024n; group++) {
    view().setUint16(routeTable + 2 * Number(group), route(group << 54n), true);
  }
  const pages = Array.from({ length: destinationCount }, (_, i) => inPage + (i + 1) * 16_384);
  const empty = (i: number) => resetPage(view(), pages[i]!, pageBytes, pageKinds.partials);
  pages.forEach((page, i) => {
    empty(i);
    view().setUint32(pageTable + 4 * i, page, true);
  });
  const rows = randomRows(2000);
  const content = { schema, rows, kind: pageKinds.rows };
  for (let at = 0; at < rows.length; ) {
    at += writePage(memory, inPage, 8192, { ...content, rows: rows.slice(at) });
    kernel.local_update!(inPage);
  }
  const partials: Row[][] = pages.map(() => []);
  const flush = (to: number) => {
    partials[to]!.push(...readPage(memory, pages[to]!, partialSchema));
    empty(to);
  };
  let stops = 0;
  for (let status = kernel.local_drain!(); status !== -1; status = kernel.local_drain!()) {
    assert.ok(status >= 0, 'no row is larger than a page');
    flush(status);
    stops++;
  }
  assert.ok(stops > destinationCount);
  pages.forEach((_, to) => {
    flush(to);
  });
  partials.forEach((list, to) => {
    for (const { hash } of list) assert.equal(route(hash), to);
  });
  for (let at = 0, all = partials.flat(); at < all.length; ) {
    const taken = { schema: partialSchema, rows: all.slice(at), kind: pageKinds.partials };
    at += writePage(memory, inPage, pageBytes, taken);
    kernel.owner_merge!(inPage);
  }
  let counted = 0n;
  const keys = new Set<unknown>();
  for (let count = kernel.owner_emit!(); count > 0; count = kernel.owner_emit!()) {
    for (const [key, rowsOfKey, sum, sumCount, best] of readBatch(memory, batch, count)) {
      const mine = rows.filter((row) => row.values[0] === key);
      assert.equal(rowsOfKey, BigInt(mine.length));
      assert.equal(sumCount, rowsOfKey);
      assert.equal(
        sum,
        mine.reduce((total, row) => total + (row.values[1] as bigint), 0n),
      );
      assert.equal(
        best,
        mine
          .map((row) => row.values[2] as string)
          .toSorted()
          .at(-1),
      );
      keys.add(key);
      counted += rowsOfKey as bigint;
    }
  }
  assert.equal(counted, BigInt(rows.length));
  assert.equal(keys.size, partials.flat().length);
});

test('a table that the heap has no room for traps and says so', () => {
  const { memory, kernel } = twoTables(heapStart + 200_000);
  assert.throws(() => {
    for (let i = 0; i < 100; i++) {
      const rows = Array.from({ length: 100 }, (_, k): Row => {
        return { hash: BigInt(100 * i + k) << 40n, values: [BigInt(100 * i + k), 0n, ''] };
      });
      assert.equal(writePage(memory, inPage, 8192, { schema, rows }), rows.length);
      kernel.local_update!(inPage);
    }
  }, WebAssembly.RuntimeError);
  assert.equal(new DataView(memory.buffer).getUint32(memoryMap.heapExhausted, true), 1);
});
