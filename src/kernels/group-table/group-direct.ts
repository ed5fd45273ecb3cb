/**
 * Rows straight from the lanes of a loop into their groups, without a page in between: for a loop that has
 * nothing else to do with a row whose group is found at once. All others go the way of the pages: new groups,
 * keys with long strings, and every row while the table is so large that its misses should overlap
 * (group-loop.ts).
 */
import type { FunctionBuilder, Local } from '../../wasm/function-builder.ts';
import { i32 } from '../../wasm/instructions.ts';
import type { Expr, Label } from '../../wasm/types.ts';
import type { KernelValue } from '../page/row-access.ts';
import { lastEntry } from './entry-store.ts';
import { sameKeyLanes } from './group-key.ts';
import { updateEntry } from './group-state.ts';
import {
  loadRange,
  loadSubTable,
  type SlotRange,
  type SubTable,
  slotBytes,
  slotHashOf,
  tagOf,
  tagOffset,
} from './slot-directory.ts';
import type { TableContext } from './table-context.ts';

/** A table while a loop runs that takes rows in directly; nothing else may change it meanwhile. */
export interface DirectTable {
  readonly table: TableContext;
  readonly isOpen: Local<'i32'>;
  readonly range: SlotRange;
  readonly sub: SubTable;
}

/** One row of the table's `rows`, its key normalised, in lanes that are cheap to repeat. */
export interface DirectRow {
  readonly hash: Expr<'i64'>;
  readonly values: readonly KernelValue[];
}

/** Emits, in front of the loop: what the rows need. `wanted`: whether rows may be taken in at all. */
export function openDirect(table: TableContext, f: FunctionBuilder, wanted: Expr<'i32'>): DirectTable {
  const { roots, sizes, spec } = table;
  const isSmall = i32.lt_u(roots.groupCount, spec.keyCount === 0 ? 2 : sizes.phasedGroupsMin);
  const isOpen = f.let('i32', 'is_open', i32.and(i32.and(wanted, i32.ne(roots.groupCount, 0)), isSmall));
  const sub = {
    slots: f.local('i32', 'slots'),
    mask: f.local('i32', 'mask'),
    depth: f.local('i32', 'depth'),
  };
  f.if(isOpen, () => {
    if (spec.keyCount === 0) return;
    const first = loadSubTable(f, roots.directory);
    f.set(sub.slots, first.slots);
    f.set(sub.mask, first.mask);
    f.set(isOpen, i32.eqz(first.depth));
  });
  return { table, isOpen, range: loadRange(f, table), sub };
}

/** Emits: takes the row in and goes to `taken`, if its group is found at once; else nothing was done. */
export function updateDirect(direct: DirectTable, f: FunctionBuilder, row: DirectRow, taken: Label): void {
  const { table, isOpen } = direct;
  f.block('elsewhere', (elsewhere) => {
    f.branchIf(elsewhere, i32.eqz(isOpen));
    const entry = table.spec.keyCount === 0 ? lastEntry(table) : findDirect(direct, f, row, elsewhere);
    updateEntry(table, f, (index) => row.values[index]!, entry);
    f.branch(taken);
  });
}

/** Emits: the row's entry; goes to `elsewhere` where the first slot with its tag does not decide. */
function findDirect(
  { table, range, sub }: DirectTable,
  f: FunctionBuilder,
  { hash, values }: DirectRow,
  elsewhere: Label,
): Expr<'i32'> {
  const tag = f.let('i32', 'tag', tagOf(slotHashOf(range, hash)));
  // The only sub-table has depth 0.
  const index = f.let('i32', 'index', i32.shr_u(tag, i32.clz(sub.mask)));
  const at = f.local('i32', 'at');
  f.loop('probe', (probe) => {
    f.set(at, i32.add(sub.slots, i32.mul(index, slotBytes)));
    const slotTag = f.let('i32', 'slot_tag', i32.load(at, tagOffset));
    f.if(i32.ne(slotTag, tag), () => {
      f.branchIf(elsewhere, i32.eqz(slotTag));
      f.set(index, i32.and(i32.add(index, 1), sub.mask));
      f.branch(probe);
    });
  });
  const entry = f.let('i32', 'entry', i32.load(at));
  f.branchIf(elsewhere, i32.eqz(sameKeyLanes(table, values, entry)));
  return entry;
}
