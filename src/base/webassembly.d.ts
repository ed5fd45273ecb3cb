/**
 * Ambient types of the WebAssembly JavaScript API, as far as we use it (WebAssembly JavaScript Interface,
 * W3C). Neither the ES libraries nor Node's types declare it, and the browser library would bring in the
 * whole DOM. Types only: instantiating a module stays the business of `wasm/`.
 */
declare namespace WebAssembly {
  type ImportExportKind = 'function' | 'global' | 'memory' | 'table' | 'tag';
  type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128' | 'anyfunc' | 'externref';

  type ExportValue = ((...args: never[]) => unknown) | Global | Memory | Table;
  type ImportValue = ExportValue | number | bigint;
  type Exports = Record<string, ExportValue>;
  type Imports = Record<string, Record<string, ImportValue>>;

  interface ModuleExportDescriptor {
    readonly name: string;
    readonly kind: ImportExportKind;
  }

  interface ModuleImportDescriptor extends ModuleExportDescriptor {
    readonly module: string;
  }

  /** A compiled module. It can be posted to a worker, which instantiates it without compiling again. */
  class Module {
    constructor(bytes: ArrayBufferLike | ArrayBufferView);
    static exports(module: Module): ModuleExportDescriptor[];
    static imports(module: Module): ModuleImportDescriptor[];
    static customSections(module: Module, sectionName: string): ArrayBuffer[];
    readonly [Symbol.toStringTag]: 'WebAssembly.Module';
  }

  class Instance {
    constructor(module: Module, imports?: Imports);
    readonly exports: Exports;
  }

  interface MemoryDescriptor {
    /** Pages of 64 KiB. */
    initial: number;
    /** Pages of 64 KiB; required of a shared memory. */
    maximum?: number;
    shared?: boolean;
  }

  /** `buffer` is a SharedArrayBuffer exactly when the memory is shared, and is replaced whenever it grows. */
  class Memory {
    constructor(descriptor: MemoryDescriptor);
    readonly buffer: ArrayBufferLike;
    /** Returns the size in pages before growing; throws a RangeError when it cannot grow. */
    grow(delta: number): number;
  }

  interface TableDescriptor {
    element: 'anyfunc' | 'externref';
    initial: number;
    maximum?: number;
  }

  class Table {
    constructor(descriptor: TableDescriptor, value?: unknown);
    readonly length: number;
    get(index: number): unknown;
    grow(delta: number, value?: unknown): number;
    set(index: number, value?: unknown): void;
  }

  interface GlobalDescriptor {
    value: ValueType;
    mutable?: boolean;
  }

  class Global {
    constructor(descriptor: GlobalDescriptor, value?: number | bigint);
    value: number | bigint;
    valueOf(): number | bigint;
  }

  class CompileError extends Error {}
  class LinkError extends Error {}
  class RuntimeError extends Error {}

  interface InstantiatedSource {
    readonly module: Module;
    readonly instance: Instance;
  }

  function validate(bytes: ArrayBufferLike | ArrayBufferView): boolean;
  function compile(bytes: ArrayBufferLike | ArrayBufferView): Promise<Module>;
  function instantiate(
    bytes: ArrayBufferLike | ArrayBufferView,
    imports?: Imports,
  ): Promise<InstantiatedSource>;
  function instantiate(module: Module, imports?: Imports): Promise<Instance>;
}
