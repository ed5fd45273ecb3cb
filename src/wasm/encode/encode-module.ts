/**
 * A module definition to the binary format. Source: WebAssembly Core Specification 3.0, chapter 5;
 * multi-memory loads carry bit 6 in their alignment, then the memory index.
 */
import { assert } from '../../base/assert.ts';
import type { ModuleDefinition } from '../module-definition.ts';
import type { FunctionSlot, ValueType } from '../types.ts';
import { ByteWriter } from './byte-writer.ts';
import { valueTypeCodes, writeConstant } from './encode-constant.ts';
import { encodeFunctionBody } from './encode-function.ts';
import { checkFunctionSize } from './function-limits.ts';

const sections = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  global: 6,
  export: 7,
  code: 10,
  data: 11,
} as const;

export function encodeModule(module: ModuleDefinition): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter();
  out.bytes([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  const types = new FunctionTypes();
  for (const entry of [...module.imports, ...module.functions]) types.indexOf(entry.slot);

  section(out, sections.type, (w) => types.encode(w));
  section(out, sections.import, (w) => encodeImports(w, module, types));
  section(out, sections.function, (w) => {
    w.u32(module.functions.length);
    for (const f of module.functions) w.u32(types.indexOf(f.slot));
  });
  section(out, sections.global, (w) => {
    w.u32(module.globals.length);
    for (const global of module.globals) {
      w.byte(valueTypeCodes[global.slot.type]);
      w.byte(1);
      encodeConstant(w, global.initial);
      w.byte(0x0b);
    }
  });
  section(out, sections.export, (w) => encodeExports(w, module));
  section(out, sections.code, (w) => {
    w.u32(module.functions.length);
    for (const f of module.functions) {
      let localCount = f.params.length;
      const bodyBytes = w.sized(() => {
        localCount += encodeFunctionBody(w, f);
      });
      checkFunctionSize(f.slot.name, localCount, bodyBytes);
    }
  });
  section(out, sections.data, (w) => {
    w.u32(module.data.length);
    for (const segment of module.data) {
      w.bytes([0x00, 0x41]);
      w.s32(segment.address);
      w.byte(0x0b);
      w.u32(segment.bytes.length);
      w.bytes(segment.bytes);
    }
  });
  section(out, sections.custom, (w) => encodeNames(w, module));
  return out.finish();
}

function section(out: ByteWriter, id: number, write: (w: ByteWriter) => void): void {
  out.byte(id);
  out.sized(() => write(out));
}

class FunctionTypes {
  readonly #indexes = new Map<string, number>();
  readonly #slots: FunctionSlot[] = [];

  indexOf(slot: FunctionSlot): number {
    const key = `${slot.params.join()}:${slot.result ?? ''}`;
    let index = this.#indexes.get(key);
    if (index === undefined) {
      index = this.#slots.length;
      this.#indexes.set(key, index);
      this.#slots.push(slot);
    }
    return index;
  }

  encode(w: ByteWriter): void {
    w.u32(this.#slots.length);
    for (const slot of this.#slots) {
      w.byte(0x60);
      w.u32(slot.params.length);
      for (const param of slot.params) w.byte(valueTypeCodes[param]);
      w.u32(slot.result === undefined ? 0 : 1);
      if (slot.result !== undefined) w.byte(valueTypeCodes[slot.result]);
    }
  }
}

function encodeImports(w: ByteWriter, module: ModuleDefinition, types: FunctionTypes): void {
  w.u32(module.memories.length + module.imports.length);
  for (const memory of module.memories) {
    w.name(memory.module);
    w.name(memory.name);
    w.bytes([0x02, memory.shared ? 3 : 1]);
    w.u32(memory.pagesMin);
    w.u32(memory.pagesMax);
  }
  for (const imported of module.imports) {
    w.name(imported.module);
    w.name(imported.name);
    w.byte(0x00);
    w.u32(types.indexOf(imported.slot));
  }
}

function encodeExports(w: ByteWriter, module: ModuleDefinition): void {
  const functions = module.functions.filter((f) => f.exported);
  const globals = module.globals.filter((global) => global.exported);
  w.u32(functions.length + globals.length);
  for (const f of functions) {
    w.name(f.slot.name);
    w.byte(0x00);
    w.u32(f.slot.index);
  }
  for (const global of globals) {
    w.name(global.slot.name);
    w.byte(0x03);
    w.u32(global.slot.index);
  }
}

/** The name section: module and functions, so that profiles and traces show them. */
function encodeNames(w: ByteWriter, module: ModuleDefinition): void {
  w.name('name');
  w.byte(0);
  w.sized(() => w.name(module.name));
  w.byte(1);
  w.sized(() => {
    const named = [...module.imports, ...module.functions];
    w.u32(named.length);
    for (const { slot } of named) {
      w.u32(slot.index);
      w.name(slot.name);
    }
  });
}

function encodeConstant(w: ByteWriter, expr: { readonly kind: string }): void {
  const node = expr as { kind: string; type: ValueType; value: number | bigint | Uint8Array };
  assert(node.kind === 'const', 'a global starts from a constant');
  writeConstant(w, node.type, node.value);
}
