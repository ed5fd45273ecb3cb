/**
 * For tests: instantiates a module of routines alone, each exported under its own name, with text put into
 * its memory and read back.
 */
import type { Global } from '../../src/wasm/function-builder.ts';
import { call } from '../../src/wasm/instructions.ts';
import { ModuleBuilder } from '../../src/wasm/module-builder.ts';
import type { FunctionSlot } from '../../src/wasm/types.ts';

export interface RoutineHarness {
  readonly memory: WebAssembly.Memory;
  readonly bytes: Uint8Array;
  /** Calls a routine by its name in the module. */
  call<T extends number | bigint = number>(name: string, ...args: (number | bigint)[]): T;
  /** A global exposed below. */
  global<T extends number | bigint = bigint>(name: string): T;
  /** Puts text (or bytes) at `textAddress` and returns its byte count. */
  put(text: string | Uint8Array): number;
  /** The text that a writer left at `outAddress`. */
  written(byteCount: number): string;
}

export const textAddress = 0x20000;
export const outAddress = 0x30000;

export interface HarnessParts {
  readonly routines: readonly FunctionSlot[];
  readonly globals?: readonly Global[];
}

/** Builds, instantiates and wraps; `build` receives the fresh module. */
export function harness(build: (module: ModuleBuilder) => HarnessParts): RoutineHarness {
  const module = new ModuleBuilder('harness');
  const { routines, globals = [] } = build(module);
  for (const slot of routines) exportCall(module, slot);
  for (const global of globals) {
    module.export(`get_${global.global.name}`, {}, global.type, (f) => f.return(global));
  }
  const memory = new WebAssembly.Memory({ initial: 8, maximum: 65_536 });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } });
  const exported = instance.exports as unknown as Record<string, (...args: (number | bigint)[]) => unknown>;
  const bytes = new Uint8Array(memory.buffer);
  return {
    memory,
    bytes,
    call: (name, ...args) => exported[`call_${name}`]!(...args) as never,
    global: (name) => exported[`get_${name}`]!() as never,
    put(text) {
      const source = typeof text === 'string' ? new TextEncoder().encode(text) : text;
      // What lies around a text must not matter.
      bytes.fill(0x39, textAddress - 64, textAddress + source.length + 64);
      bytes.set(source, textAddress);
      return source.length;
    },
    written: (byteCount) => new TextDecoder().decode(bytes.slice(outAddress, outAddress + byteCount)),
  };
}

function exportCall(module: ModuleBuilder, slot: FunctionSlot): void {
  const names = slot.params.map((type, i) => [`p${i}`, type] as const);
  module.export(`call_${slot.name}`, Object.fromEntries(names), slot.result, (f, params) => {
    const args = names.map(([name]) => params[name]!);
    if (slot.result === undefined) f.call(slot, ...args);
    else f.return(call(slot, ...args));
  });
}
