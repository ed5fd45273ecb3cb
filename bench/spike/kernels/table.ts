/**
 * The group table: slots of 64 bits { 32-bit tag | 32-bit entry address } probed linearly, entries of a fixed
 * stride in order of arrival. A slot's index is the hash's place within the partition's share of the hash
 * range, so slots lie in key-group order. The caller keeps the load at or below one half: loops never grow
 * the table.
 */
import type { FunctionBuilder, Local } from '../../../src/wasm/function-builder.ts';
import { call, f64, i32, i64 } from '../../../src/wasm/instructions.ts';
import type { ModuleBuilder } from '../../../src/wasm/module-builder.ts';
import type { Expr, FunctionSlot, Stmt } from '../../../src/wasm/types.ts';
import { groupRow, type TableLayout } from '../pipeline/layout.ts';
import { buildLongKeyEquals, isLong, type KeyWords, lengthOf } from './key.ts';

export const tableState = { shift: 0, mask: 4, nextEntry: 8, nextString: 12, count: 16, sink: 24 } as const;

export interface Table {
  readonly layout: TableLayout;
  /** The table holds the keys of one partition out of this many. */
  readonly shareOf: number;
  readonly insert: FunctionSlot;
  readonly longKeyEquals: FunctionSlot;
}

/** The table's size, read once per call of a loop. */
export interface OpenTable extends Table {
  readonly shift: Local<'i32'>;
  readonly mask: Local<'i32'>;
}

export function buildTable(module: ModuleBuilder, name: string, layout: TableLayout, shareOf: number): Table {
  const longKeyEquals = module.routine('long_key_equals', buildLongKeyEquals);
  const insert = buildInsert(module, name, layout);
  buildRehash(module, name, layout, shareOf);
  return { layout, shareOf, insert, longKeyEquals };
}

export function openTable(f: FunctionBuilder, table: Table): OpenTable {
  const state = table.layout.state;
  return {
    ...table,
    shift: f.let('i32', 'shift', i32.load(state, tableState.shift)),
    mask: f.let('i32', 'mask', i32.load(state, tableState.mask)),
  };
}

/** The address of the slot at which probing for a hash begins. */
export function slotIndex(shareOf: number, shift: Expr<'i32'>, hash: Expr<'i64'>): Expr<'i32'> {
  const high = i32.wrap_i64(i64.shr_u(hash, 32n));
  return i32.shr_u(shareOf === 1 ? high : i32.mul(high, shareOf), shift);
}

/** Finds the entry of a key or makes one; yields its address. */
export function emitFindOrInsert(
  f: FunctionBuilder,
  table: OpenTable,
  hash: Local<'i64'>,
  keyed: { readonly key: KeyWords; readonly stringBase: Expr<'i32'> },
): Local<'i32'> {
  const { key, stringBase } = keyed;
  const slot = f.let('i32', 'slot', slotIndex(table.shareOf, table.shift, hash));
  const tag = f.let('i32', 'tag', i32.wrap_i64(hash));
  const word = f.local('i64', 'word');
  const entry = f.local('i32', 'entry');
  f.block('found', (found) => {
    f.loop('probe', (probe) => {
      f.set(word, i64.load(i32.shl(slot, 3), table.layout.slots));
      f.if(i64.eqz(word), () => {
        const address = i32.add(i32.shl(slot, 3), table.layout.slots);
        f.set(entry, call(table.insert, hash, ...key, stringBase, address) as Expr<'i32'>);
        f.branch(found);
      });
      f.if(i32.eq(i32.wrap_i64(i64.shr_u(word, 32n)), tag), () => {
        f.set(entry, i32.wrap_i64(word));
        const same = key.map((w, i) => i64.eq(i64.load(entry, groupRow.keys + 8 * i), w));
        f.branchIf(
          found,
          same.reduce((all, one) => i32.and(all, one)),
        );
        f.if(i64.eq(i64.load(entry, groupRow.hash), hash), () =>
          f.branchIf(found, call(table.longKeyEquals, entry, ...key, stringBase) as Expr<'i32'>),
        );
      });
      f.set(slot, i32.and(i32.add(slot, 1), table.mask));
      f.branch(probe);
    });
  });
  return entry;
}

function buildInsert(module: ModuleBuilder, name: string, layout: TableLayout): FunctionSlot {
  const { state } = layout;
  const params = {
    hash: 'i64',
    w0: 'i64',
    w1: 'i64',
    w2: 'i64',
    w3: 'i64',
    stringBase: 'i32',
    slot: 'i32',
  } as const;
  return module.function(`insert_${name}`, params, 'i32', (f, { hash, w0, w1, w2, w3, stringBase, slot }) => {
    const entry = f.let('i32', 'entry', i32.load(state, tableState.nextEntry));
    f.do(
      i32.store(state, i32.add(entry, groupRow.strideBytes), tableState.nextEntry),
      i32.store(state, i32.add(i32.load(state, tableState.count), 1), tableState.count),
      i64.store(slot, i64.or(i64.shl(hash, 32n), i64.extend_i32_u(entry))),
    );
    const keep = (first: Local<'i64'>, second: Local<'i64'>) =>
      f.if(isLong(first), () => {
        const at = f.let('i32', 'at', i32.load(state, tableState.nextString));
        f.memoryCopy(at, i32.add(stringBase, i32.wrap_i64(second)), lengthOf(first));
        f.do(i32.store(state, i32.add(at, lengthOf(first)), tableState.nextString));
        const next = i64.and(second, -0x100000000n);
        f.set(second, i64.or(next, i64.extend_i32_u(at)));
      });
    keep(w0, w1);
    keep(w2, w3);
    const words = [w0, w1, w2, w3].map((w, i) => i64.store(entry, w, groupRow.keys + 8 * i));
    f.do(i64.store(entry, hash, groupRow.hash), ...words, ...emptyGroup(entry));
    f.return(entry);
  });
}

function emptyGroup(entry: Expr<'i32'>): Stmt[] {
  return [
    i64.store(entry, 0n, groupRow.count),
    f64.store(entry, 0, groupRow.sumHigh),
    f64.store(entry, 0, groupRow.sumLow),
    i64.store(entry, 0n, groupRow.quantity),
    f64.store(entry, Infinity, groupRow.min),
    f64.store(entry, -Infinity, groupRow.max),
  ];
}

/** Fills the slots anew for 2^log2 of them; entries do not move. */
function buildRehash(module: ModuleBuilder, name: string, layout: TableLayout, shareOf: number): void {
  module.export(`rehash_${name}`, { log2: 'i32' }, undefined, (f, { log2 }) => {
    const { state, slots } = layout;
    const shift = f.let('i32', 'shift', i32.sub(32, log2));
    const mask = f.let('i32', 'mask', i32.sub(i32.shl(1, log2), 1));
    f.do(i32.store(state, shift, tableState.shift), i32.store(state, mask, tableState.mask));
    f.memoryFill(slots, 0, i32.shl(8, log2));
    const entry = f.let('i32', 'entry', layout.entries);
    const end = f.let('i32', 'end', i32.load(state, tableState.nextEntry));
    f.while(
      'each',
      () => i32.lt_u(entry, end),
      () => {
        const hash = f.let('i64', 'hash', i64.load(entry, groupRow.hash));
        const slot = f.let('i32', 'slot', slotIndex(shareOf, shift, hash));
        f.while(
          'probe',
          () => i32.eqz(i64.eqz(i64.load(i32.shl(slot, 3), slots))),
          () => f.set(slot, i32.and(i32.add(slot, 1), mask)),
        );
        f.do(i64.store(i32.shl(slot, 3), i64.or(i64.shl(hash, 32n), i64.extend_i32_u(entry)), slots));
        f.set(entry, i32.add(entry, groupRow.strideBytes));
      },
    );
  });
}
