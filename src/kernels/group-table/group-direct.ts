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
  firstWithTag,
  loadRange,
  loadSubTable,
  type SlotRange,
  type SubTable,
  slotHashOf,
  tagOf,
} from './slot-directory.ts';
import type { TableContext } from './table-context.ts';

/** A table while a loop runs that takes rows in directly; nothing else may change it meanwhile. */
export interface DirectTable {
  readonly table: TableContext;
  readonly isOpen: Local<'i32'>;
  /** Where its groups are found; undefined where it has no keys. */
  readonly place: { readonly range: SlotRange; readonly sub: SubTable } | undefined;
}

/** One row of the table's `rows`, its key normalised, in lanes that are cheap to repeat. */
export interface DirectRow {
  readonly hash: Expr<'i64'>;
  readonly values: readonly KernelValue[];
}

/** Emits, in front of the loop: what the rows need. `wanted`: whether rows may be taken in at all. */
export function openDirect(table: TableContext, f: FunctionBuilder, wanted: Expr<'i32'>): DirectTable {
  const { groupCount, directory } = table.roots;
  const isOpen = f.let('i32', 'is_open', i32.and(wanted, i32.ne(groupCount, 0)));
  if (table.spec.keyCount === 0) return { table, isOpen, place: undefined };
  // Without a directory these are words that nobody looks at.
  const sub = loadSubTable(f, directory);
  const isSmall = i32.lt_u(groupCount, table.sizes.phasedGroupsMin);
  f.set(isOpen, i32.and(isOpen, i32.and(isSmall, i32.eqz(sub.depth))));
  return { table, isOpen, place: { range: loadRange(f, table), sub } };
}

/** Emits: takes the row in and goes to `taken`, if its group is found at once; else nothing was done. */
export function updateDirect(direct: DirectTable, f: FunctionBuilder, row: DirectRow, taken: Label): void {
  const { table, isOpen } = direct;
  f.block('elsewhere', (elsewhere) => {
    f.branchIf(elsewhere, i32.eqz(isOpen));
    updateEntry(table, f, (index) => row.values[index]!, findDirect(direct, f, row, elsewhere));
    f.branch(taken);
  });
}

/** Emits: the row's entry; goes to `elsewhere` where the first slot with its tag does not decide. */
function findDirect(
  { table, place }: DirectTable,
  f: FunctionBuilder,
  { hash, values }: DirectRow,
  elsewhere: Label,
): Expr<'i32'> {
  if (place === undefined) return lastEntry(table);
  const tag = f.let('i32', 'tag', tagOf(slotHashOf(place.range, hash)));
  const entry = f.local('i32', 'entry');
  firstWithTag(f, place.sub, tag, { entry, absent: elsewhere });
  f.branchIf(elsewhere, i32.eqz(sameKeyLanes(table, values, entry)));
  return entry;
}
