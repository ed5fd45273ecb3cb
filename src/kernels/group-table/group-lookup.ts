/**
 * Finding the entry of a row's group, or making it: the complete way, as a function. The loops
 * (group-loop.ts) try a shorter one first and come here when that does not decide.
 */
import { type RowLayout, rowHashOffset } from '../../columns/row-layout.ts';
import { call, i32, i64 } from '../../wasm/instructions.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import { newEntry } from './entry-store.ts';
import { keysEqual, layoutName, sameKeyWords, storeKey } from './group-key.ts';
import {
  countGroup,
  directoryEntryOf,
  directoryPlaceOf,
  homeOf,
  loadSubTable,
  makeRoom,
  placeSlot,
  slotHashOf,
  tagOf,
  tagOffset,
} from './slot-directory.ts';
import type { TableContext } from './table-context.ts';

/** `..._find_<layout>(row, page) -> entry` of the row's group, made if it is new. The directory exists. */
export function findEntry(table: TableContext, layout: RowLayout): FunctionSlot {
  const params = { row: 'i32', page: 'i32' } as const;
  return table.once(`find_${layoutName(table, layout)}`, (module, name) => {
    const [equal, add] = [keysEqual(table, layout), addEntry(table)];
    return module.function(name, params, 'i32', (f, { row, page }) => {
      const keyed = { layout, row, page };
      const hash = f.let('i64', 'hash', i64.load(row, rowHashOffset));
      const slotHash = f.let('i64', 'slot_hash', slotHashOf(table.roots, hash));
      const sub = loadSubTable(
        f,
        f.let('i32', 'directory_entry', directoryEntryOf(slotHash, directoryPlaceOf(table))),
      );
      const tag = f.let('i32', 'tag', tagOf(slotHash));
      const index = f.let('i32', 'index', homeOf(tag, sub));
      const entry = f.local('i32', 'entry');
      f.block('absent', (absent) => {
        f.loop('probe', (probe) => {
          const at = f.let('i32', 'at', i32.add(sub.slots, i32.shl(index, 3)));
          const found = f.let('i32', 'found', i32.load(at, tagOffset));
          f.branchIf(absent, i32.eqz(found));
          f.if(i32.eq(found, tag), () => {
            f.set(entry, i32.load(at));
            f.if(sameKeyWords(table, keyed, entry), () => f.return(entry));
            f.if(call(equal, row, page, entry) as Expr<'i32'>, () => f.return(entry));
          });
          f.set(index, i32.and(i32.add(index, 1), sub.mask));
          f.branch(probe);
        });
      });
      f.set(entry, call(add, hash, slotHash) as Expr<'i32'>);
      storeKey(table, f, keyed, entry);
      f.return(entry);
    });
  });
}

/** `..._add_entry(hash, slotHash) -> entry` that is new and can be found; its key is still to be stored. */
function addEntry(table: TableContext): FunctionSlot {
  return table.once('add_entry', (module, name) => {
    const [room, create, place] = [makeRoom(table), newEntry(table), placeSlot(table)];
    const params = { hash: 'i64', slotHash: 'i64' } as const;
    return module.function(name, params, 'i32', (f, { hash, slotHash }) => {
      const first = f.let('i32', 'first', call(room, slotHash) as Expr<'i32'>);
      const entry = f.let('i32', 'entry', call(create, hash) as Expr<'i32'>);
      const { slots, mask, depth } = loadSubTable(f, first);
      f.call(place, slots, mask, depth, entry, tagOf(slotHash));
      countGroup(f, first);
      f.return(entry);
    });
  });
}
