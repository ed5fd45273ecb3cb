/**
 * The entries themselves: laid out as partial rows, handed out one after the other from blocks and never
 * moved while the table lives. What is long in an entry (keys, view states) lies in heap blocks that the
 * entry owns.
 *
 *   block = [ u32 next block ][ 12 unused ][ entries ... ]
 */
import { rowHashOffset } from '../../columns/row-layout.ts';
import { allocateBlock, freeBlock } from '../../routines/heap.ts';
import { isLongView, longViewAddress, longViewLength, withViewAddress } from '../../routines/views.ts';
import type { FunctionBuilder, Local } from '../../wasm/function-builder.ts';
import { call, i32, i64 } from '../../wasm/instructions.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import { clearWords } from '../page/copy-bytes.ts';
import type { EntryCursor, TableContext } from './table-context.ts';

const blockHeaderBytes = 16;

/**
 * `..._new_entry(hash) -> address` of an entry that is zero but for its hash; counted, not yet to be found.
 */
export function newEntry(table: TableContext): FunctionSlot {
  return table.once('new_entry', (module, name) =>
    module.function(name, { hash: 'i64' }, 'i32', (f, { hash }) => {
      const { nextEntry, entriesEnd, groupCount } = table.roots;
      const stride = table.partials.strideBytes;
      f.if(i32.eq(nextEntry, entriesEnd), () => addBlock(f, table));
      const entry = f.let('i32', 'entry', nextEntry);
      clearWords(f, entry, stride);
      f.do(i64.store(entry, hash, rowHashOffset));
      f.setGlobal(nextEntry, i32.add(entry, stride));
      f.setGlobal(groupCount, i32.add(groupCount, 1));
      f.return(entry);
    }),
  );
}

/** The address of the entry that was made last; there is one. */
export function lastEntry(table: TableContext): Expr<'i32'> {
  return i32.sub(table.roots.nextEntry, table.partials.strideBytes);
}

function addBlock(f: FunctionBuilder, table: TableContext): void {
  const { firstBlock, lastBlock, nextEntry, entriesEnd } = table.roots;
  const size = table.sizes.entryBlockBytes;
  const block = f.let('i32', 'block', call(allocateBlock(table.module), size) as Expr<'i32'>);
  f.do(i32.store(block, 0));
  f.if(
    lastBlock,
    () => f.do(i32.store(lastBlock, block)),
    () => f.setGlobal(firstBlock, block),
  );
  f.setGlobal(lastBlock, block);
  f.setGlobal(nextEntry, i32.add(block, blockHeaderBytes));
  f.setGlobal(entriesEnd, i32.add(block, blockHeaderBytes + entriesBytes(table)));
}

/** Bytes of the whole entries in a block. */
function entriesBytes(table: TableContext): number {
  const stride = table.partials.strideBytes;
  return Math.floor((table.sizes.entryBlockBytes - blockHeaderBytes) / stride) * stride;
}

/** Emits: put the cursor before the first entry, if it has not begun. */
export function beginWalk(f: FunctionBuilder, table: TableContext, cursor: EntryCursor): void {
  f.if(i32.eqz(cursor.block), () => {
    f.setGlobal(cursor.block, table.roots.firstBlock);
    f.setGlobal(cursor.entry, i32.add(table.roots.firstBlock, blockHeaderBytes));
  });
}

/**
 * Emits a loop over the entries from the cursor on. `body` leaves it (by branching out or returning) to stop
 * before the entry, and then the cursor stays there. Behind the loop all have been seen.
 */
export function walkEntries(
  f: FunctionBuilder,
  table: TableContext,
  cursor: EntryCursor,
  body: (entry: Local<'i32'>) => void,
): void {
  const { block, entry } = cursor;
  const at = f.local('i32', 'entry');
  f.block('walked', (walked) => {
    f.branchIf(walked, i32.eqz(block));
    f.loop('each_entry', (again) => {
      f.branchIf(walked, i32.eq(entry, table.roots.nextEntry));
      f.if(i32.eq(entry, i32.add(block, blockHeaderBytes + entriesBytes(table))), () => {
        f.setGlobal(block, i32.load(block));
        f.setGlobal(entry, i32.add(block, blockHeaderBytes));
        f.branch(again);
      });
      f.set(at, entry);
      body(at);
      f.setGlobal(entry, i32.add(at, table.partials.strideBytes));
      f.branch(again);
    });
  });
}

/** `..._own_string(w0, w1) -> w1` of a copy of the long string in a heap block of its own. */
export function ownString(table: TableContext): FunctionSlot {
  return table.once('own_string', (module, name) =>
    module.function(name, { w0: 'i64', w1: 'i64' }, 'i64', (f, { w0, w1 }) => {
      const length = f.let('i32', 'length', longViewLength(w0));
      const copy = f.let('i32', 'copy', call(allocateBlock(table.module), length) as Expr<'i32'>);
      f.memoryCopy(copy, longViewAddress(w1), length);
      f.setGlobal(table.roots.ownsStrings, 1);
      f.return(withViewAddress(w1, copy));
    }),
  );
}

/** `..._replace_string(place, w0, w1)`: a view state gets a new value and frees what it owned. */
export function replaceString(table: TableContext): FunctionSlot {
  const params = { place: 'i32', w0: 'i64', w1: 'i64' } as const;
  return table.once('replace_string', (module, name) =>
    module.function(name, params, undefined, (f, { place, w0, w1 }) => {
      const old0 = f.let('i64', 'old_w0', i64.load(place));
      const old1 = f.let('i64', 'old_w1', i64.load(place, 8));
      // The copy is made first, because the new value may be the old one.
      f.if(isLongView(w0), () => f.set(w1, call(ownString(table), w0, w1) as Expr<'i64'>));
      f.do(i64.store(place, w0), i64.store(place, w1, 8));
      f.if(isLongView(old0), () => {
        f.call(freeBlock(table.module), longViewAddress(old1), longViewLength(old0));
      });
    }),
  );
}

/** `..._free_entries()`: gives back all blocks and what the entries own. */
export function freeEntries(table: TableContext): FunctionSlot {
  return table.once('free_entries', (module, name) => {
    const cursor = table.cursors.free;
    const views = table.partials.fields.filter((field) => field.storage === 'view');
    const free = freeBlock(table.module);
    return module.function(name, {}, undefined, (f) => {
      const { firstBlock, lastBlock, nextEntry, entriesEnd, groupCount, ownsStrings } = table.roots;
      f.if(ownsStrings, () => {
        f.setGlobal(cursor.block, 0);
        beginWalk(f, table, cursor);
        walkEntries(f, table, cursor, (entry) => {
          for (const field of views) {
            const w0 = f.let('i64', 'w0', i64.load(entry, field.offset));
            f.if(isLongView(w0), () => {
              f.call(free, i32.load(entry, field.offset + 8), longViewLength(w0));
            });
          }
        });
      });
      const block = f.let('i32', 'block', firstBlock);
      const next = f.local('i32', 'next');
      f.while(
        'each_block',
        () => block,
        () => {
          f.set(next, i32.load(block));
          f.call(free, block, table.sizes.entryBlockBytes);
          f.set(block, next);
        },
      );
      const walks = Object.values(table.cursors).map((walk) => walk.block);
      for (const root of [firstBlock, lastBlock, nextEntry, entriesEnd, groupCount, ownsStrings, ...walks]) {
        f.setGlobal(root, 0);
      }
    });
  });
}
