/**
 * The exchange module: the one place where two memories meet. It copies bytes between a worker's private
 * memory and the shared memory of the rings, and does nothing else; who may touch which slot when is the
 * ring's business.
 *
 *   copy_out(slot, address, bytes)   private → shared
 *   copy_in(address, slot, bytes)    shared → private
 */

import { compileModule, instantiate } from '../../wasm/instantiate.ts';
import { ModuleBuilder } from '../../wasm/module-builder.ts';

export interface ExchangeKernel {
  copyOut(slot: number, address: number, byteCount: number): void;
  copyIn(address: number, slot: number, byteCount: number): void;
}

export function emitExchange(): ModuleBuilder {
  const module = new ModuleBuilder('exchange');
  const rings = module.importSharedMemory('rings');
  const privateMemory = { name: 'memory', index: 0 };
  module.export('copy_out', { slot: 'i32', address: 'i32', bytes: 'i32' }, undefined, (f, p) => {
    f.memoryCopy(p.slot, p.address, p.bytes, rings, privateMemory);
  });
  module.export('copy_in', { address: 'i32', slot: 'i32', bytes: 'i32' }, undefined, (f, p) => {
    f.memoryCopy(p.address, p.slot, p.bytes, privateMemory, rings);
  });
  return module;
}

let compiled: WebAssembly.Module | undefined;

/** Instantiates the exchange between one worker's memory and the rings. */
export function createExchange(memory: WebAssembly.Memory, rings: WebAssembly.Memory): ExchangeKernel {
  compiled ??= compileModule(emitExchange().encode());
  const { exports } = instantiate(compiled, memory, { rings });
  return {
    copyOut: exports.copy_out as ExchangeKernel['copyOut'],
    copyIn: exports.copy_in as ExchangeKernel['copyIn'],
  };
}
