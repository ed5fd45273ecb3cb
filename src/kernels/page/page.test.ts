import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CellValue, type Row, readBatch, readPage, writePage } from '../../../test/support/page-rows.ts';
import { randomSchema, randomValue, SeededRandom } from '../../../test/support/random-rows.ts';
import { layoutBatch } from '../../columns/batch-layout.ts';
import { pageHeaderBytes, pageKinds, resetPage } from '../../columns/page.ts';
import { layoutRow } from '../../columns/row-layout.ts';
import type { Schema } from '../../columns/schema.ts';
import { bigintType, varcharType } from '../../columns/sql-type.ts';
import { inlineBytesMax } from '../../columns/string-view.ts';
import { compileModule, createPrivateMemory, instantiate } from '../../wasm/instantiate.ts';
import { i32, i64 } from '../../wasm/instructions.ts';
import { ModuleBuilder } from '../../wasm/module-builder.ts';
import { emitPageAppend, emitPageAppendCopy } from './page-append.ts';
import { emitPageToBatch } from './page-to-batch.ts';
import { type KernelValue, loadField } from './row-access.ts';

const destinationCount = 3;
const sourcePage = 1 << 20;

/**
 * A module that appends row `at` of the source page (by its lanes, or as a copy after making views absolute).
 */
function pageKernel(schema: Schema, batchRows: number) {
  const module = new ModuleBuilder('page');
  const layout = layoutRow(schema);
  const pageTable = module.reserve(4 * destinationCount);
  const routeTable = module.reserve(2 * 1024);
  const target = { layout, pageTable, routeTable };
  const rowAt = (index: Parameters<typeof i32.mul>[0]) =>
    i32.add(i32.mul(index, layout.strideBytes), sourcePage + pageHeaderBytes);
  module.export('append', { index: 'i32' }, 'i32', (f, { index }) => {
    const row = f.let('i32', 'row', rowAt(index));
    const values = layout.fields.map((field): KernelValue => loadField(f, field, row, i32.const(sourcePage)));
    const hash = f.let('i64', 'hash', i64.load(row));
    f.return(emitPageAppend(module, f, target, { hash, values }));
  });
  module.export('append_copy', { index: 'i32' }, 'i32', (f, { index }) => {
    const row = f.let('i32', 'row', rowAt(index));
    const copy = module.reserve(layout.strideBytes);
    f.memoryCopy(copy, row, layout.strideBytes);
    for (const field of layout.fields) {
      if (field.storage !== 'view') continue;
      const [, second] = loadField(f, field, row, i32.const(sourcePage)).lanes;
      f.do(i64.store(copy, second as ReturnType<typeof i64.load>, field.offset + 8));
    }
    f.return(emitPageAppendCopy(module, f, target, i32.const(copy)));
  });
  const batch = layoutBatch(schema, batchRows, (n, align) => module.reserve(n, align));
  emitPageToBatch(module, schema, batch);
  const { memory, exports } = instantiate(compileModule(module.encode()), createPrivateMemory(4 << 20));
  const kernel = exports as unknown as {
    append(index: number): number;
    append_copy(index: number): number;
    page_to_batch(page: number, firstRow: number): number;
  };
  return { memory, kernel, batch, pageTable, routeTable };
}

function randomRows(random: SeededRandom, schema: Schema, count: number): Row[] {
  return Array.from({ length: count }, () => ({
    hash: random.bits64(),
    values: schema.map((column) => randomValue(random, column, 90)),
  }));
}

function longBytesOf(values: readonly CellValue[]): number {
  const lengths = values.map((v) => (typeof v === 'string' ? Buffer.byteLength(v) : 0));
  return lengths.filter((n) => n > inlineBytesMax).reduce((a, b) => a + b, 0);
}

test('rows land on the page of their key group until it is full, and are read back as they were', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = new SeededRandom(seed);
    const schema = randomSchema(random, 1 + random.below(7));
    const { strideBytes } = layoutRow(schema);
    const { memory, kernel, batch, pageTable, routeTable } = pageKernel(schema, 1 + random.below(20));
    const view = () => new DataView(memory.buffer);
    const capacity = [700, 2000, 9000][seed % 3]!;
    const pages = [2 << 20, (2 << 20) + 16_384, (2 << 20) + 32_768];
    const route = Array.from({ length: 1024 }, () => random.below(destinationCount));
    pages.forEach((page, i) => {
      resetPage(view(), page, capacity, pageKinds.rows);
      view().setUint32(pageTable + 4 * i, page, true);
    });
    route.forEach((to, group) => {
      view().setUint16(routeTable + 2 * group, to, true);
    });
    const rows = randomRows(random, schema, 60);
    assert.equal(writePage(memory, sourcePage, 1 << 20, { schema, rows }), rows.length);

    const model: Row[][] = pages.map(() => []);
    const used = pages.map(() => pageHeaderBytes);
    rows.forEach((row, i) => {
      const to = route[Number(row.hash >> 54n)]!;
      const needed = strideBytes + longBytesOf(row.values);
      const before = new Uint8Array(memory.buffer).slice(pages[to]!, pages[to]! + capacity);
      const status = i % 2 === 0 ? kernel.append(i) : kernel.append_copy(i);
      if (used[to]! + needed <= capacity) {
        assert.equal(status, -1, `seed ${seed} row ${i}`);
        model[to]!.push(row);
        used[to]! += needed;
      } else {
        const oversized = needed > capacity - pageHeaderBytes;
        assert.equal(status, oversized ? -2 - to : to, `seed ${seed} row ${i}`);
        const after = new Uint8Array(memory.buffer).slice(pages[to]!, pages[to]! + capacity);
        assert.deepEqual(after, before, 'a refused row leaves the page as it was');
      }
    });
    pages.forEach((page, to) => {
      assert.deepEqual(readPage(memory, page, schema), model[to], `seed ${seed}`);
      const decoded: CellValue[][] = [];
      for (let first = 0; ; ) {
        const count = kernel.page_to_batch(page, first);
        if (count === 0) break;
        decoded.push(...readBatch(memory, batch, count));
        first += count;
      }
      assert.deepEqual(
        decoded,
        model[to]!.map((row) => row.values),
      );
    });
  }
});

test('a destination without a page counts as full', () => {
  const schema = [{ name: 'a', type: bigintType, nullable: false }];
  const { memory, kernel } = pageKernel(schema, 4);
  writePage(memory, sourcePage, 4096, { schema, rows: [{ hash: 7n, values: [1n] }] });
  assert.equal(kernel.append(0), 0);
});

test('a page that is copied elsewhere still reads the same', () => {
  const schema = [
    { name: 'a', type: varcharType, nullable: true },
    { name: 'b', type: bigintType, nullable: false },
  ];
  const { memory } = pageKernel(schema, 4);
  const rows: Row[] = [
    { hash: 1n, values: ['a string that does not fit a view', 5n] },
    { hash: 2n, values: [null, -5n] },
  ];
  writePage(memory, sourcePage, 4096, { schema, rows });
  new Uint8Array(memory.buffer).copyWithin(3 << 20, sourcePage, sourcePage + 4096);
  assert.deepEqual(readPage(memory, 3 << 20, schema), rows);
});
