/**
 * The loops that take a page's rows in. While the table is one sub-table and small, row by row (direct).
 * Beyond that in phases of up to 256 rows: first the rows' slots are touched, then the entries they name,
 * then the rows are taken in; the misses of a phase overlap, where row by row they would wait for each other
 * (Kersten et al., VLDB 2018).
 */
import { pageHeaderBytes, pageRowsEndOffset } from '../../columns/page.ts';
import { type RowLayout, rowHashOffset } from '../../columns/row-layout.ts';
import type { FunctionBuilder, Local } from '../../wasm/function-builder.ts';
import { call, i32, i64, select } from '../../wasm/instructions.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import { loadField } from '../page/row-access.ts';
import { lastEntry, newEntry } from './entry-store.ts';
import { type KeyedRow, layoutName, sameKeyWords } from './group-key.ts';
import { findEntry } from './group-lookup.ts';
import { mergeEntry, updateEntry } from './group-state.ts';
import {
  createDirectory,
  type DirectoryPlace,
  directoryEntryOf,
  directoryPlaceOf,
  firstWithTag,
  homeOf,
  loadRange,
  loadSubTable,
  type SlotRange,
  slotBytes,
  slotHashOf,
  tagOf,
  tagOffset,
} from './slot-directory.ts';
import type { TableContext } from './table-context.ts';

const phaseRows = 256;
const cacheLineBytes = 64;

/** Adds the export that takes in a page of rows, or of partial rows. */
export function emitPageLoop(table: TableContext, input: 'rows' | 'partials'): void {
  const { module, spec, roots } = table;
  const layout = input === 'rows' ? table.rows : table.partials;
  const loop = spec.keyCount === 0 ? keylessLoop(table, layout) : undefined;
  const [direct, phased] = loop ? [loop, loop] : [directLoop(table, layout), phasedLoop(table, layout)];
  const name = `${spec.prefix}_${input === 'rows' ? 'update' : 'merge'}`;
  module.export(name, { page: 'i32' }, undefined, (f, { page }) => {
    const row = f.let('i32', 'row', i32.add(page, pageHeaderBytes));
    const end = f.let('i32', 'end', i32.add(page, i32.load(page, pageRowsEndOffset)));
    if (loop) {
      f.call(loop, page, row, end);
      return;
    }
    f.if(i32.eqz(roots.directory), () => f.call(createDirectory(table)));
    const first = loadSubTable(f, roots.directory);
    const small = i32.lt_u(roots.groupCount, table.sizes.phasedGroupsMin);
    f.if(i32.and(i32.eqz(first.depth), small), () => {
      f.set(row, call(direct, page, row, end) as Expr<'i32'>);
    });
    f.call(phased, page, row, end);
  });
}

const loopParams = { page: 'i32', row: 'i32', end: 'i32' } as const;

/** Emits: what the row does to its entry. */
function takeIn(table: TableContext, f: FunctionBuilder, keyed: KeyedRow, entry: Expr<'i32'>): void {
  const { layout, row, page } = keyed;
  if (layout === table.partials) mergeEntry(table, f, keyed, entry);
  else updateEntry(table, f, (index) => loadField(f, layout.fields[index]!, row, page), entry);
}

/**
 * `..._direct_<layout>(page, row, end) -> row` where it stopped: at the end, or when the table is no longer
 * one.
 */
function directLoop(table: TableContext, layout: RowLayout): FunctionSlot {
  const find = findEntry(table, layout);
  const name = `${table.spec.prefix}_direct_${layoutName(table, layout)}`;
  return table.module.function(name, loopParams, 'i32', (f, { page, row, end }) => {
    const keyed = { layout, row, page };
    const range = loadRange(f, table);
    const sub = loadSubTable(f, table.roots.directory);
    const entry = f.local('i32', 'entry');
    f.while(
      'each_row',
      () => i32.lt_u(row, end),
      () => {
        const slotHash = slotHashOf(range, i64.load(row, rowHashOffset));
        const tag = f.let('i32', 'tag', tagOf(slotHash));
        f.block('found', (found) => {
          f.block('undecided', (undecided) => {
            firstWithTag(f, sub, tag, { entry, absent: undecided });
            f.branchIf(found, sameKeyWords(table, keyed, entry));
          });
          f.set(entry, call(find, row, page) as Expr<'i32'>);
          reload(f, table, sub);
          // A table that has split is beyond this loop, which ends behind this row.
          f.if(sub.depth, () => f.set(end, i32.add(row, layout.strideBytes)));
        });
        takeIn(table, f, keyed, entry);
        f.set(row, i32.add(row, layout.strideBytes));
      },
    );
    f.return(row);
  });
}

function reload(f: FunctionBuilder, table: TableContext, sub: ReturnType<typeof loadSubTable>): void {
  const now = loadSubTable(f, table.roots.directory);
  f.set(sub.slots, now.slots);
  f.set(sub.mask, now.mask);
  f.set(sub.depth, now.depth);
}

/** `..._phased_<layout>(page, row, end) -> row` behind the last. */
function phasedLoop(table: TableContext, layout: RowLayout): FunctionSlot {
  const { module, spec } = table;
  const find = findEntry(table, layout);
  // For each row of a phase: its home slot's address and its tag; then the entry it likely belongs to.
  const places = module.reserve(8 * phaseRows, 64);
  const sink = module.reserve(8, 8);
  const name = `${spec.prefix}_phased_${layoutName(table, layout)}`;
  return module.function(name, loopParams, 'i32', (f, { page, row, end }) => {
    const touched = f.local('i64', 'touched');
    const range = loadRange(f, table);
    const directory = f.local('i32', 'directory');
    const shift = f.local('i64', 'directory_shift');
    const phaseEnd = f.local('i32', 'phase_end');
    const current = f.local('i32', 'current');
    const place = f.local('i32', 'place');
    const eachRow = (phase: string, body: () => void): void => {
      f.set(current, row);
      f.set(place, i32.const(places));
      f.while(
        phase,
        () => i32.lt_u(current, phaseEnd),
        () => {
          body();
          f.set(current, i32.add(current, layout.strideBytes));
          f.set(place, i32.add(place, 8));
        },
      );
    };
    f.while(
      'each_phase',
      () => i32.lt_u(row, end),
      () => {
        f.set(phaseEnd, i32.add(row, phaseRows * layout.strideBytes));
        f.if(i32.gt_u(phaseEnd, end), () => f.set(phaseEnd, end));
        // Taking rows in may have grown the directory.
        f.set(directory, directoryPlaceOf(table).directory);
        f.set(shift, directoryPlaceOf(table).shift);
        const slots = { ...range, directory, shift };
        eachRow('touch_slots', () => touchSlot(f, slots, { row: current, place, touched }));
        eachRow('touch_entries', () => touchEntry(table, f, { place, touched }));
        eachRow('take_in', () => {
          const keyed = { layout, row: current, page };
          const entry = f.let('i32', 'entry', i32.load(place));
          f.block('found', (found) => {
            f.if(entry, () => f.branchIf(found, sameKeyWords(table, keyed, entry)));
            f.set(entry, call(find, current, page) as Expr<'i32'>);
          });
          takeIn(table, f, keyed, entry);
        });
        f.set(row, phaseEnd);
      },
    );
    // Stored, so that no compiler takes the touching loads for useless.
    f.do(i64.store(sink, touched));
    f.return(row);
  });
}

interface TouchedRow {
  readonly row: Local<'i32'>;
  readonly place: Local<'i32'>;
  readonly touched: Local<'i64'>;
}

/** Emits: note the row's home slot and tag, and load the slot. */
function touchSlot(
  f: FunctionBuilder,
  slots: SlotRange & DirectoryPlace,
  { row, place, touched }: TouchedRow,
): void {
  const slotHash = f.let('i64', 'slot_hash', slotHashOf(slots, i64.load(row, rowHashOffset)));
  const sub = loadSubTable(f, f.let('i32', 'directory_entry', directoryEntryOf(slotHash, slots)));
  const tag = f.let('i32', 'tag', tagOf(slotHash));
  const at = f.let('i32', 'at', i32.add(sub.slots, i32.shl(homeOf(tag, sub), 3)));
  f.do(i32.store(place, at), i32.store(place, tag, 4));
  f.set(touched, i64.xor(touched, i64.load(at)));
}

/** Emits: from the noted slot or its neighbour, the entry with the row's tag (0: neither), and load it. */
function touchEntry(
  table: TableContext,
  f: FunctionBuilder,
  { place, touched }: Pick<TouchedRow, 'place' | 'touched'>,
): void {
  const at = f.let('i32', 'at', i32.load(place));
  const tag = f.let('i32', 'tag', i32.load(place, 4));
  // The neighbour in the same cache line only: that is never past the last slot.
  const lastOfLine = i32.eq(i32.and(at, cacheLineBytes - 1), cacheLineBytes - slotBytes);
  const next = f.let('i32', 'next', select('i32', lastOfLine, at, i32.add(at, slotBytes)));
  const second = select('i32', i32.eq(i32.load(next, tagOffset), tag), i32.load(next), 0);
  const entry = f.let(
    'i32',
    'entry',
    select('i32', i32.eq(i32.load(at, tagOffset), tag), i32.load(at), second),
  );
  f.do(i32.store(place, entry));
  const last = table.partials.strideBytes - 8;
  for (let offset = 0; offset < last; offset += cacheLineBytes) {
    f.set(touched, i64.xor(touched, i64.load(entry, offset)));
  }
  f.set(touched, i64.xor(touched, i64.load(entry, last)));
}

/** `..._keyless_<layout>(page, row, end) -> row` behind the last: every row belongs to the only entry. */
function keylessLoop(table: TableContext, layout: RowLayout): FunctionSlot {
  const name = `${table.spec.prefix}_keyless_${layoutName(table, layout)}`;
  const only = onlyEntry(table);
  return table.module.function(name, loopParams, 'i32', (f, { page, row, end }) => {
    f.if(i32.ge_u(row, end), () => f.return(row));
    const entry = f.let('i32', 'entry', call(only) as Expr<'i32'>);
    f.while(
      'each_row',
      () => i32.lt_u(row, end),
      () => {
        takeIn(table, f, { layout, row, page }, entry);
        f.set(row, i32.add(row, layout.strideBytes));
      },
    );
    f.return(row);
  });
}

/** `..._only_entry() -> entry` of a table without keys, made if it is not there. */
export function onlyEntry(table: TableContext): FunctionSlot {
  return table.once('only_entry', (module, name) => {
    const create = newEntry(table);
    return module.function(name, {}, 'i32', (f) => {
      f.if(table.roots.groupCount, () => {
        f.return(lastEntry(table));
      });
      f.return(call(create, 0n) as Expr<'i32'>);
    });
  });
}
