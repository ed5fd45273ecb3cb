/**
 * Keys of rows against keys of entries. A row lies in a page, so its long strings are relative to the page;
 * an entry's are absolute. Keys compare by their bytes and null bytes; values come normalised (-0 as 0, one
 * NaN).
 */
import type { RowField, RowLayout } from '../../columns/row-layout.ts';
import { storageBytes } from '../../columns/sql-type.ts';
import { equalViews, isLongView } from '../../routines/views.ts';
import type { FunctionBuilder } from '../../wasm/function-builder.ts';
import { call, i32, i64, v128 } from '../../wasm/instructions.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import { type KernelValue, loadField, storeField } from '../page/row-access.ts';
import { ownString } from './entry-store.ts';
import { keyFields, type TableContext } from './table-context.ts';

/** A row while it is looked up. `page` is the base of its long strings. */
export interface KeyedRow {
  readonly layout: RowLayout;
  readonly row: Expr<'i32'>;
  readonly page: Expr<'i32'>;
}

/**
 * Whether row and entry have the same key, by the fields' words alone, as one expression without branches.
 * False for a key with a long string, whatever its words: the addresses in them count from different places.
 * That needs `keysEqual`.
 */
export function sameKeyWords(table: TableContext, keyed: KeyedRow, entry: Expr<'i32'>): Expr<'i32'> {
  const differences: Expr<'i32'>[] = [];
  let wide: Expr<'v128'> | undefined;
  let tags: Expr<'i32'> | undefined;
  keyFields(table, keyed.layout).forEach((field, i) => {
    const own = table.partials.fields[i]!;
    if (storageBytes[field.storage] === 16) {
      const difference = v128.xor(v128.load(keyed.row, field.offset), v128.load(entry, own.offset));
      wide = wide === undefined ? difference : v128.or(wide, difference);
      if (field.storage === 'view') {
        const tag = i32.load8_u(keyed.row, field.offset);
        tags = tags === undefined ? tag : i32.or(tags, tag);
      }
    } else {
      differences.push(narrowDifference(keyed.row, entry, field, own));
    }
    if (field.nullOffset !== undefined) {
      const isNull = i32.load8_u(keyed.row, field.nullOffset);
      differences.push(i32.xor(isNull, i32.load8_u(entry, own.nullOffset)));
    }
  });
  if (wide !== undefined) differences.push(v128.any_true(wide));
  // Only a long view's first byte has its top bit set.
  if (tags !== undefined) differences.push(i32.and(tags, 0x80));
  const [first, ...rest] = differences;
  return i32.eqz(rest.reduce((all, one) => i32.or(all, one), first ?? i32.const(0)));
}

/**
 * The same for a row in lanes. Its long strings lie elsewhere than the entry's, and so are other words; where
 * they do not, they are the same bytes.
 */
export function sameKeyLanes(
  table: TableContext,
  values: readonly KernelValue[],
  entry: Expr<'i32'>,
): Expr<'i32'> {
  const differences: Expr<'i32'>[] = [];
  let wide: Expr<'i64'> | undefined;
  const addWide = (difference: Expr<'i64'>): void => {
    wide = wide === undefined ? difference : i64.or(wide, difference);
  };
  keyFields(table, table.partials).forEach((own, i) => {
    const { lanes, isNull } = values[i]!;
    lanes.forEach((lane, k) => {
      if (own.storage === 'i8') {
        differences.push(i32.xor(lane as Expr<'i32'>, i32.load8_u(entry, own.offset)));
      } else if (lane.type === 'i32') {
        differences.push(i32.xor(lane as Expr<'i32'>, i32.load(entry, own.offset)));
      } else {
        addWide(i64.xor(wordOf(lane), i64.load(entry, own.offset + 8 * k)));
      }
    });
    if (own.nullOffset !== undefined) {
      differences.push(i32.xor(isNull ?? i32.const(0), i32.load8_u(entry, own.nullOffset)));
    }
  });
  if (wide !== undefined) differences.push(i64.ne(wide, 0n));
  const [first, ...rest] = differences;
  return i32.eqz(rest.reduce((all, one) => i32.or(all, one), first ?? i32.const(0)));
}

function wordOf(lane: Expr): Expr<'i64'> {
  return lane.type === 'f64' ? i64.reinterpret_f64(lane as Expr<'f64'>) : (lane as Expr<'i64'>);
}

function narrowDifference(row: Expr<'i32'>, entry: Expr<'i32'>, field: RowField, own: RowField): Expr<'i32'> {
  const width = storageBytes[field.storage];
  if (width === 8) return i64.ne(i64.load(row, field.offset), i64.load(entry, own.offset));
  if (width === 4) return i32.xor(i32.load(row, field.offset), i32.load(entry, own.offset));
  return i32.xor(i32.load8_u(row, field.offset), i32.load8_u(entry, own.offset));
}

/** `..._keys_equal_<layout>(row, page, entry) -> 1 or 0`: the whole truth, long strings by their bytes. */
export function keysEqual(table: TableContext, layout: RowLayout): FunctionSlot {
  const params = { row: 'i32', page: 'i32', entry: 'i32' } as const;
  return table.once(`keys_equal_${layoutName(table, layout)}`, (module, name) =>
    module.function(name, params, 'i32', (f, { row, page, entry }) => {
      keyFields(table, layout).forEach((field, i) => {
        const own = table.partials.fields[i]!;
        if (field.nullOffset !== undefined) {
          const isNull = i32.load8_u(row, field.nullOffset);
          f.if(i32.ne(isNull, i32.load8_u(entry, own.nullOffset)), () => f.return(i32.const(0)));
        }
        f.if(fieldDiffers(table, f, { layout, row, page }, entry, i), () => f.return(i32.const(0)));
      });
      f.return(i32.const(1));
    }),
  );
}

function fieldDiffers(
  table: TableContext,
  f: FunctionBuilder,
  keyed: KeyedRow,
  entry: Expr<'i32'>,
  index: number,
): Expr<'i32'> {
  const field = keyed.layout.fields[index]!;
  const own = table.partials.fields[index]!;
  if (field.storage === 'view') {
    const lanes = loadField(f, field, keyed.row, keyed.page).lanes;
    const ownLanes = loadField(f, own, entry).lanes;
    return i32.eqz(call(equalViews(table.module), ...lanes, ...ownLanes) as Expr<'i32'>);
  }
  if (storageBytes[field.storage] !== 16) return narrowDifference(keyed.row, entry, field, own);
  return v128.any_true(v128.xor(v128.load(keyed.row, field.offset), v128.load(entry, own.offset)));
}

/** Emits: the row's key into a fresh entry, which owns its long strings from then on. */
export function storeKey(table: TableContext, f: FunctionBuilder, keyed: KeyedRow, entry: Expr<'i32'>): void {
  keyFields(table, keyed.layout).forEach((field, i) => {
    const value = loadField(f, field, keyed.row, keyed.page);
    const own = table.partials.fields[i]!;
    if (field.storage !== 'view') {
      storeField(f, own, entry, value);
      return;
    }
    const [w0, w1] = value.lanes as [Expr<'i64'>, Expr<'i64'>];
    const owned = f.let('i64', 'owned', w1);
    f.if(isLongView(w0), () => f.set(owned, call(ownString(table), w0, w1) as Expr<'i64'>));
    storeField(f, own, entry, { ...value, lanes: [w0, owned] });
  });
}

/** What functions over this layout of rows are named after. */
export function layoutName(table: TableContext, layout: RowLayout): string {
  return layout === table.partials ? 'partial' : 'row';
}
