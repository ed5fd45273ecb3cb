/**
 * The heap of a private memory: blocks of power-of-two sizes from 16 bytes up, a free list for each size, and
 * new memory from the top. Small blocks are carved from chunks of 4 KiB, so larger ones are aligned to that.
 * A refusal sets `heapExhausted` and traps; the task is then beyond repair. Whoever allocates remembers the
 * size.
 */
import type { FunctionBuilder } from '../wasm/function-builder.ts';
import { call, i32, i64, memory } from '../wasm/instructions.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import type { Arg, Expr, FunctionSlot } from '../wasm/types.ts';
import { memoryMap } from './memory-map.ts';

/** Blocks smaller than this are carved from one block of it. */
const chunkLog2 = 12;
const sizeLog2Max = 31;
const wasmPageLog2 = 16;
/**
 * Memory grows by at least 1 MiB and a quarter of what it is: growing is a call into the host and makes
 * garbage there, while pages that nobody touches cost nothing.
 */
const growPagesMin = 16;
const growShareLog2 = 2;

/** `allocate_block(byteCount) -> address` of a block of at least that size; its contents are arbitrary. */
export function allocateBlock(module: ModuleBuilder): FunctionSlot {
  return module.routine('allocate_block', () => {
    const refill = refillList(module);
    return module.function('allocate_block', { byteCount: 'i32' }, 'i32', (f, { byteCount }) => {
      const sizeLog2 = f.let('i32', 'size_log2', sizeLog2Of(byteCount));
      f.if(i32.gt_u(sizeLog2, sizeLog2Max), () => refuse(f));
      const list = f.let('i32', 'list', i32.shl(sizeLog2, 2));
      f.if(i32.eqz(i32.load(list, memoryMap.freeLists)), () => f.call(refill, sizeLog2));
      const block = f.let('i32', 'block', i32.load(list, memoryMap.freeLists));
      f.do(i32.store(list, i32.load(block), memoryMap.freeLists));
      addToCell(f, memoryMap.heapFreeBytes, i32.sub(0, i32.shl(1, sizeLog2)));
      f.return(block);
    });
  });
}

/** `free_block(address, byteCount)`: gives back a block allocated with the same byte count. */
export function freeBlock(module: ModuleBuilder): FunctionSlot {
  return module.routine('free_block', () =>
    module.function(
      'free_block',
      { address: 'i32', byteCount: 'i32' },
      undefined,
      (f, { address, byteCount }) => {
        const sizeLog2 = f.let('i32', 'size_log2', sizeLog2Of(byteCount));
        push(f, address, sizeLog2);
        addToCell(f, memoryMap.heapFreeBytes, i32.shl(1, sizeLog2));
      },
    ),
  );
}

/** Puts at least one block on an empty list: of new memory, or else split from a larger free block. */
function refillList(module: ModuleBuilder): FunctionSlot {
  const extend = extendHeap(module);
  return module.function('refill_list', { sizeLog2: 'i32' }, undefined, (f, { sizeLog2 }) => {
    const takenLog2 = f.let('i32', 'taken_log2', i32.add(sizeLog2, 0));
    f.if(i32.lt_u(takenLog2, chunkLog2), () => f.set(takenLog2, i32.const(chunkLog2)));
    const block = f.let('i32', 'block', call(extend, i32.shl(1, takenLog2)) as Expr<'i32'>);
    f.if(block, () => {
      addToCell(f, memoryMap.heapFreeBytes, i32.shl(1, takenLog2));
      const rest = f.let('i32', 'rest', i32.add(block, i32.shl(1, takenLog2)));
      // From the last to the first, so that the list hands them out in the order of their addresses.
      f.while(
        'carve',
        () => i32.gt_u(rest, block),
        () => {
          f.set(rest, i32.sub(rest, i32.shl(1, sizeLog2)));
          push(f, rest, sizeLog2);
        },
      );
      f.return();
    });
    splitLarger(f, sizeLog2);
  });
}

function splitLarger(f: FunctionBuilder, sizeLog2: Expr<'i32'>): void {
  const larger = f.let('i32', 'larger', sizeLog2);
  const found = f.local('i32', 'found');
  f.while(
    'search',
    () => i32.eqz(found),
    () => {
      f.set(larger, i32.add(larger, 1));
      f.if(i32.gt_u(larger, sizeLog2Max), () => refuse(f));
      f.set(found, i32.load(i32.shl(larger, 2), memoryMap.freeLists));
    },
  );
  f.do(i32.store(i32.shl(larger, 2), i32.load(found), memoryMap.freeLists));
  f.while(
    'halve',
    () => i32.gt_u(larger, sizeLog2),
    () => {
      f.set(larger, i32.sub(larger, 1));
      push(f, i32.add(found, i32.shl(1, larger)), larger);
    },
  );
  push(f, found, sizeLog2);
}

/**
 * `extend_heap(byteCount) -> address` of new memory above the heap, or 0 where the limit or the machine
 * refuses.
 */
function extendHeap(module: ModuleBuilder): FunctionSlot {
  return module.function('extend_heap', { byteCount: 'i32' }, 'i32', (f, { byteCount }) => {
    const chunkMask = (1 << chunkLog2) - 1;
    const top = f.let(
      'i64',
      'top',
      i64.and(i64.add(i64.load32_u(memoryMap.heapTop), chunkMask), ~BigInt(chunkMask)),
    );
    const newTop = f.let('i64', 'new_top', i64.add(top, i64.extend_i32_u(byteCount)));
    f.if(i64.gt_u(newTop, i64.load32_u(memoryMap.heapLimit)), () => f.return(i32.const(0)));
    const pages = f.let('i32', 'pages', i32.wrap_i64(i64.shr_u(i64.add(newTop, 0xffff), wasmPageLog2)));
    const missing = f.let('i32', 'missing', i32.sub(pages, memory.size()));
    f.if(i32.gt_s(missing, 0), () => {
      // The generous request may pass the memory's maximum where the exact one does not.
      const extra = i32.add(i32.shr_u(memory.size(), growShareLog2), growPagesMin);
      const refused = i32.lt_s(memory.grow(i32.add(missing, extra)), 0);
      f.if(refused, () => {
        f.if(i32.lt_s(memory.grow(missing), 0), () => f.return(i32.const(0)));
      });
    });
    f.do(i64.store32(memoryMap.heapTop, newTop));
    f.return(i32.wrap_i64(top));
  });
}

/** log2 of the block size that holds `byteCount`: 4 up to 16 bytes, 32 where no block does. */
function sizeLog2Of(byteCount: Expr<'i32'>): Expr<'i32'> {
  const last = i32.sub(byteCount, i32.ne(byteCount, 0));
  return i32.sub(32, i32.clz(i32.or(last, 15)));
}

function push(f: FunctionBuilder, block: Expr<'i32'>, sizeLog2: Expr<'i32'>): void {
  const list = f.let('i32', 'list', i32.shl(sizeLog2, 2));
  f.do(i32.store(block, i32.load(list, memoryMap.freeLists)), i32.store(list, block, memoryMap.freeLists));
}

function addToCell(f: FunctionBuilder, cell: number, amount: Arg<'i32'>): void {
  f.do(i32.store(cell, i32.add(i32.load(cell), amount)));
}

function refuse(f: FunctionBuilder): void {
  f.do(i32.store(memoryMap.heapExhausted, 1));
  f.unreachable();
}
