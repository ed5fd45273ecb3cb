/**
 * Builds one module: imports, memories, globals, static data, functions and their names. Static data is laid
 * out from `staticBase` upwards in memory 0; the module's user owns everything above `staticEnd`.
 */
import { assert } from '../base/assert.ts';
import { encodeModule } from './encode/encode-module.ts';
import { FunctionBuilder, type Global, type Local, localExpr } from './function-builder.ts';
import { memory0, toExpr, v128 } from './instructions.ts';
import type {
  DataSegment,
  FunctionDefinition,
  FunctionImport,
  GlobalDefinition,
  MemoryImport,
  ModuleDefinition,
} from './module-definition.ts';
import { printModule } from './print.ts';
import type { Arg, Expr, FunctionSlot, GlobalSlot, MemorySlot, ValueType } from './types.ts';

type ParamTypes = Readonly<Record<string, ValueType>>;
type ParamLocals<P extends ParamTypes> = { readonly [K in keyof P]: Local<P[K]> };

export interface FunctionOptions {
  /** Visible to the host under the function's name. */
  readonly exported?: boolean;
}

const memoryPagesMax = 65_536;
/** A function's index until the module is described: imports, whenever declared, come before it. */
const notNumbered = -1;

export class ModuleBuilder {
  readonly name: string;
  readonly #memories: MemoryImport[] = [];
  readonly #imports: FunctionImport[] = [];
  /** By name, in the order of their declarations. */
  readonly #functions = new Map<string, FunctionDefinition>();
  readonly #globals: GlobalDefinition[] = [];
  readonly #data: DataSegment[] = [];
  readonly #routines = new Map<string, { readonly slot: FunctionSlot; readonly text: string }>();
  readonly #tables = new Map<string, number>();
  #staticEnd: number;

  /** Memory 0 is imported as `env.memory`, private to its thread; it grows up to 4 GiB. */
  constructor(name: string, staticBase = 1024) {
    this.name = name;
    this.#staticEnd = staticBase;
    this.#memories.push({
      slot: memory0,
      module: 'env',
      name: 'memory',
      pagesMin: 1,
      pagesMax: memoryPagesMax,
      shared: false,
    });
  }

  /** The first address that holds none of the module's static data. */
  get staticEnd(): number {
    return this.#staticEnd;
  }

  /** Imports a further memory, shared between threads. */
  importSharedMemory(name: string): MemorySlot {
    const slot: MemorySlot = { name, index: this.#memories.length };
    this.#memories.push({ slot, module: 'env', name, pagesMin: 1, pagesMax: memoryPagesMax, shared: true });
    return slot;
  }

  /** Imports a host function, once per name. */
  importFunction(name: string, params: readonly ValueType[], result: ValueType | undefined): FunctionSlot {
    const known = this.#imports.find((entry) => entry.name === name);
    if (known) return known.slot;
    const slot: FunctionSlot = { name, params, result, index: this.#imports.length };
    this.#imports.push({ slot, module: 'env', name });
    return slot;
  }

  /** Declares a function to be defined later, so that functions can call each other. */
  declare(
    name: string,
    params: ParamTypes,
    result: ValueType | undefined,
    options: FunctionOptions = {},
  ): FunctionSlot {
    assert(!this.#functions.has(name), `function ${name} is declared once`);
    const locals = Object.entries(params).map(([paramName, type], index) => ({
      name: paramName,
      type,
      index,
    }));
    const slot: FunctionSlot = {
      name,
      params: locals.map((local) => local.type),
      result,
      index: notNumbered,
    };
    this.#functions.set(name, {
      slot,
      params: locals,
      exported: options.exported ?? false,
      locals: [],
      body: undefined,
    });
    return slot;
  }

  /** Gives a declared function its body. */
  define<P extends ParamTypes>(
    slot: FunctionSlot,
    body: (f: FunctionBuilder, params: ParamLocals<P>) => void,
  ): void {
    const definition = this.#functions.get(slot.name);
    assert(definition?.slot === slot, `function ${slot.name} is declared`);
    assert(definition.body === undefined, `function ${slot.name} is defined once`);
    const builder = new FunctionBuilder(definition.params.length);
    const params = Object.fromEntries(definition.params.map((local) => [local.name, localExpr(local)]));
    body(builder, params as ParamLocals<P>);
    if (slot.result !== undefined && builder.body.at(-1)?.kind !== 'return') builder.unreachable();
    definition.locals = builder.locals;
    definition.body = builder.body;
  }

  /** Declares and defines a function. */
  function<P extends ParamTypes>(
    name: string,
    params: P,
    result: ValueType | undefined,
    body: (f: FunctionBuilder, params: ParamLocals<P>) => void,
    options: FunctionOptions = {},
  ): FunctionSlot {
    const slot = this.declare(name, params, result, options);
    this.define<P>(slot, body);
    return slot;
  }

  /** Declares and defines a function that the host calls. */
  export<P extends ParamTypes>(
    name: string,
    params: P,
    result: ValueType | undefined,
    body: (f: FunctionBuilder, params: ParamLocals<P>) => void,
  ): FunctionSlot {
    return this.function(name, params, result, body, { exported: true });
  }

  /**
   * A fixed piece: built into this module on first use, shared by later ones. A name stands for one piece,
   * and what a piece is built from besides its own text is in its name.
   */
  routine(name: string, build: (module: ModuleBuilder, name: string) => FunctionSlot): FunctionSlot {
    const known = this.#routines.get(name);
    if (known) {
      assert(known.text === build.toString(), `routine ${name} is one piece`);
      return known.slot;
    }
    const slot = build(this, name);
    this.#routines.set(name, { slot, text: build.toString() });
    return slot;
  }

  global<T extends ValueType>(type: T, name: string, initial: Arg<T>, exported = false): Global<T> {
    const slot: GlobalSlot = { name, type, index: this.#globals.length };
    this.#globals.push({ slot, initial: toExpr(type, initial) as Expr, exported });
    return { kind: 'global.get', type, global: slot } as unknown as Global<T>;
  }

  /** Places bytes in memory 0 at instantiation and returns their address. */
  data(bytes: Uint8Array, alignBytes = 16): number {
    const address = this.reserve(bytes.length, alignBytes);
    this.#data.push({ address, bytes });
    return address;
  }

  /** A constant table placed once per module under a name. */
  table(name: string, build: () => Uint8Array, alignBytes = 16): number {
    const known = this.#tables.get(name);
    if (known !== undefined) return known;
    const address = this.data(build(), alignBytes);
    this.#tables.set(name, address);
    return address;
  }

  /**
   * A constant of 16 bytes, or of one byte sixteen times, loaded from static data: one instruction on every
   * machine, where V8 needs up to four for a `v128.const`, wherever it stands.
   */
  vector(bytes: number | Uint8Array): Expr<'v128'> {
    const all = typeof bytes === 'number' ? new Uint8Array(16).fill(bytes) : bytes;
    return v128.load(
      0,
      this.table(`vector ${all.join(' ')}`, () => all),
    );
  }

  /** Sets static bytes aside, zero at instantiation in a fresh memory. */
  reserve(byteCount: number, alignBytes = 16): number {
    const address = Math.ceil(this.#staticEnd / alignBytes) * alignBytes;
    this.#staticEnd = address + byteCount;
    return address;
  }

  describe(): ModuleDefinition {
    const functions = [...this.#functions.values()];
    functions.forEach((f, ordinal) => {
      assert(f.body !== undefined, `function ${f.slot.name} has a body`);
      f.slot.index = this.#imports.length + ordinal;
    });
    return {
      name: this.name,
      memories: this.#memories,
      imports: this.#imports,
      functions,
      globals: this.#globals,
      data: this.#data,
    };
  }

  /** The module in the binary format. */
  encode(): Uint8Array<ArrayBuffer> {
    return encodeModule(this.describe());
  }

  /** The module in the text format (WAT). */
  print(): string {
    return printModule(this.describe());
  }
}
