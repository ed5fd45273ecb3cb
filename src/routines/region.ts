/**
 * Regions: bytes that are freed all at once. A region is four u32 cells that its owner names by their address
 * (zero at first) and blocks from the heap; allocating is a bump of a pointer.
 *
 *   cells   start of the current block, next free byte, its end, older blocks (a linked list)
 *   block   [ u32 next older block ][ u32 byte count ][ 8 unused ][ bytes ... ]
 */
import type { FunctionBuilder } from '../wasm/function-builder.ts';
import { call, i32, i64 } from '../wasm/instructions.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import type { Arg, Expr, FunctionSlot } from '../wasm/types.ts';
import { allocateBlock, freeBlock } from './heap.ts';

/** Bytes of a region's cells. */
export const regionBytes = 16;
const nextCell = 4;
const endCell = 8;
const olderCell = 12;

const blockHeaderBytes = 16;
const blockBytesMin = 65_536;
/** A larger block than this is not kept over a reset. */
const keptBytesMax = 1 << 20;
const sizeOffset = 4;

/** `region_allocate(region, byteCount) -> address`, aligned to 8. */
export function regionAllocate(module: ModuleBuilder): FunctionSlot {
  return module.routine('region_allocate', () => {
    const addBlock = addRegionBlock(module);
    const params = { region: 'i32', byteCount: 'i32' } as const;
    return module.function('region_allocate', params, 'i32', (f, { region, byteCount }) => {
      const room = i32.sub(i32.load(region, endCell), i32.load(region, nextCell));
      f.if(i32.gt_u(byteCount, room), () => f.call(addBlock, region, byteCount));
      const address = f.let('i32', 'address', i32.load(region, nextCell));
      // The end of a block is aligned too, so rounding up cannot pass it.
      f.do(i32.store(region, i32.and(i32.add(i32.add(address, byteCount), 7), -8), nextCell));
      f.return(address);
    });
  });
}

/** `region_reset(region)`: everything in it is gone; the current block stays for what comes next. */
export function regionReset(module: ModuleBuilder): FunctionSlot {
  return module.routine('region_reset', () => {
    const freeOlder = freeOlderBlocks(module);
    return module.function('region_reset', { region: 'i32' }, undefined, (f, { region }) => {
      f.call(freeOlder, region);
      const start = f.let('i32', 'start', i32.load(region));
      f.if(i32.eqz(start), () => f.return());
      f.if(
        i32.gt_u(i32.load(start, sizeOffset), keptBytesMax),
        () => freeCurrent(module, f, region),
        () => f.do(i32.store(region, i32.add(start, blockHeaderBytes), nextCell)),
      );
    });
  });
}

/** `region_free(region)`: everything in it is gone, and its memory back in the heap. */
export function regionFree(module: ModuleBuilder): FunctionSlot {
  return module.routine('region_free', () => {
    const freeOlder = freeOlderBlocks(module);
    return module.function('region_free', { region: 'i32' }, undefined, (f, { region }) => {
      f.call(freeOlder, region);
      f.if(i32.load(region), () => freeCurrent(module, f, region));
    });
  });
}

function freeOlderBlocks(module: ModuleBuilder): FunctionSlot {
  return module.routine('region_free_older', () => {
    const free = freeBlock(module);
    return module.function('region_free_older', { region: 'i32' }, undefined, (f, { region }) => {
      const block = f.let('i32', 'block', i32.load(region, olderCell));
      const older = f.local('i32', 'older');
      f.while(
        'each_block',
        () => block,
        () => {
          f.set(older, i32.load(block));
          f.call(free, block, i32.load(block, sizeOffset));
          f.set(block, older);
        },
      );
      f.do(i32.store(region, 0, olderCell));
    });
  });
}

function freeCurrent(module: ModuleBuilder, f: FunctionBuilder, region: Expr<'i32'>): void {
  const start = f.let('i32', 'current', i32.load(region));
  f.call(freeBlock(module), start, i32.load(start, sizeOffset));
  setCurrent(f, region, { start: 0, next: 0, end: 0 });
}

/** Puts the current block aside and starts one in which `byteCount` bytes fit. */
function addRegionBlock(module: ModuleBuilder): FunctionSlot {
  const allocate = allocateBlock(module);
  const params = { region: 'i32', byteCount: 'i32' } as const;
  return module.function('region_add_block', params, undefined, (f, { region, byteCount }) => {
    const wanted = i64.add(i64.extend_i32_u(byteCount), blockHeaderBytes + 7);
    const size = f.let('i32', 'size', i32.and(i32.wrap_i64(wanted), -8));
    // A count past 4 GiB must not wrap into a small one: the heap refuses all ones.
    f.if(i64.gt_u(wanted, 0xffff_ffff), () => f.set(size, -1));
    f.if(i32.lt_u(size, blockBytesMin), () => f.set(size, blockBytesMin));
    const block = f.let('i32', 'block', call(allocate, size) as Expr<'i32'>);
    const current = f.let('i32', 'current', i32.load(region));
    f.if(current, () => {
      f.do(i32.store(current, i32.load(region, olderCell)), i32.store(region, current, olderCell));
    });
    f.do(i32.store(block, size, sizeOffset));
    setCurrent(f, region, {
      start: block,
      next: i32.add(block, blockHeaderBytes),
      end: i32.add(block, size),
    });
  });
}

function setCurrent(
  f: FunctionBuilder,
  region: Expr<'i32'>,
  block: { readonly start: Arg<'i32'>; readonly next: Arg<'i32'>; readonly end: Arg<'i32'> },
): void {
  f.do(
    i32.store(region, block.start),
    i32.store(region, block.next, nextCell),
    i32.store(region, block.end, endCell),
  );
}
