/** Filled pages of random rows, the run over them, and the expected answers. */
import assert from 'node:assert/strict';
import { Random } from '../../src/base/random.ts';
import {
  pageBytesDefault,
  pageHeaderBytes,
  pageKinds,
  pageRowCountOffset,
  pageRowsEndOffset,
  resetPage,
} from '../../src/columns/page.ts';
import { viewToString, writeView } from '../../src/columns/string-view.ts';
import { type Table, type Way, workPage } from './table.ts';

export interface Pages {
  readonly pageCount: number;
  /**
   * Takes all pages in and lowers each page's entry in `fastest` to the nanoseconds that took, if they are
   * fewer; bringing a page to the work page is not counted.
   */
  run(way: Way, fastest: Float64Array): void;
  /** Compares the last table's groups with the answers for so many runs. */
  check(runs: number): void;
}

interface Expected {
  readonly count: Float64Array;
  /** Prices are quarters, so their sums are exact. */
  readonly price: Float64Array;
  readonly quantity: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
}

const encoder = new TextEncoder();

export function makePages(
  table: Table,
  size: { readonly rowCount: number; readonly groupCount: number },
): Pages {
  const { layout } = table;
  const rowsPerPage = Math.floor((pageBytesDefault - pageHeaderBytes) / layout.strideBytes);
  const pageCount = Math.ceil(size.rowCount / rowsPerPage);
  const stored = new Uint8Array(pageCount * pageBytesDefault);
  const view = new DataView(stored.buffer);
  const expected = emptyAnswers(size.groupCount);
  const keys = keyRows(table, size.groupCount);
  const random = Random.fromSeed(size.groupCount);
  const [, , price, quantity] = layout.fields.map((field) => field.offset) as [
    number,
    number,
    number,
    number,
  ];
  for (let page = 0, left = size.rowCount; page < pageCount; page++) {
    const base = page * pageBytesDefault;
    const count = Math.min(rowsPerPage, left);
    resetPage(view, base, pageBytesDefault, pageKinds.rows);
    view.setUint32(base + pageRowCountOffset, count, true);
    view.setUint32(base + pageRowsEndOffset, pageHeaderBytes + count * layout.strideBytes, true);
    for (let i = 0; i < count; i++) {
      const at = base + pageHeaderBytes + i * layout.strideBytes;
      const group = Math.floor(random.uniform() * size.groupCount);
      stored.set(keys.subarray(group * layout.strideBytes, (group + 1) * layout.strideBytes), at);
      const cost = Math.floor(random.uniform() * 4000) / 4;
      const amount = Math.floor(random.uniform() * 1000) - 300;
      view.setFloat64(at + price, cost, true);
      view.setBigInt64(at + quantity, BigInt(amount), true);
      expected.count[group]! += 1;
      expected.price[group]! += cost;
      expected.quantity[group]! += amount;
      expected.min[group] = Math.min(expected.min[group]!, cost);
      expected.max[group] = Math.max(expected.max[group]!, cost);
    }
    left -= count;
  }
  let last: Way = 'chosen';
  return {
    pageCount,
    run(way, fastest) {
      last = way;
      for (let page = 0; page < pageCount; page++) {
        const from = page * pageBytesDefault;
        new Uint8Array(table.memory.buffer).set(stored.subarray(from, from + pageBytesDefault), workPage);
        const start = process.hrtime.bigint();
        table.update(way, workPage);
        fastest[page] = Math.min(fastest[page]!, Number(process.hrtime.bigint() - start));
      }
    },
    check: (runs) => checkAnswers(table, last, expected, runs),
  };
}

function emptyAnswers(groupCount: number): Expected {
  const zeros = (): Float64Array => new Float64Array(groupCount);
  return {
    count: zeros(),
    price: zeros(),
    quantity: zeros(),
    min: zeros().fill(Infinity),
    max: zeros().fill(-Infinity),
  };
}

const symbolCount = 100;

/** A row for each group with its hash and key, to be copied. */
function keyRows(table: Table, groupCount: number): Uint8Array {
  const { layout, memory } = table;
  const rows = new Uint8Array(groupCount * layout.strideBytes);
  const scratch = new Uint8Array(memory.buffer).subarray(workPage, workPage + layout.strideBytes);
  for (let group = 0; group < groupCount; group++) {
    scratch.fill(0);
    const names = [`trader-${Math.floor(group / symbolCount)}`, `SYM${group % symbolCount}`];
    names.forEach((name, i) => {
      writeView(scratch, layout.fields[i]!.offset, encoder.encode(name), undefined);
    });
    table.hash(workPage);
    rows.set(scratch, group * layout.strideBytes);
  }
  return rows;
}

function checkAnswers(table: Table, way: Way, expected: Expected, runs: number): void {
  const { columns } = table.batch;
  const at = columns.map((column) => column.valuesAddress);
  let groups = 0;
  for (;;) {
    const count = table.emit(way);
    if (count === 0) break;
    groups += count;
    const bytes = new Uint8Array(table.memory.buffer);
    const view = new DataView(bytes.buffer);
    for (let row = 0; row < count; row++) {
      const trader = viewToString(bytes, at[0]! + 16 * row);
      const symbol = viewToString(bytes, at[1]! + 16 * row);
      const group = Number(trader.slice(7)) * symbolCount + Number(symbol.slice(3));
      const found = [
        Number(view.getBigInt64(at[2]! + 8 * row, true)),
        view.getFloat64(at[3]! + 8 * row, true),
        Number(view.getBigInt64(at[4]! + 16 * row, true)),
        view.getFloat64(at[5]! + 8 * row, true),
        view.getFloat64(at[6]! + 8 * row, true),
      ];
      const { count: rows, price, quantity, min, max } = expected;
      const wanted = [
        runs * rows[group]!,
        runs * price[group]!,
        runs * quantity[group]!,
        min[group]!,
        max[group]!,
      ];
      assert.deepEqual(found, wanted, `group ${trader} ${symbol}`);
    }
  }
  assert.equal(groups, expected.count.filter((n) => n > 0).length, 'as many groups as rows have keys');
}
