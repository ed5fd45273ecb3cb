/**
 * The arena: bytes that live until the batch is done, such as strings that an expression makes. One arena per private
 * memory. Blocks come from the heap; a reset keeps the current block and gives the others back.
 *
 *   block = [ u32 next older block ][ u32 byte count ][ 8 unused ][ bytes ... ]
 */
import type { FunctionBuilder } from '../wasm/function-builder.ts';
import { call, i32, i64 } from '../wasm/instructions.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../wasm/types.ts';
import { allocateBlock, freeBlock } from './heap.ts';
import { memoryMap } from './memory-map.ts';

const blockHeaderBytes = 16;
const blockBytesMin = 65_536;
/** A larger block than this is not kept over a reset. */
const keptBytesMax = 1 << 20;
const sizeOffset = 4;

/** `arena_allocate(byteCount) -> address`, aligned to 8, valid until the next reset. */
export function arenaAllocate(module: ModuleBuilder): FunctionSlot {
  return module.routine('arena_allocate', () => {
    const addBlock = addArenaBlock(module);
    return module.function('arena_allocate', { byteCount: 'i32' }, 'i32', (f, { byteCount }) => {
      const room = i32.sub(i32.load(memoryMap.arenaEnd), i32.load(memoryMap.arenaNext));
      f.if(i32.gt_u(byteCount, room), () => f.call(addBlock, byteCount));
      const address = f.let('i32', 'address', i32.load(memoryMap.arenaNext));
      // The end of a block is aligned too, so rounding up cannot pass it.
      f.do(i32.store(memoryMap.arenaNext, i32.and(i32.add(i32.add(address, byteCount), 7), -8)));
      f.return(address);
    });
  });
}

/** `arena_reset()`: everything allocated before is gone. */
export function arenaReset(module: ModuleBuilder): FunctionSlot {
  return module.routine('arena_reset', () => {
    const free = freeBlock(module);
    return module.function('arena_reset', {}, undefined, (f) => {
      const block = f.let('i32', 'block', i32.load(memoryMap.arenaBlocks));
      const older = f.local('i32', 'older');
      f.while(
        'each',
        () => block,
        () => {
          f.set(older, i32.load(block));
          f.call(free, block, i32.load(block, sizeOffset));
          f.set(block, older);
        },
      );
      f.do(i32.store(memoryMap.arenaBlocks, 0));
      const start = f.let('i32', 'start', i32.load(memoryMap.arenaStart));
      f.if(i32.eqz(start), () => f.return());
      f.if(
        i32.gt_u(i32.load(start, sizeOffset), keptBytesMax),
        () => {
          f.call(free, start, i32.load(start, sizeOffset));
          setBlock(f, i32.const(0), i32.const(0), i32.const(0));
        },
        () => f.do(i32.store(memoryMap.arenaNext, i32.add(start, blockHeaderBytes))),
      );
    });
  });
}

/** Puts the current block aside and starts one in which `byteCount` bytes fit. */
function addArenaBlock(module: ModuleBuilder): FunctionSlot {
  const allocate = allocateBlock(module);
  return module.function('add_arena_block', { byteCount: 'i32' }, undefined, (f, { byteCount }) => {
    const wanted = i64.add(i64.extend_i32_u(byteCount), blockHeaderBytes + 7);
    // A count past 4 GiB must not wrap into a small one: the heap refuses all ones.
    const size = f.let('i32', 'size', i32.and(i32.wrap_i64(wanted), -8));
    f.if(i64.gt_u(wanted, 0xffff_ffff), () => f.set(size, -1));
    f.if(i32.lt_u(size, blockBytesMin), () => f.set(size, blockBytesMin));
    const block = f.let('i32', 'block', call(allocate, size) as Expr<'i32'>);
    const current = f.let('i32', 'current', i32.load(memoryMap.arenaStart));
    f.if(current, () => {
      f.do(i32.store(current, i32.load(memoryMap.arenaBlocks)), i32.store(memoryMap.arenaBlocks, current));
    });
    f.do(i32.store(block, size, sizeOffset));
    setBlock(f, block, i32.add(block, blockHeaderBytes), i32.add(block, size));
  });
}

function setBlock(f: FunctionBuilder, start: Expr<'i32'>, next: Expr<'i32'>, end: Expr<'i32'>): void {
  f.do(
    i32.store(memoryMap.arenaStart, start),
    i32.store(memoryMap.arenaNext, next),
    i32.store(memoryMap.arenaEnd, end),
  );
}
