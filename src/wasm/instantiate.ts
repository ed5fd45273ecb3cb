/** The only place that turns module bytes into running code. */

import { hostFunctions } from './host-functions.ts';

export interface Kernel {
  readonly memory: WebAssembly.Memory;
  readonly exports: Readonly<Record<string, WebAssembly.ExportValue>>;
}

/**
 * Compiles once, so that the compiled module can be posted to every worker and its machine code is shared.
 */
export function compileModule(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  return new WebAssembly.Module(bytes);
}

/**
 * Instantiates over a private memory, with the host's functions and what else it imports: shared memories.
 */
export function instantiate(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  imports: Readonly<Record<string, WebAssembly.ImportValue>> = {},
): Kernel {
  const instance = new WebAssembly.Instance(module, { env: { ...hostFunctions, ...imports, memory } });
  return { memory, exports: instance.exports };
}

/**
 * The exported function, whose result is an address. An i32 comes out of WebAssembly as a signed number, an
 * address has no sign, and from 2 GiB on the two differ: whoever reads an address from a kernel binds it
 * here.
 */
export function bindAddressFunction<A extends readonly number[]>(
  { exports }: Pick<Kernel, 'exports'>,
  name: string,
): (...args: A) => number {
  const run = exports[name] as (...args: A) => number;
  return (...args) => run(...args) >>> 0;
}

/** The same for a global. */
export function bindAddressGlobal({ exports }: Pick<Kernel, 'exports'>, name: string): () => number {
  const global = exports[name] as WebAssembly.Global;
  return () => (global.value as number) >>> 0;
}

/** A fresh private memory; it grows on demand up to 4 GiB. */
export function createPrivateMemory(initialBytes: number): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: Math.ceil(initialBytes / 65_536), maximum: 65_536 });
}

/** A memory that threads share; the address space is reserved, pages are touched on use. */
export function createSharedMemory(bytes: number): WebAssembly.Memory {
  const pages = Math.ceil(bytes / 65_536);
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
}
