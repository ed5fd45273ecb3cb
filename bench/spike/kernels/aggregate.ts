/**
 * The aggregation loops: COUNT, SUM(price), SUM(quantity), MIN(price), MAX(price), from a batch's columns or
 * a page's rows, by value or by merging partial groups. Row by row, or in phases of 256 rows that first touch
 * the slots and the entries so that their cache misses overlap.
 */
import type { FunctionBuilder, Local } from '../../../src/wasm/function-builder.ts';
import { f64, i32, i64, select } from '../../../src/wasm/instructions.ts';
import type { ModuleBuilder } from '../../../src/wasm/module-builder.ts';
import type { Expr } from '../../../src/wasm/types.ts';
import { groupRow, phaseRows } from '../pipeline/layout.ts';
import type { KeyWords } from './key.ts';
import { emitFindOrInsert, openTable, slotIndex, type Table, tableState } from './table.ts';

/** Where the loop's rows come from; `row` is an index, `begin` runs before the others at each row. */
export interface RowSource {
  readonly stringBase: Expr<'i32'>;
  begin(row: Local<'i32'>): void;
  /**
   * The hash: read, or computed from the key, or computed and kept for a later phase, which finds it `kept`.
   */
  hash(row: Local<'i32'>, key: () => KeyWords, mode: HashMode): Expr<'i64'>;
  key(row: Local<'i32'>): KeyWords;
  price(row: Local<'i32'>): Expr<'f64'>;
  quantity(row: Local<'i32'>): Expr<'i64'>;
  /** The partial group's address, where rows are partials. */
  partial(): Expr<'i32'>;
}

export type HashMode = 'compute' | 'keep' | 'kept';
export type SumKind = 'double-double' | 'plain';

export interface AggregationSpec {
  readonly name: string;
  readonly table: Table;
  readonly source: (f: FunctionBuilder, base: Local<'i32'>) => RowSource;
  readonly rowsArePartials: boolean;
  readonly twoPhase: boolean;
  readonly sum: SumKind;
  /** Address of one slot word per row of a phase. */
  readonly touched: number;
}

export function buildAggregation(module: ModuleBuilder, spec: AggregationSpec): void {
  module.export(spec.name, { base: 'i32', from: 'i32', to: 'i32' }, undefined, (f, { base, from, to }) => {
    const table = openTable(f, spec.table);
    const source = spec.source(f, base);
    const row = f.local('i32', 'row');
    const each = (name: string, end: Local<'i32'>, body: () => void) =>
      f.while(
        name,
        () => i32.lt_u(row, end),
        () => {
          source.begin(row);
          body();
          f.set(row, i32.add(row, 1));
        },
      );
    const aggregate = () => {
      const key = source.key(row);
      const mode = spec.twoPhase ? 'kept' : 'compute';
      const hash = f.let(
        'i64',
        'row_hash',
        source.hash(row, () => key, mode),
      );
      const keyed = { key, stringBase: source.stringBase };
      const entry = emitFindOrInsert(f, table, hash, keyed);
      if (spec.rowsArePartials) emitMerge(f, entry, source.partial(), spec.sum);
      else emitUpdate(f, entry, source.price(row), source.quantity(row), spec.sum);
    };
    if (!spec.twoPhase) {
      f.set(row, from);
      each('rows', to, aggregate);
      return;
    }
    const sink = f.local('i64', 'sink');
    const limit = f.local('i32', 'limit');
    const kept = (): Expr<'i32'> => i32.shl(i32.and(row, phaseRows - 1), 3);
    f.while(
      'phases',
      () => i32.lt_u(from, to),
      () => {
        const next = f.let('i32', 'next', i32.and(i32.add(from, phaseRows), -phaseRows));
        f.set(limit, select('i32', i32.lt_u(next, to), next, to));
        f.set(row, from);
        each('touch_slots', limit, () => {
          const hash = source.hash(row, () => source.key(row), 'keep');
          const slot = slotIndex(table.shareOf, table.shift, hash);
          f.do(i64.store(kept(), i64.load(i32.shl(slot, 3), table.layout.slots), spec.touched));
        });
        f.set(row, from);
        each('touch_entries', limit, () => {
          // An empty slot points at address 0, which is as good to read as any.
          const entry = f.let('i32', 'touched', i32.load(kept(), spec.touched));
          f.set(sink, i64.add(sink, i64.add(i64.load(entry, groupRow.keys), i64.load(entry, groupRow.max))));
        });
        f.set(row, from);
        each('rows', limit, aggregate);
        f.set(from, limit);
      },
    );
    f.do(i64.store(table.layout.state, sink, tableState.sink));
  });
}

function emitUpdate(
  f: FunctionBuilder,
  entry: Local<'i32'>,
  priceExpr: Expr<'f64'>,
  quantity: Expr<'i64'>,
  sum: SumKind,
): void {
  const price = f.let('f64', 'value', priceExpr);
  f.do(i64.store(entry, i64.add(i64.load(entry, groupRow.count), 1n), groupRow.count));
  emitSum(f, entry, price, undefined, sum);
  f.do(i64.store(entry, i64.add(i64.load(entry, groupRow.quantity), quantity), groupRow.quantity));
  f.if(f64.lt(price, f64.load(entry, groupRow.min)), () => f.do(f64.store(entry, price, groupRow.min)));
  f.if(f64.gt(price, f64.load(entry, groupRow.max)), () => f.do(f64.store(entry, price, groupRow.max)));
}

function emitMerge(f: FunctionBuilder, entry: Local<'i32'>, from: Expr<'i32'>, sum: SumKind): void {
  for (const offset of [groupRow.count, groupRow.quantity]) {
    f.do(i64.store(entry, i64.add(i64.load(entry, offset), i64.load(from, offset)), offset));
  }
  const high = f.let('f64', 'high', f64.load(from, groupRow.sumHigh));
  emitSum(f, entry, high, f64.load(from, groupRow.sumLow), sum);
  f.do(
    f64.store(entry, f64.min(f64.load(entry, groupRow.min), f64.load(from, groupRow.min)), groupRow.min),
    f64.store(entry, f64.max(f64.load(entry, groupRow.max), f64.load(from, groupRow.max)), groupRow.max),
  );
}

/**
 * Adds to a double-double by TwoSum (Knuth, The Art of Computer Programming 2, 4.2.2):
 * s = a + b, t = s - a, error = (a - (s - t)) + (b - t).
 */
function emitSum(
  f: FunctionBuilder,
  entry: Local<'i32'>,
  value: Local<'f64'>,
  low: Expr<'f64'> | undefined,
  kind: SumKind,
): void {
  const old = f.let('f64', 'old', f64.load(entry, groupRow.sumHigh));
  const sum = f.let('f64', 'sum', f64.add(old, value));
  f.do(f64.store(entry, sum, groupRow.sumHigh));
  if (kind === 'plain') return;
  const t = f.let('f64', 't', f64.sub(sum, old));
  const error = f64.add(f64.sub(old, f64.sub(sum, t)), f64.sub(value, t));
  const lows = f64.add(f64.load(entry, groupRow.sumLow), low ? f64.add(error, low) : error);
  f.do(f64.store(entry, lows, groupRow.sumLow));
}
