/**
 * The heap as the host uses it: a module of its own over the same private memory and the same cells as every
 * kernel, so that host and kernels share one heap.
 */
import { allocateBlock, freeBlock } from '../../routines/heap.ts';
import { memoryMap, staticBase } from '../../routines/memory-map.ts';
import { bindAddressFunction, compileModule, instantiate } from '../../wasm/instantiate.ts';
import { call, i32 } from '../../wasm/instructions.ts';
import { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr } from '../../wasm/types.ts';

export interface HeapKernel {
  allocate(byteCount: number): number;
  free(address: number, byteCount: number): void;
}

/** Bytes of the heap that are in use, by whatever of the worker; whole blocks, as they were cut. */
export function heapBytesUsed(cells: DataView): number {
  return heapTop(cells) - cells.getUint32(memoryMap.heapFreeBytes, true);
}

/** The first address that was never handed out. */
export function heapTop(cells: DataView): number {
  return cells.getUint32(memoryMap.heapTop, true);
}

/** The address that the heap does not grow past. */
export function heapEnd(cells: DataView): number {
  return cells.getUint32(memoryMap.heapLimit, true);
}

export function setHeapEnd(cells: DataView, address: number): void {
  cells.setUint32(memoryMap.heapLimit, address, true);
}

/** Whether an allocation was refused. */
export function isExhausted(cells: DataView): boolean {
  return cells.getUint32(memoryMap.heapExhausted, true) === 1;
}

/** Whoever was refused is given up, and the others go on. */
export function clearExhausted(cells: DataView): void {
  cells.setUint32(memoryMap.heapExhausted, 0, true);
}

function emitHeap(): ModuleBuilder {
  const module = new ModuleBuilder('heap', staticBase);
  module.export('allocate', { bytes: 'i32' }, 'i32', (f, { bytes }) => {
    f.return(call(allocateBlock(module), bytes) as Expr<'i32'>);
  });
  module.export('free', { address: 'i32', bytes: 'i32' }, undefined, (f, { address, bytes }) => {
    f.call(freeBlock(module), i32.add(address, 0), bytes);
  });
  return module;
}

let compiled: WebAssembly.Module | undefined;

/** Starts the heap at `heapStart`, above every module's static data; it may grow to `limitBytes`. */
export function createHeap(memory: WebAssembly.Memory, heapStart: number, limitBytes: number): HeapKernel {
  compiled ??= compileModule(emitHeap().encode());
  const cells = new DataView(memory.buffer);
  cells.setUint32(memoryMap.heapTop, Math.ceil(heapStart / 65_536) * 65_536, true);
  setHeapEnd(cells, limitBytes);
  const kernel = instantiate(compiled, memory);
  return {
    allocate: bindAddressFunction(kernel, 'allocate'),
    free: kernel.exports.free as HeapKernel['free'],
  };
}
