/**
 * Where groups are found. A group's place is its slot hash, (hash - rangeStart) * rangeScale, which keeps the
 * order of hashes and spreads the partition's range over 64 bits. Its top bits pick an entry of the directory
 * and so a sub-table, the next bits a slot: as in extendible hashing (Fagin et al., 1979), a sub-table of
 * depth d holds what agrees in the first d bits and is shared by 2^(bits - d) directory entries. It doubles
 * up to `slotsMax` slots and then splits, so no single step moves more than half of `slotsMax` groups.
 *
 *   directory entry  u32 slots @0 · u32 slot count - 1 @4 · u32 depth @8 · u32 groups @12, in a range's first
 *   slot             u32 entry address @0 · u32 tag @4, the slot hash's upper half, made odd; 0: free
 *
 * Probing is linear and cyclic in the sub-table. A slot whose home is earlier goes first (Robin Hood, Celis
 * 1986), so slots are in the order of their homes and the groups of a key group are neighbours.
 */

import { allocateBlock, freeBlock } from '../../routines/heap.ts';
import type { FunctionBuilder, Local } from '../../wasm/function-builder.ts';
import { call, i32, i64, select } from '../../wasm/instructions.ts';
import type { Arg, Expr, FunctionSlot, Label } from '../../wasm/types.ts';
import type { TableContext } from './table-context.ts';

export const slotBytes = 8;
export const tagOffset = 4;
const directoryEntryBytes = 16;
const maskOffset = 4;
const depthOffset = 8;
const groupsOffset = 12;
/** Sub-tables of this depth only double: more bits would not tell apart what forged hashes make equal. */
const depthMax = 16;

/** What turns hashes into places; in loops, copies in locals. */
export interface SlotRange {
  readonly rangeStart: Expr<'i64'>;
  readonly rangeScale: Expr<'i64'>;
}

/** The slot hash of a hash. */
export function slotHashOf(range: SlotRange, hash: Arg<'i64'>): Expr<'i64'> {
  return i64.mul(i64.sub(hash, range.rangeStart), range.rangeScale);
}

/** Emits: the range in locals. */
export function loadRange(f: FunctionBuilder, table: TableContext): SlotRange {
  const { rangeStart, rangeScale } = table.roots;
  return {
    rangeStart: f.let('i64', 'range_start', rangeStart),
    rangeScale: f.let('i64', 'range_scale', rangeScale),
  };
}

/** Where directory entries lie, and by how much a slot hash is shifted to number them. */
export interface DirectoryPlace {
  readonly directory: Expr<'i32'>;
  readonly shift: Expr<'i64'>;
}

export function directoryPlaceOf(table: TableContext): DirectoryPlace {
  const { directory, directoryBits } = table.roots;
  return { directory, shift: i64.extend_i32_u(i32.sub(64, directoryBits)) };
}

/** The address of the directory entry for a slot hash. */
export function directoryEntryOf(slotHash: Expr<'i64'>, place: DirectoryPlace): Expr<'i32'> {
  const index = i32.wrap_i64(i64.shr_u(slotHash, place.shift));
  return i32.add(place.directory, i32.shl(index, 4));
}

/** What a directory entry says of its sub-table, in locals. */
export interface SubTable {
  readonly slots: Local<'i32'>;
  readonly mask: Local<'i32'>;
  readonly depth: Local<'i32'>;
}

export function loadSubTable(f: FunctionBuilder, entry: Expr<'i32'>): SubTable {
  return {
    slots: f.let('i32', 'slots', i32.load(entry)),
    mask: f.let('i32', 'mask', i32.load(entry, maskOffset)),
    depth: f.let('i32', 'depth', i32.load(entry, depthOffset)),
  };
}

/**
 * The tag of a slot hash: the same in every sub-table, so that a group moves to another one without a look at
 * its entry, which would be a cache miss for each.
 */
export function tagOf(slotHash: Expr<'i64'>): Expr<'i32'> {
  return i32.or(i32.wrap_i64(i64.shr_u(slotHash, 32)), 1);
}

/** The index of a tag's home: as many of the bits behind its first `depth` as the sub-table has. */
export function homeOf(tag: Expr<'i32'>, sub: Pick<SubTable, 'mask' | 'depth'>): Expr<'i32'> {
  return i32.shr_u(i32.shl(tag, sub.depth), i32.clz(sub.mask));
}

/**
 * Emits: the entry of the first slot with the tag, to `entry`; goes to `absent` where there is none. The
 * sub-table is the only one, of depth 0.
 */
export function firstWithTag(
  f: FunctionBuilder,
  sub: SubTable,
  tag: Expr<'i32'>,
  found: { readonly entry: Local<'i32'>; readonly absent: Label },
): void {
  const index = f.let('i32', 'index', i32.shr_u(tag, i32.clz(sub.mask)));
  const at = f.local('i32', 'at');
  f.loop('probe', (probe) => {
    f.set(at, i32.add(sub.slots, i32.mul(index, slotBytes)));
    const slotTag = f.let('i32', 'slot_tag', i32.load(at, tagOffset));
    f.if(i32.ne(slotTag, tag), () => {
      f.branchIf(found.absent, i32.eqz(slotTag));
      f.set(index, i32.and(i32.add(index, 1), sub.mask));
      f.branch(probe);
    });
  });
  f.set(found.entry, i32.load(at));
}

/** `..._create_directory()`: one empty sub-table for the whole range. */
export function createDirectory(table: TableContext): FunctionSlot {
  return table.once('create_directory', (module, name) =>
    module.function(name, {}, undefined, (f) => {
      const { directory, directoryBits } = table.roots;
      // The directory has one bit more than the sub-table's depth of 0, because a shift by 64 is one by 0.
      const bytes = 2 * directoryEntryBytes;
      f.setGlobal(directory, call(allocateBlock(table.module), bytes) as Expr<'i32'>);
      f.setGlobal(directoryBits, 1);
      const slots = f.let('i32', 'slots', call(createSlots(table), table.sizes.slotsMin) as Expr<'i32'>);
      f.call(setRange(table), directory, slots, table.sizes.slotsMin - 1, 0, 0);
    }),
  );
}

/** `..._make_room(slotHash) -> directory entry` of the sub-table, which has room for one more group. */
export function makeRoom(table: TableContext): FunctionSlot {
  return table.once('make_room', (module, name) => {
    const [double, split] = [doubleSubTable(table), splitSubTable(table)];
    return module.function(name, { slotHash: 'i64' }, 'i32', (f, { slotHash }) => {
      const first = f.local('i32', 'first');
      f.loop('again', (again) => {
        f.set(first, firstEntryOf(f, table, directoryEntryOf(slotHash, directoryPlaceOf(table))));
        const mask = i32.load(first, maskOffset);
        const groups = i32.load(first, groupsOffset);
        f.if(i32.le_u(i32.shl(groups, 1), groupsTwiceMax(table, first)), () => f.return(first));
        const splits = i32.and(
          i32.ge_u(mask, table.sizes.slotsMax - 1),
          i32.lt_u(i32.load(first, depthOffset), depthMax),
        );
        f.if(
          splits,
          () => f.call(split, first),
          () => f.call(double, first),
        );
        f.branch(again);
      });
    });
  });
}

/**
 * Twice the groups at which a sub-table is full: half of its slots, less up to a quarter of that by its place
 * in the directory. Evenly spread groups fill all sub-tables at once, and they should not all split at once.
 */
function groupsTwiceMax(table: TableContext, first: Expr<'i32'>): Expr<'i32'> {
  const mask = i32.load(first, maskOffset);
  const scattered = i32.shr_u(i32.mul(i32.sub(first, table.roots.directory), 0x9e37_79b1), 16);
  return i32.sub(mask, i32.and(scattered, i32.shr_u(mask, 2)));
}

/** Emits: count one more group in the sub-table whose range starts with this directory entry. */
export function countGroup(f: FunctionBuilder, first: Expr<'i32'>): void {
  f.do(i32.store(first, i32.add(i32.load(first, groupsOffset), 1), groupsOffset));
}

/** Emits: the first directory entry of the range that shares a sub-table with `entry`. */
function firstEntryOf(f: FunctionBuilder, table: TableContext, entry: Expr<'i32'>): Expr<'i32'> {
  const { directory, directoryBits } = table.roots;
  const at = f.let('i32', 'entry', entry);
  const rangeBytes = i32.shl(directoryEntryBytes, i32.sub(directoryBits, i32.load(at, depthOffset)));
  return i32.add(directory, i32.and(i32.sub(at, directory), i32.sub(0, rangeBytes)));
}

/**
 * `..._set_range(first, slots, mask, depth, groups)`: writes a sub-table into every directory entry of its
 * range.
 */
function setRange(table: TableContext): FunctionSlot {
  const params = { first: 'i32', slots: 'i32', mask: 'i32', depth: 'i32', groups: 'i32' } as const;
  return table.once('set_range', (module, name) =>
    module.function(name, params, undefined, (f, { first, slots, mask, depth, groups }) => {
      const count = i32.shl(directoryEntryBytes, i32.sub(table.roots.directoryBits, depth));
      const end = f.let('i32', 'end', i32.add(first, count));
      f.do(i32.store(first, groups, groupsOffset));
      f.while(
        'each_entry',
        () => i32.lt_u(first, end),
        () => {
          f.do(
            i32.store(first, slots),
            i32.store(first, mask, maskOffset),
            i32.store(first, depth, depthOffset),
          );
          f.set(first, i32.add(first, directoryEntryBytes));
        },
      );
    }),
  );
}

/** `..._create_slots(slotCount) -> address` of free slots. */
function createSlots(table: TableContext): FunctionSlot {
  return table.once('create_slots', (module, name) =>
    module.function(name, { slotCount: 'i32' }, 'i32', (f, { slotCount }) => {
      const bytes = f.let('i32', 'bytes', i32.shl(slotCount, 3));
      const slots = f.let('i32', 'slots', call(allocateBlock(table.module), bytes) as Expr<'i32'>);
      f.memoryFill(slots, 0, bytes);
      f.return(slots);
    }),
  );
}

/** `..._place_slot(slots, mask, depth, entry, tag)`: puts a group into a sub-table that has room. */
export function placeSlot(table: TableContext): FunctionSlot {
  const params = { slots: 'i32', mask: 'i32', depth: 'i32', entry: 'i32', tag: 'i32' } as const;
  return table.once('place_slot', (module, name) =>
    module.function(name, params, undefined, (f, { slots, mask, depth, entry, tag }) => {
      const index = f.let('i32', 'index', homeOf(tag, { mask, depth }));
      const distance = f.local('i32', 'distance');
      f.loop('probe', (probe) => {
        const at = f.let('i32', 'at', i32.add(slots, i32.shl(index, 3)));
        const found = f.let('i32', 'found', i32.load(at, tagOffset));
        f.if(i32.eqz(found), () => {
          f.do(i32.store(at, entry), i32.store(at, tag, tagOffset));
          f.return();
        });
        const foundDistance = i32.and(i32.sub(index, homeOf(found, { mask, depth })), mask);
        const itsDistance = f.let('i32', 'its_distance', foundDistance);
        f.if(i32.lt_u(itsDistance, distance), () => {
          // The one found is at or after its home by less: it moves on, and this one takes its slot.
          const foundEntry = f.let('i32', 'found_entry', i32.load(at));
          f.do(i32.store(at, entry), i32.store(at, tag, tagOffset));
          f.set(entry, foundEntry);
          f.set(tag, found);
          f.set(distance, itsDistance);
        });
        f.set(index, i32.and(i32.add(index, 1), mask));
        f.set(distance, i32.add(distance, 1));
        f.branch(probe);
      });
    }),
  );
}

/** Emits a loop over the taken slots of a sub-table. */
function eachSlot(
  f: FunctionBuilder,
  sub: { readonly slots: Expr<'i32'>; readonly mask: Expr<'i32'> },
  body: (at: Local<'i32'>) => void,
): void {
  const at = f.let('i32', 'at', sub.slots);
  const end = f.let('i32', 'end', i32.add(sub.slots, i32.shl(i32.add(sub.mask, 1), 3)));
  f.while(
    'each_slot',
    () => i32.lt_u(at, end),
    () => {
      f.if(i32.load(at, tagOffset), () => body(at));
      f.set(at, i32.add(at, slotBytes));
    },
  );
}

/** `..._double_sub_table(first)`: the same groups in twice the slots. */
function doubleSubTable(table: TableContext): FunctionSlot {
  return table.once('double_sub_table', (module, name) => {
    const place = placeSlot(table);
    return module.function(name, { first: 'i32' }, undefined, (f, { first }) => {
      const old = loadSubTable(f, first);
      const slotCount = f.let('i32', 'slot_count', i32.shl(i32.add(old.mask, 1), 1));
      const slots = f.let('i32', 'new_slots', call(createSlots(table), slotCount) as Expr<'i32'>);
      const mask = f.let('i32', 'new_mask', i32.sub(slotCount, 1));
      eachSlot(f, old, (at) => {
        f.call(place, slots, mask, old.depth, i32.load(at), i32.load(at, tagOffset));
      });
      f.call(setRange(table), first, slots, mask, old.depth, i32.load(first, groupsOffset));
      f.call(freeBlock(table.module), old.slots, i32.shl(slotCount, 2));
    });
  });
}

/** `..._split_sub_table(first)`: its groups in two sub-tables, by the next bit of their slot hashes. */
function splitSubTable(table: TableContext): FunctionSlot {
  return table.once('split_sub_table', (module, name) => {
    const [place, range, doubleAll] = [placeSlot(table), setRange(table), doubleDirectory(table)];
    return module.function(name, { first: 'i32' }, undefined, (f, { first }) => {
      const old = loadSubTable(f, first);
      f.if(i32.eq(old.depth, table.roots.directoryBits), () => {
        f.set(first, call(doubleAll, first) as Expr<'i32'>);
      });
      const groups = f.let('i32', 'groups', i32.load(first, groupsOffset));
      const high = f.local('i32', 'high_groups');
      // The bit behind the first `depth`.
      const sideOf = (tag: Expr<'i32'>): Expr<'i32'> => i32.shr_u(i32.shl(tag, old.depth), 31);
      eachSlot(f, old, (at) => f.set(high, i32.add(high, sideOf(i32.load(at, tagOffset)))));
      const low = f.let('i32', 'low_groups', i32.sub(groups, high));
      const depth = f.let('i32', 'new_depth', i32.add(old.depth, 1));
      const lowPart = newPart(f, table, low);
      const highPart = newPart(f, table, high);
      eachSlot(f, old, (at) => {
        const tag = f.let('i32', 'tag', i32.load(at, tagOffset));
        const isHigh = f.let('i32', 'is_high', sideOf(tag));
        const slots = select('i32', isHigh, highPart.slots, lowPart.slots);
        const mask = select('i32', isHigh, highPart.mask, lowPart.mask);
        f.call(place, slots, mask, depth, i32.load(at), tag);
      });
      const half = i32.shl(directoryEntryBytes, i32.sub(table.roots.directoryBits, depth));
      const highFirst = f.let('i32', 'high_first', i32.add(first, half));
      f.call(range, first, lowPart.slots, lowPart.mask, depth, low);
      f.call(range, highFirst, highPart.slots, highPart.mask, depth, high);
      f.call(freeBlock(table.module), old.slots, i32.shl(i32.add(old.mask, 1), 3));
    });
  });
}

/** Emits: slots for one side of a split, between a quarter and half full where the bounds allow. */
function newPart(
  f: FunctionBuilder,
  table: TableContext,
  groups: Expr<'i32'>,
): { readonly slots: Local<'i32'>; readonly mask: Local<'i32'> } {
  const { slotsMin, slotsMax } = table.sizes;
  const wanted = i32.shl(4, i32.sub(32, i32.clz(groups)));
  const slotCount = f.let('i32', 'slot_count', wanted);
  f.if(i32.gt_u(slotCount, slotsMax), () => f.set(slotCount, slotsMax));
  f.if(i32.lt_u(slotCount, slotsMin), () => f.set(slotCount, slotsMin));
  const slots = f.let('i32', 'part_slots', call(createSlots(table), slotCount) as Expr<'i32'>);
  return { slots, mask: f.let('i32', 'part_mask', i32.sub(slotCount, 1)) };
}

/** `..._double_directory(entry) -> the entry's new address`: every entry twice. */
function doubleDirectory(table: TableContext): FunctionSlot {
  return table.once('double_directory', (module, name) =>
    module.function(name, { entry: 'i32' }, 'i32', (f, { entry }) => {
      const { directory, directoryBits } = table.roots;
      const bytes = f.let('i32', 'bytes', i32.shl(directoryEntryBytes, directoryBits));
      const grown = call(allocateBlock(table.module), i32.shl(bytes, 1)) as Expr<'i32'>;
      const to = f.let('i32', 'to', grown);
      const from = f.local('i32', 'from');
      f.while(
        'each_entry',
        () => i32.lt_u(from, bytes),
        () => {
          const target = f.let('i32', 'target', i32.add(to, i32.shl(from, 1)));
          for (const at of [0, directoryEntryBytes]) {
            for (const word of [0, 8]) {
              f.do(i64.store(target, i64.load(i32.add(directory, from), word), at + word));
            }
          }
          f.set(from, i32.add(from, directoryEntryBytes));
        },
      );
      const moved = f.let('i32', 'moved', i32.add(to, i32.shl(i32.sub(entry, directory), 1)));
      f.call(freeBlock(table.module), directory, bytes);
      f.setGlobal(directory, to);
      f.setGlobal(directoryBits, i32.add(directoryBits, 1));
      f.return(moved);
    }),
  );
}

/** `..._free_directory()`: gives back all slots and the directory. */
export function freeDirectory(table: TableContext): FunctionSlot {
  return table.once('free_directory', (module, name) =>
    module.function(name, {}, undefined, (f) => {
      const { directory, directoryBits } = table.roots;
      const free = freeBlock(table.module);
      f.if(i32.eqz(directory), () => f.return());
      const bytes = f.let('i32', 'bytes', i32.shl(directoryEntryBytes, directoryBits));
      const at = f.let('i32', 'at', directory);
      const end = f.let('i32', 'end', i32.add(directory, bytes));
      f.while(
        'each_range',
        () => i32.lt_u(at, end),
        () => {
          const sub = loadSubTable(f, at);
          f.call(free, sub.slots, i32.shl(i32.add(sub.mask, 1), 3));
          f.set(at, i32.add(at, i32.shl(directoryEntryBytes, i32.sub(directoryBits, sub.depth))));
        },
      );
      f.call(free, directory, bytes);
      f.setGlobal(directory, 0);
    }),
  );
}
