/** A worker's private memory as operators see it: current views, and the heap. */
import { createHeap, type HeapKernel } from '../kernels/heap/heap.ts';
import { memoryMap } from '../routines/memory-map.ts';
import { createPrivateMemory } from '../wasm/instantiate.ts';
import type { PrivateMemory } from './operator.ts';

export interface PrivateMemoryOptions {
  /** Where the last module's static data ends. */
  readonly staticEnd: number;
  /** The heap may grow up to this address. */
  readonly limitBytes: number;
  /** Where the heap starts, if that is above the static data. */
  readonly heapStart?: number | undefined;
}

export function openPrivateMemory(options: PrivateMemoryOptions): PrivateMemory {
  const { staticEnd, limitBytes, heapStart = 0 } = options;
  const memory = createPrivateMemory(staticEnd + 65_536);
  const heap: HeapKernel = createHeap(memory, Math.max(staticEnd, heapStart), limitBytes);
  let bytes = new Uint8Array(memory.buffer);
  let view = new DataView(memory.buffer);
  const refresh = (): void => {
    if (bytes.buffer === memory.buffer) return;
    bytes = new Uint8Array(memory.buffer);
    view = new DataView(memory.buffer);
  };
  let arena: Uint32Array | undefined;
  return {
    memory,
    bytes: () => {
      refresh();
      return bytes;
    },
    view: () => {
      refresh();
      return view;
    },
    allocate: (byteCount) => heap.allocate(byteCount),
    free: (address, byteCount) => heap.free(address, byteCount),
    useArena: (cells) => {
      if (cells === arena) return;
      const current = new Uint32Array(memory.buffer, memoryMap.arenaStart, cells.length);
      arena?.set(current);
      current.set(cells);
      arena = cells;
    },
  };
}
