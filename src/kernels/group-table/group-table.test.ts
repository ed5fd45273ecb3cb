import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  countAll,
  countOf,
  distinct,
  extremeOfDoubles,
  firstString,
  greatestString,
  sumOfDoubles,
  sumOfLongs,
  type TestAccumulator,
} from '../../../test/support/accumulators.ts';
import { type CellValue, type Row, readBatch, readPage, writePage } from '../../../test/support/page-rows.ts';
import { randomSchema, randomValue, SeededRandom } from '../../../test/support/random-rows.ts';
import { layoutBatch } from '../../columns/batch-layout.ts';
import { type PageKind, pageHeaderBytes, pageKinds, resetPage } from '../../columns/page.ts';
import { rowHashOffset } from '../../columns/row-layout.ts';
import type { Schema } from '../../columns/schema.ts';
import { bigintType, booleanType, doubleType, varcharType } from '../../columns/sql-type.ts';
import { memoryMap } from '../../routines/memory-map.ts';
import { compileModule, createPrivateMemory, instantiate } from '../../wasm/instantiate.ts';
import { i32, i64 } from '../../wasm/instructions.ts';
import { ModuleBuilder } from '../../wasm/module-builder.ts';
import { hashRangeOf } from '../key-groups.ts';
import { loadField } from '../page/row-access.ts';
import { openDirect, updateDirect } from './group-direct.ts';
import { emitGroupTable } from './group-table.ts';
import type { GroupTableSizes } from './group-table-spec.ts';
import type { TableContext } from './table-context.ts';

const pageAddress = 1 << 19;
const pageBytes = 1 << 16;
const drainPage = pageAddress + 2 * pageBytes;
const heapStart = 1 << 20;

/** Small sizes reach every growth, split and phase with few rows. */
const smallSizes: Partial<GroupTableSizes> = {
  slotsMin: 16,
  slotsMax: 64,
  phasedGroupsMin: 20,
  entryBlockBytes: 1024,
};

/** Columns behind the keys that the accumulators work on. */
const argumentColumns: Schema = [
  { name: 'amount', type: bigintType, nullable: true },
  { name: 'price', type: doubleType, nullable: false },
  { name: 'note', type: varcharType, nullable: true },
  { name: 'flag', type: booleanType, nullable: true },
  { name: 'position', type: bigintType, nullable: false },
];

function testAccumulators(keyCount: number): readonly TestAccumulator[] {
  const [amount, price, note, flag, position] = [0, 1, 2, 3, 4].map((i) => keyCount + i) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return [
    countAll(),
    countAll({ filter: flag }),
    sumOfLongs(amount),
    sumOfLongs(amount, { filter: flag }),
    sumOfDoubles(price),
    extremeOfDoubles(price, 'min'),
    extremeOfDoubles(price, 'max'),
    greatestString(note),
    firstString(note, position),
  ];
}

interface TableOptions {
  readonly keys: Schema;
  readonly sizes?: Partial<GroupTableSizes>;
  readonly emptyGroup?: boolean;
  readonly batchRows?: number;
  readonly drainPageBytes?: number;
  readonly accumulators?: readonly TestAccumulator[];
}

/** One table in a memory of its own, driven by rows as JavaScript values. */
class TableProbe {
  readonly schema: Schema;
  readonly partialSchema: Schema;
  readonly memory = createPrivateMemory(2 << 20);
  readonly kernel: Record<string, (...args: (number | bigint)[]) => number>;
  readonly #drainPageBytes: number;
  readonly #pageTable: number;
  readonly #batch: ReturnType<typeof layoutBatch>;

  constructor(options: TableOptions) {
    const { keys, sizes = smallSizes, emptyGroup = false, batchRows = 7, drainPageBytes } = options;
    const module = new ModuleBuilder('table');
    const accumulators = options.accumulators ?? testAccumulators(keys.length);
    const takesRows = accumulators.some(({ accumulator }) => accumulator.distinct);
    this.schema = [...keys, ...argumentColumns];
    const results = accumulators.map((a, i) => ({ name: `r${i}`, type: a.resultType, nullable: true }));
    const reserve = (n: number, align: number) => module.reserve(n, align);
    this.#batch = layoutBatch([...keys, ...results], batchRows, reserve);
    this.#pageTable = module.reserve(4);
    this.#drainPageBytes = drainPageBytes ?? 4096;
    const table = emitGroupTable(module, {
      prefix: 'group',
      rows: this.schema,
      keyCount: keys.length,
      accumulators: accumulators.map((a) => a.accumulator),
      inputs: takesRows ? ['rows'] : ['rows', 'partials'],
      emptyGroup,
      emit: { batch: this.#batch, values: 'results' },
      drain: takesRows ? undefined : { pageTable: this.#pageTable, routeTable: undefined },
      sizes,
    });
    this.partialSchema = table.partialSchema;
    const { directory, directoryBits } = table.context.roots;
    if (!takesRows) this.#exportDirect(module, table.context);
    module.export('probe_directory', {}, 'i32', (f) => f.return(directory));
    module.export('probe_directory_bits', {}, 'i32', (f) => f.return(directoryBits));
    assert.ok(module.staticEnd < pageAddress);
    const cells = new DataView(this.memory.buffer);
    cells.setUint32(memoryMap.heapTop, heapStart, true);
    cells.setUint32(memoryMap.heapLimit, 1 << 29, true);
    const { exports } = instantiate(compileModule(module.encode()), this.memory);
    this.kernel = exports as never;
    this.init(0, 1024);
  }

  init(firstKeyGroup: number, endKeyGroup: number): void {
    const { rangeStart, rangeScale } = hashRangeOf(firstKeyGroup, endKeyGroup);
    this.kernel.group_init!(rangeStart, rangeScale);
  }

  take(rows: readonly Row[], kind: PageKind = pageKinds.rows, capacity: number = pageBytes): void {
    const schema = kind === pageKinds.rows ? this.schema : this.partialSchema;
    for (let at = 0; at < rows.length; ) {
      const taken = writePage(this.memory, pageAddress, capacity, { schema, rows: rows.slice(at), kind });
      assert.ok(taken > 0);
      if (kind === pageKinds.rows) this.kernel.group_update!(pageAddress);
      else this.kernel.group_merge!(pageAddress);
      // The table keeps nothing that lies in the page.
      new Uint8Array(this.memory.buffer).fill(0xee, pageAddress, pageAddress + capacity);
      at += taken;
    }
  }

  /** The same row by row, straight from lanes where that goes; how many went so. */
  takeDirectly(rows: readonly Row[]): number {
    let directCount = 0;
    for (const row of rows) {
      writePage(this.memory, pageAddress, pageBytes, { schema: this.schema, rows: [row] });
      const isTaken = this.kernel.probe_direct!(pageAddress + pageHeaderBytes, pageAddress) === 1;
      if (isTaken) directCount++;
      else this.kernel.group_update!(pageAddress);
    }
    return directCount;
  }

  #exportDirect(module: ModuleBuilder, table: TableContext): void {
    module.export('probe_direct', { row: 'i32', page: 'i32' }, 'i32', (f, { row, page }) => {
      const direct = openDirect(table, f, i32.const(1));
      const hash = i64.load(row, rowHashOffset);
      const values = table.rows.fields.map((field) => loadField(f, field, row, page));
      f.block('taken', (taken) => {
        updateDirect(direct, f, { hash, values }, taken);
        f.return(i32.const(0));
      });
      f.return(i32.const(1));
    });
  }

  emit(): CellValue[][] {
    const rows: CellValue[][] = [];
    for (;;) {
      const count = this.kernel.group_emit!();
      if (count === 0) return rows;
      rows.push(...readBatch(this.memory, this.#batch, count));
    }
  }

  /** The pages of a whole drain, decoded. */
  drain(): Row[] {
    const rows: Row[] = [];
    const view = () => new DataView(this.memory.buffer);
    for (let capacity = this.#drainPageBytes; ; ) {
      resetPage(view(), drainPage, capacity, pageKinds.partials);
      view().setUint32(this.#pageTable, drainPage, true);
      const status = this.kernel.group_drain!();
      const taken = readPage(this.memory, drainPage, this.partialSchema);
      rows.push(...taken);
      if (status === -1) return rows;
      const oversized = status < 0;
      assert.ok(taken.length > 0 || oversized, 'a full page holds rows');
      capacity = oversized ? 1 << 17 : this.#drainPageBytes;
    }
  }

  heapBytesInUse(): number {
    const cells = new DataView(this.memory.buffer);
    const top = cells.getUint32(memoryMap.heapTop, true);
    return top - heapStart - cells.getUint32(memoryMap.heapFreeBytes, true);
  }
}

const print = (value: unknown): string =>
  JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? `${v}n` : typeof v === 'number' ? String(v) : v));

/** GROUP BY with a Map; doubles are multiples of 1/4 or infinite, so their sums are exact in any order. */
function groupBy(
  rows: readonly Row[],
  keyCount: number,
  accumulators: readonly TestAccumulator[] = testAccumulators(keyCount),
): CellValue[][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = print(row.values.slice(0, keyCount));
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()].map((group) => [
    ...group[0]!.values.slice(0, keyCount),
    ...accumulators.map(({ accumulator, model }) => {
      const counted = group.map(({ values }) => ({
        args: accumulator.args.map((i) => values[i]!),
        filter: accumulator.filter === undefined ? 1 : values[accumulator.filter],
        position: values.at(-1) as bigint,
      }));
      const seen = counted.filter(
        (r) => r.filter === 1 && (accumulator.seesNulls || r.args.every((arg) => arg !== null)),
      );
      return model(accumulator.distinct ? firstOfEach(seen) : seen);
    }),
  ]);
}

/** One row for each combination of arguments; -0 and 0 are one value, and so is NaN. */
function firstOfEach<T extends { readonly args: readonly CellValue[] }>(rows: readonly T[]): readonly T[] {
  const normal = (value: CellValue): CellValue => (value === 0 ? 0 : value);
  return [...new Map(rows.map((row) => [print(row.args.map(normal)), row])).values()];
}

const sorted = (rows: readonly (readonly CellValue[])[]): string[] => rows.map(print).sort();

/** A hash of a key that is good, or forged so that many or all keys share it, or share their top bits. */
function hashOf(key: readonly CellValue[], quality: number): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(print(key)))
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  hash = BigInt.asUintN(64, (hash ^ (hash >> 31n)) * 0x9e3779b97f4a7c15n);
  if (quality === 0) return 42n;
  if (quality === 1) return (1n << 64n) - 1n;
  if (quality === 2) return hash >> 59n;
  if (quality === 3) return hash | 0xfffff00000000000n;
  return hash;
}

function randomRows(random: SeededRandom, keys: Schema, count: number, quality: number): Row[] {
  const variety = random.pick([3, 40, 1000]);
  return Array.from({ length: count }, (_, i) => {
    const key = keys.map((column) => randomValue(random, column, variety));
    const values = argumentColumns.map((column): CellValue => {
      if (column.name === 'position') return BigInt((i * 7919) % 100_003);
      const value = randomValue(random, column, 50);
      // Opposite infinities would make a sum depend on nothing but their meeting; the model is kept simple.
      return typeof value === 'number' && !Number.isFinite(value) ? 0.25 : value === 5e-324 ? 0.5 : value;
    });
    return { hash: hashOf(key, quality), values: [...key, ...values] };
  });
}

test('random keys and rows give the groups and results that a Map gives, at every hash quality', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = new SeededRandom(seed);
    const keys = randomSchema(random, 1 + random.below(4));
    const quality = seed % 8;
    const rows = randomRows(random, keys, quality < 2 ? 300 : 1500, quality);
    const table = new TableProbe({ keys, batchRows: 1 + random.below(300) });
    table.take(rows, pageKinds.rows, random.pick([8192, pageBytes]));
    const expected = groupBy(rows, keys.length);
    assert.equal(table.kernel.group_count!(), expected.length, `seed ${seed}`);
    assert.deepEqual(sorted(table.emit()), sorted(expected), `seed ${seed}`);
    assert.deepEqual(sorted(table.emit()), sorted(expected), `seed ${seed}: emitting again gives the same`);
    table.kernel.group_clear!();
    assert.equal(table.heapBytesInUse(), 0, `seed ${seed}: a cleared table owns nothing`);
    assert.equal(table.kernel.group_count!(), 0);
  }
});

test('rows taken in without a page give the same groups, at every hash quality and without keys', () => {
  let directCount = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const random = new SeededRandom(3000 + seed);
    const keys = randomSchema(random, seed % 5);
    const rows = randomRows(random, keys, 600, seed % 8);
    const table = new TableProbe({
      keys,
      sizes: { ...smallSizes, phasedGroupsMin: random.pick([20, 5000]) },
    });
    directCount += table.takeDirectly(rows);
    assert.deepEqual(sorted(table.emit()), sorted(groupBy(rows, keys.length)), `seed ${seed}`);
    table.kernel.group_clear!();
    assert.equal(table.heapBytesInUse(), 0, `seed ${seed}: a cleared table owns nothing`);
  }
  assert.ok(directCount > 5000, `${directCount} rows went without a page`);
});

test('DISTINCT accumulators see each value of a group once, beside others and with filters', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = new SeededRandom(2000 + seed);
    const keys = randomSchema(random, seed % 4);
    const [amount, price, note, flag] = [0, 1, 2, 3].map((i) => keys.length + i) as [
      number,
      number,
      number,
      number,
    ];
    const accumulators = [
      countAll(),
      distinct(sumOfLongs(amount)),
      sumOfLongs(amount),
      distinct(sumOfLongs(amount, { filter: flag })),
      distinct(sumOfDoubles(price)),
      distinct(countOf(price)),
      distinct(countOf(note)),
      distinct(countOf(note, { filter: flag })),
    ];
    const rows = randomRows(random, keys, seed % 8 < 2 ? 300 : 1500, seed % 8);
    const table = new TableProbe({ keys, accumulators, emptyGroup: keys.length === 0 });
    table.take(rows, pageKinds.rows, random.pick([8192, pageBytes]));
    const expected = groupBy(rows, keys.length, accumulators);
    assert.deepEqual(sorted(table.emit()), sorted(expected), `seed ${seed}`);
    table.kernel.group_clear!();
    assert.equal(table.heapBytesInUse(), 0, `seed ${seed}: a cleared table owns nothing`);
    table.take(rows.slice(0, 100));
    assert.deepEqual(
      sorted(table.emit()),
      sorted(groupBy(rows.slice(0, 100), keys.length, accumulators)),
      `seed ${seed}: nothing is remembered`,
    );
  }
});

test('partials drained from several tables merge to the same groups in any order', () => {
  for (let seed = 1; seed <= 25; seed++) {
    const random = new SeededRandom(1000 + seed);
    const keys = randomSchema(random, 1 + random.below(3));
    const rows = randomRows(random, keys, 900, seed % 8 < 2 ? 7 : seed % 8);
    const local = new TableProbe({ keys, drainPageBytes: random.pick([2048, 9000]) });
    const partials: Row[] = [];
    for (let at = 0; at < rows.length; ) {
      const count = 1 + random.below(400);
      local.take(rows.slice(at, at + count));
      partials.push(...local.drain());
      assert.equal(local.kernel.group_count!(), 0);
      assert.equal(local.heapBytesInUse(), 0);
      at += count;
    }
    partials.sort(() => random.next() - 0.5);
    const raw = randomRows(random, keys, 200, seed % 8 < 2 ? 7 : seed % 8);
    const owner = new TableProbe({ keys });
    owner.take(partials.slice(0, partials.length >> 1), pageKinds.partials);
    owner.take(raw);
    owner.take(partials.slice(partials.length >> 1), pageKinds.partials);
    const expected = groupBy([...rows, ...raw], keys.length);
    // First by position is not unique where two rows share one; the model takes the earlier of the list.
    const shown = (all: CellValue[][]) => sorted(all.map((row) => row.slice(0, -1)));
    assert.deepEqual(shown(owner.emit()), shown(expected), `seed ${seed}`);
    owner.kernel.group_clear!();
    assert.equal(owner.heapBytesInUse(), 0);
  }
});

test('many groups grow, split and stay findable at the usual sizes', () => {
  const keys: Schema = [{ name: 'k', type: bigintType, nullable: false }];
  const table = new TableProbe({ keys, sizes: {}, batchRows: 2048 });
  const groupCount = 60_000;
  const rows = Array.from({ length: groupCount }, (_, i): Row => {
    const key = BigInt(i);
    return { hash: hashOf([key], 7), values: [key, 1n, 0.5, null, 1, BigInt(i)] };
  });
  table.take(rows);
  table.take(rows);
  assert.equal(table.kernel.group_count!(), groupCount);
  const seen = new Set<bigint>();
  for (const [key, count, , sum] of table.emit()) {
    assert.equal(count, 2n);
    assert.equal(sum, 2n);
    seen.add(key as bigint);
  }
  assert.equal(seen.size, groupCount);
  table.kernel.group_clear!();
  assert.equal(table.heapBytesInUse(), 0);
});

test('without keys there is one group, even without rows where the query wants it', () => {
  const table = new TableProbe({ keys: [], emptyGroup: true });
  const [nothing] = table.emit();
  assert.deepEqual(nothing, [0n, 0n, null, null, 0, null, null, null, '']);
  const random = new SeededRandom(7);
  const rows = randomRows(random, [], 3000, 7);
  table.take(rows);
  assert.deepEqual(sorted(table.emit()), sorted(groupBy(rows, 0)));

  const local = new TableProbe({ keys: [] });
  assert.deepEqual(local.emit(), []);
  local.take(rows);
  const partials = local.drain();
  assert.equal(partials.length, 1);
  const owner = new TableProbe({ keys: [], emptyGroup: true });
  owner.take(partials, pageKinds.partials);
  assert.deepEqual(sorted(owner.emit()), sorted(groupBy(rows, 0)));
});

test('a partition of part of the key groups holds each of them in neighbouring slots, in order', () => {
  for (const [first, end] of [
    [0, 1024],
    [341, 682],
    [1000, 1024],
  ] as const) {
    const keys: Schema = [{ name: 'k', type: bigintType, nullable: false }];
    const table = new TableProbe({ keys, sizes: { slotsMin: 1024, slotsMax: 2048, entryBlockBytes: 4096 } });
    table.init(first, end);
    const rows: Row[] = [];
    for (let i = 0; rows.length < 5000; i++) {
      const hash = hashOf([BigInt(i)], 7);
      const keyGroup = Number(hash >> 54n);
      if (keyGroup < first || keyGroup >= end) continue;
      rows.push({ hash, values: [BigInt(i), null, 0, null, null, 0n] });
    }
    table.take(rows);
    assert.equal(table.emit().length, rows.length);
    for (const keyGroups of slotOrder(table)) {
      const steps = keyGroups.map((g, i) => g - keyGroups.at(i - 1)!);
      // Cyclic order: it goes up, but for one step from the last to the first.
      assert.ok(steps.filter((step) => step < 0).length <= 1);
    }
    const all = slotOrder(table).flat();
    assert.deepEqual(new Set(all), new Set(rows.map((row) => Number(row.hash >> 54n))));
  }
});

/** The key groups of each sub-table's groups in slot order, read from the directory. */
function slotOrder(table: TableProbe): number[][] {
  const view = new DataView(table.memory.buffer);
  const at = table.kernel.probe_directory!();
  const bits = table.kernel.probe_directory_bits!();
  const subTables: number[][] = [];
  for (let i = 0; i < 2 ** bits; ) {
    const [slots, mask, depth] = [0, 4, 8].map((offset) => view.getUint32(at + 16 * i + offset, true));
    const keyGroups: number[] = [];
    for (let slot = 0; slot <= mask!; slot++) {
      const entry = view.getUint32(slots! + 8 * slot, true);
      if (entry !== 0) keyGroups.push(Number(view.getBigUint64(entry + rowHashOffset, true) >> 54n));
    }
    subTables.push(keyGroups);
    i += 2 ** (bits - depth!);
  }
  return subTables;
}

test('the shortest life: clearing a table that was never used, and using it again after', () => {
  const keys: Schema = [{ name: 'k', type: varcharType, nullable: true }];
  const table = new TableProbe({ keys, batchRows: 1 });
  table.kernel.group_clear!();
  assert.deepEqual(table.drain(), []);
  const rows: Row[] = [
    { hash: 5n, values: [null, 1n, 0, 'a', 1, 3n] },
    { hash: 5n, values: ['', 2n, 0, 'b', 1, 2n] },
    { hash: 5n, values: ['a string longer than a view', 3n, 0, 'c', 1, 1n] },
    { hash: 5n, values: ['a string longer than a view', 4n, 0, 'd', 1, 0n] },
  ];
  for (let round = 0; round < 3; round++) {
    table.take(rows);
    for (let again = 0; again < 2; again++) {
      assert.deepEqual(sorted(table.emit()), sorted(groupBy(rows, 1)));
    }
    table.kernel.group_clear!();
  }
  assert.equal(table.heapBytesInUse(), 0);
});

test('a long key is not taken for another whose words are the same only by its address', () => {
  const keys: Schema = [{ name: 'k', type: varcharType, nullable: false }];
  const table = new TableProbe({ keys, sizes: {} });
  const known = 'prefix, then something';
  const other = 'prefix, then different';
  const values = [1n, 0, null, null, 0n];
  table.take([{ hash: 9n, values: [known, ...values] }]);
  // In this page the other key lies as far from the page's start as the known one from the memory's.
  const at = Buffer.from(table.memory.buffer, heapStart).indexOf(known) + heapStart;
  assert.ok(at > heapStart);
  const farPage = 4 << 20;
  table.memory.grow(128);
  new DataView(table.memory.buffer).setUint32(memoryMap.heapLimit, farPage, true);
  const content = { schema: table.schema, rows: [{ hash: 9n, values: [other, ...values] }] };
  assert.equal(writePage(table.memory, farPage, at + other.length, content), 1);
  table.kernel.group_update!(farPage);
  assert.deepEqual(
    table
      .emit()
      .map(([key]) => key)
      .sort(),
    [other, known].sort(),
  );
});
