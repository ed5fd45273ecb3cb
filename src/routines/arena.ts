/**
 * The arena: bytes that live until the batch is done, such as strings that an expression makes. All modules
 * of a private memory use the same cells; each task has its own region in them while it steps.
 */
import { call, i32 } from '../wasm/instructions.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../wasm/types.ts';
import { memoryMap } from './memory-map.ts';
import { regionAllocate, regionReset } from './region.ts';

const arena = memoryMap.arenaStart;

/** `arena_allocate(byteCount) -> address`, aligned to 8, valid until the next reset. */
export function arenaAllocate(module: ModuleBuilder): FunctionSlot {
  return module.routine('arena_allocate', () => {
    const allocate = regionAllocate(module);
    return module.function('arena_allocate', { byteCount: 'i32' }, 'i32', (f, { byteCount }) => {
      f.return(call(allocate, i32.const(arena), byteCount) as Expr<'i32'>);
    });
  });
}

/** `arena_reset()`: everything allocated before is gone; one block stays for the next batch. */
export function arenaReset(module: ModuleBuilder): FunctionSlot {
  return module.routine('arena_reset', () => {
    const reset = regionReset(module);
    return module.function('arena_reset', {}, undefined, (f) => f.call(reset, arena));
  });
}
