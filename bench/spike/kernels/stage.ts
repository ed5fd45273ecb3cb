/**
 * One worker's module: scan, map, drain (stage 0) and update, merge (stage 1), with every variant the bench
 * compares. Works in memory 0 only. Each loop takes a range and can be called again where it stopped.
 */
import { pageHeaderBytes } from '../../../src/columns/page.ts';
import { encodeModule } from '../../../src/wasm/encode/encode-module.ts';
import type { FunctionBuilder, Local } from '../../../src/wasm/function-builder.ts';
import { f64, i32, i64, i64x2, v128 } from '../../../src/wasm/instructions.ts';
import { ModuleBuilder } from '../../../src/wasm/module-builder.ts';
import { type GroupRow, groupRow, type Layout, type RawRow, rawRow } from '../pipeline/layout.ts';
import { buildAggregation, type RowSource, type SumKind } from './aggregate.ts';
import { emitHash, type KeyWords, loadKey } from './key.ts';
import { control, emitAppend } from './map.ts';
import { emitRecord, type ScannedRecord, scanTables } from './scan.ts';
import { buildTable } from './table.ts';

export interface StageOptions {
  readonly sum: SumKind;
  /** Memory 0 is shared by all workers (for comparison); pages are then written where they are read. */
  readonly sharedMemory: boolean;
}

export function buildStageModule(layout: Layout, options: StageOptions): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder('spike_stage', layout.staticData);
  const tables = scanTables(module);
  const scan = (f: FunctionBuilder, p: Local<'i32'>, slow: Parameters<typeof emitRecord>[2]) =>
    emitRecord(f, p, slow, tables);
  buildScan(module, layout, scan);
  buildMap(module, layout);
  buildScanMap(module, layout, scan);
  buildDrain(module, layout);
  const owned = buildTable(module, 'owned', layout.owned, layout.outPages.length);
  const local = buildTable(module, 'local', layout.local, 1);
  const { touched } = layout;
  const columns = (f: FunctionBuilder) => columnSource(f, module, layout);
  for (const twoPhase of [false, true]) {
    const phases = twoPhase ? '_two_phase' : '';
    const common = { twoPhase, touched, sum: options.sum };
    const raw = { ...common, rowsArePartials: false };
    buildAggregation(module, { ...raw, name: `update${phases}`, table: owned, source: pageSource(rawRow) });
    buildAggregation(module, { ...raw, name: `aggregate${phases}`, table: owned, source: columns });
    buildAggregation(module, { ...raw, name: `preaggregate${phases}`, table: local, source: columns });
    const source = pageSource(groupRow);
    buildAggregation(module, {
      ...common,
      name: `merge${phases}`,
      table: owned,
      source,
      rowsArePartials: true,
    });
  }
  const definition = module.describe();
  const memories = definition.memories.map((memory) => ({ ...memory, shared: options.sharedMemory }));
  return encodeModule({ ...definition, memories });
}

type Scan = (f: FunctionBuilder, p: Local<'i32'>, slow: Parameters<typeof emitRecord>[2]) => ScannedRecord;

/** scan(p, end, rowsMax) -> rows; leaves the position of the first record not taken in the control block. */
function buildScan(module: ModuleBuilder, layout: Layout, scan: Scan): void {
  module.export('scan', { p: 'i32', end: 'i32', rowsMax: 'i32' }, 'i32', (f, { p, end, rowsMax }) => {
    const row = f.local('i32', 'row');
    const start = f.local('i32', 'start');
    f.block('slow', (slow) => {
      f.loop('records', (again) => {
        f.set(start, p);
        f.if(i32.or(i32.ge_u(p, end), i32.ge_u(row, rowsMax)), () => {
          f.do(i32.store(layout.control, p, control.cursor));
          f.return(row);
        });
        const record = scan(f, p, slow);
        f.do(
          v128.store(i32.shl(row, 4), record.trader, layout.traders),
          v128.store(i32.shl(row, 4), record.symbol, layout.symbols),
          f64.store(i32.shl(row, 3), record.price, layout.prices),
          i64.store(i32.shl(row, 3), record.quantity, layout.quantities),
        );
        f.set(row, i32.add(row, 1));
        f.branch(again);
      });
    });
    f.do(i32.store(layout.control, start, control.cursor), i32.store(layout.control, 1, control.slow));
    f.return(row);
  });
}

/** map(from, to) -> the row it stopped at: `to`, or the first row whose destination's page is full. */
function buildMap(module: ModuleBuilder, layout: Layout): void {
  module.export('map', { from: 'i32', to: 'i32' }, 'i32', (f, { from, to }) => {
    const source = columnSource(f, module, layout);
    f.block('full', (full) => {
      f.while(
        'rows',
        () => i32.lt_u(from, to),
        () => {
          const trader = f.let('v128', 'trader', v128.load(i32.shl(from, 4), layout.traders));
          const symbol = f.let('v128', 'symbol', v128.load(i32.shl(from, 4), layout.symbols));
          const values = { trader, symbol, price: source.price(from), quantity: source.quantity(from) };
          emitAppendRaw(f, module, layout, values, full);
          f.set(from, i32.add(from, 1));
        },
      );
    });
    f.return(from);
  });
}

/** scan_map(p, end) -> p: the same without columns in between, from the record straight into the page. */
function buildScanMap(module: ModuleBuilder, layout: Layout, scan: Scan): void {
  module.export('scan_map', { p: 'i32', end: 'i32' }, 'i32', (f, { p, end }) => {
    const start = f.local('i32', 'start');
    f.block('full', (full) => {
      f.block('slow', (slow) => {
        f.loop('records', (again) => {
          f.set(start, p);
          f.branchIf(full, i32.ge_u(p, end));
          emitAppendRaw(f, module, layout, scan(f, p, slow), full);
          f.branch(again);
        });
      });
      f.do(i32.store(layout.control, 1, control.slow));
    });
    f.return(start);
  });
}

type RawValues = Pick<ScannedRecord, 'trader' | 'symbol'> & {
  readonly price: ReturnType<RowSource['price']>;
  readonly quantity: ReturnType<RowSource['quantity']>;
};

function emitAppendRaw(
  f: FunctionBuilder,
  module: ModuleBuilder,
  layout: Layout,
  values: RawValues,
  full: Parameters<typeof emitAppend>[4],
): void {
  const lane = (view: RawValues['trader'], i: number) => f.let('i64', 'word', i64x2.extract_lane(i, view));
  const { trader, symbol } = values;
  const key: KeyWords = [lane(trader, 0), lane(trader, 1), lane(symbol, 0), lane(symbol, 1)];
  const hash = emitHash(f, module, key, 0);
  const row = { hash, key, stringBase: 0, strideBytes: rawRow.strideBytes, keyOffset: rawRow.keys };
  const store = (at: Local<'i32'>) => [
    i64.store(at, hash, rawRow.hash),
    v128.store(at, trader, rawRow.keys),
    v128.store(at, symbol, rawRow.keys + 16),
    f64.store(at, values.price, rawRow.price),
    i64.store(at, values.quantity, rawRow.quantity),
  ];
  emitAppend(f, module, layout, { ...row, store }, full);
}

/** drain(from, to) -> the entry it stopped at: copies the local table's groups to their owners' pages. */
function buildDrain(module: ModuleBuilder, layout: Layout): void {
  module.export('drain', { from: 'i32', to: 'i32' }, 'i32', (f, { from, to }) => {
    f.block('full', (full) => {
      f.while(
        'entries',
        () => i32.lt_u(from, to),
        () => {
          const hash = f.let('i64', 'hash', i64.load(from, groupRow.hash));
          const key = loadKey(f, from, groupRow.keys);
          const row = {
            hash,
            key,
            stringBase: 0,
            strideBytes: groupRow.strideBytes,
            keyOffset: groupRow.keys,
          };
          const words = groupRow.strideBytes / 8;
          const store = (at: Local<'i32'>) =>
            Array.from({ length: words }, (_, i) => i64.store(at, i64.load(from, 8 * i), 8 * i));
          emitAppend(f, module, layout, { ...row, store }, full);
          f.set(from, i32.add(from, groupRow.strideBytes));
        },
      );
    });
    f.return(from);
  });
}

function columnSource(f: FunctionBuilder, module: ModuleBuilder, layout: Layout): RowSource {
  const key = (row: Local<'i32'>): KeyWords => {
    const word = (column: number, offset: number) =>
      f.let('i64', 'key', i64.load(i32.shl(row, 4), column + offset));
    const { traders, symbols } = layout;
    return [word(traders, 0), word(traders, 8), word(symbols, 0), word(symbols, 8)];
  };
  return {
    stringBase: i32.const(0),
    begin: () => {},
    key,
    hash: (row, words, mode) => {
      if (mode === 'kept') return i64.load(i32.shl(row, 3), layout.hashes);
      const hash = emitHash(f, module, words(), 0);
      if (mode === 'keep') f.do(i64.store(i32.shl(row, 3), hash, layout.hashes));
      return hash;
    },
    price: (row) => f64.load(i32.shl(row, 3), layout.prices),
    quantity: (row) => i64.load(i32.shl(row, 3), layout.quantities),
    partial: () => i32.const(0),
  };
}

function pageSource(stride: RawRow | GroupRow): (f: FunctionBuilder, page: Local<'i32'>) => RowSource {
  return (f, page) => {
    const at = f.local('i32', 'at');
    return {
      stringBase: page,
      begin: (row) => f.set(at, i32.add(i32.add(page, pageHeaderBytes), i32.mul(row, stride.strideBytes))),
      key: () => loadKey(f, at, stride.keys),
      hash: () => i64.load(at),
      price: () => f64.load(at, rawRow.price),
      quantity: () => i64.load(at, rawRow.quantity),
      partial: () => at,
    };
  };
}
