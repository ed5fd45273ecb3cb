import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CellValue, type Row, readBatch, writePage } from '../../../test/support/page-rows.ts';
import { randomSchema, SeededRandom } from '../../../test/support/random-rows.ts';
import { compareRows, randomKeys, randomRows, withoutIntervals } from '../../../test/support/row-order.ts';
import { layoutBatch } from '../../columns/batch-layout.ts';
import type { Column, Schema } from '../../columns/schema.ts';
import {
  bigintType,
  booleanType,
  decimalType,
  doubleType,
  intervalType,
  intType,
  type SqlType,
  varcharType,
} from '../../columns/sql-type.ts';
import { memoryMap } from '../../routines/memory-map.ts';
import { compileModule, createPrivateMemory, instantiate } from '../../wasm/instantiate.ts';
import { ModuleBuilder } from '../../wasm/module-builder.ts';
import { emitSort } from './sort.ts';
import type { SortField, SortSizes } from './sort-spec.ts';

const pageAddress = 1 << 19;
const pageBytes = 1 << 16;
const heapStart = 1 << 20;

interface ProbeOptions {
  readonly schema: Schema;
  readonly keys: readonly SortField[];
  readonly limit?: bigint;
  readonly offset?: bigint;
  readonly numbered?: boolean;
  readonly sizes?: Partial<SortSizes>;
}

class SortProbe {
  readonly memory = createPrivateMemory(2 << 20);
  readonly kernel: Record<string, (...args: number[]) => number>;
  readonly #schema: Schema;
  readonly #batch: ReturnType<typeof layoutBatch>;

  constructor({ schema, keys, limit, offset = 0n, numbered = false, sizes = {} }: ProbeOptions) {
    const module = new ModuleBuilder('sort');
    const number: Column = { name: 'number', type: bigintType, nullable: false };
    const columns = numbered ? [...schema, number] : schema;
    this.#schema = schema;
    this.#batch = layoutBatch(columns, 100, (n, align) => module.reserve(n, align));
    emitSort(module, { prefix: 'sort', schema, keys, limit, offset, numbered, batch: this.#batch, sizes });
    const cells = new DataView(this.memory.buffer);
    cells.setUint32(memoryMap.heapTop, heapStart, true);
    cells.setUint32(memoryMap.heapLimit, 1 << 29, true);
    const { exports } = instantiate(compileModule(module.encode()), this.memory);
    this.kernel = exports as never;
  }

  insert(rows: readonly Row[], capacity = pageBytes): void {
    for (let at = 0; at < rows.length; ) {
      const content = { schema: this.#schema, rows: rows.slice(at) };
      const taken = writePage(this.memory, pageAddress, capacity, content);
      assert.ok(taken > 0);
      this.kernel.sort_insert!(pageAddress);
      new Uint8Array(this.memory.buffer).fill(0xee, pageAddress, pageAddress + capacity);
      at += taken;
    }
  }

  /** Finishes step by step and gives all rows. */
  finish(): CellValue[][] {
    while (this.kernel.sort_finish_step!() === 0);
    const rows: CellValue[][] = [];
    for (;;) {
      const count = this.kernel.sort_emit!();
      if (count === 0) return rows;
      rows.push(...readBatch(this.memory, this.#batch, count));
    }
  }

  heapBytesInUse(): number {
    const cells = new DataView(this.memory.buffer);
    const top = cells.getUint32(memoryMap.heapTop, true);
    return top - heapStart - cells.getUint32(memoryMap.heapFreeBytes, true);
  }
}

test('random rows come in the order of keys, columns and arrival, whole or cut, step by step', () => {
  for (let seed = 1; seed <= 80; seed++) {
    const random = new SeededRandom(seed);
    const schema = withoutIntervals(randomSchema(random, 1 + random.below(4)));
    const keys = randomKeys(random, schema);
    const rows = randomRows(random, schema, random.pick([0, 1, 2, 15, 16, 17, 33, 500, 3000]));
    const limit = random.chance(0.5) ? BigInt(random.pick([0, 1, 10, 100, 5000])) : undefined;
    const offset = BigInt(random.pick([0, 0, 1, 7, 4000]));
    const sort = new SortProbe({
      schema,
      keys,
      offset,
      numbered: seed % 2 === 0,
      sizes: {
        stepItems: 1 + random.below(200),
        slackRows: random.pick([16, 100]),
        radixItemsMin: random.pick([2, 2, 40, 512]),
      },
      ...(limit === undefined ? {} : { limit }),
    });
    const end = limit === undefined ? undefined : Number(offset + limit);
    const expected = rows
      .toSorted(compareRows(keys))
      .slice(Number(offset), end)
      .map((row, i) => (seed % 2 === 0 ? [...row.values, BigInt(i)] : row.values));
    for (let round = 0; round < 2; round++) {
      sort.insert(rows, random.pick([4096, pageBytes]));
      assert.deepEqual(sort.finish(), expected, `seed ${seed}`);
      sort.kernel.sort_clear!();
      assert.equal(sort.heapBytesInUse(), 0, `seed ${seed}: a cleared sort owns nothing`);
    }
  }
});

/** Values of all bytes, with the edges among them. */
const wideValues: readonly (readonly [SqlType, (random: SeededRandom) => CellValue])[] = [
  [booleanType, (random) => random.below(2)],
  [intType, (random) => random.pick([-(2 ** 31), -1, 0, 2 ** 31 - 1, random.below(2 ** 31)])],
  [bigintType, (random) => random.pick([-(2n ** 63n), 2n ** 63n - 1n, BigInt.asIntN(64, random.bits64())])],
  [doubleType, (random) => random.pick([NaN, -0, 0, -Infinity, 5e-324, doubleOf(random.bits64())])],
  [decimalType(38, 4), (random) => (BigInt.asIntN(60, random.bits64()) << 64n) | random.bits64()],
  [
    varcharType,
    (random) => `${'same beginning '.repeat(random.below(3))}${random.pick(['', '\0', 'é', 'zz'])}`,
  ],
];

function doubleOf(bits: bigint): number {
  return new Float64Array(BigUint64Array.of(bits).buffer)[0]!;
}

test('a sort of any type goes on rightly wherever a step ends, also inside runs of ties', () => {
  for (const [index, [type, makeValue]] of wideValues.entries()) {
    for (const stepItems of [1, 2, 3, 7, 64]) {
      const random = new SeededRandom(1000 * index + stepItems);
      const schema: Schema = [
        { name: 'key', type, nullable: true },
        { name: 'n', type: bigintType, nullable: false },
      ];
      const keys = [{ index: 0, descending: random.chance(0.5), nullsFirst: random.chance(0.5) }];
      const fewValues = Array.from({ length: 6 }, () => makeValue(random));
      const rows = Array.from({ length: 700 }, (): Row => {
        const value = random.pick([null, makeValue(random), random.pick(fewValues)]);
        return { hash: 0n, values: [value, BigInt(random.below(300))] };
      });
      const sort = new SortProbe({ schema, keys, sizes: { stepItems, radixItemsMin: 2 } });
      sort.insert(rows);
      const expected = rows.toSorted(compareRows(keys)).map(({ values }) => values);
      assert.deepEqual(sort.finish(), expected, `${type.kind}, ${stepItems} items a step`);
    }
  }
});

test('intervals order by their span', () => {
  const schema: Schema = [
    { name: 'i', type: intervalType, nullable: false },
    { name: 'n', type: bigintType, nullable: false },
  ];
  const values: readonly (readonly [bigint, number, number])[] = [
    [0n, 1, 0],
    [0n, 0, 30],
    [2_592_000_000_000n, 0, 0],
    [-1n, 0, 30],
    [1n, 0, 30],
    [0n, -1, 29],
    [-86_400_000_001n, 0, 0],
    [0n, 2_000_000_000, 2_000_000_000],
    [-(2n ** 62n), -2_000_000_000, -2_000_000_000],
  ];
  const span = (v: readonly [bigint, number, number]) => v[0] + 86_400_000_000n * BigInt(30 * v[1] + v[2]);
  const sort = new SortProbe({ schema, keys: [{ index: 0, descending: false, nullsFirst: false }] });
  sort.insert(values.map((value, i) => ({ hash: 0n, values: [value, BigInt(i)] })));
  const spans = sort.finish().map(([value]) => span(value as never));
  assert.deepEqual(
    spans,
    spans.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)),
  );
  assert.equal(spans.length, values.length);
});

test('zeros of both signs are equal as keys and apart as values', () => {
  const schema: Schema = [
    { name: 'x', type: doubleType, nullable: false },
    { name: 's', type: varcharType, nullable: false },
  ];
  const sort = new SortProbe({ schema, keys: [{ index: 0, descending: true, nullsFirst: false }] });
  const rows = [
    [0, 'b'],
    [-0, 'a'],
    [0, 'a'],
    [-0, 'b'],
    [NaN, 'z'],
    [Infinity, 'y'],
  ] as const;
  sort.insert(rows.map((values) => ({ hash: 0n, values })));
  assert.deepEqual(sort.finish(), [
    [NaN, 'z'],
    [Infinity, 'y'],
    [-0, 'a'],
    [0, 'a'],
    [-0, 'b'],
    [0, 'b'],
  ]);
});

test('with a limit, memory stays in proportion to it however many rows come', () => {
  const schema: Schema = [
    { name: 's', type: varcharType, nullable: true },
    { name: 'n', type: bigintType, nullable: false },
  ];
  const sort = new SortProbe({
    schema,
    keys: [{ index: 1, descending: true, nullsFirst: false }],
    limit: 10n,
  });
  const rows = Array.from({ length: 60_000 }, (_, i): Row => {
    return { hash: 0n, values: [`a note that is long enough for the heap ${i % 100}`, BigInt(i)] };
  });
  let bytesMost = 0;
  for (let at = 0; at < rows.length; at += 500) {
    sort.insert(rows.slice(at, at + 500));
    bytesMost = Math.max(bytesMost, sort.heapBytesInUse());
  }
  assert.ok(bytesMost < 2 << 20, `${bytesMost} bytes`);
  assert.deepEqual(
    sort.finish().map(([, n]) => n),
    Array.from({ length: 10 }, (_, i) => BigInt(59_999 - i)),
  );
});
