/**
 * The value types of WebAssembly and the nodes a function body is made of. Expressions are trees without
 * statements inside; a node used twice is encoded (and evaluated) twice, so name it with
 * `FunctionBuilder.let`.
 */

export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';

/** An expression that leaves one value of type `T` on the stack. */
export type Expr<T extends ValueType = ValueType> = ExprNode & { readonly type: T };

/** What an operand of type `T` may be written as: an expression, or a literal of that type. */
export type Arg<T extends ValueType> =
  | Expr<T>
  | (T extends 'i32' | 'f32' | 'f64' ? number : T extends 'i64' ? bigint | number : Uint8Array);

export type ExprNode =
  | { readonly kind: 'const'; readonly type: ValueType; readonly value: number | bigint | Uint8Array }
  | { readonly kind: 'local.get'; readonly type: ValueType; readonly local: LocalSlot }
  | { readonly kind: 'local.tee'; readonly type: ValueType; readonly local: LocalSlot; readonly value: Expr }
  | { readonly kind: 'global.get'; readonly type: ValueType; readonly global: GlobalSlot }
  | {
      readonly kind: 'op';
      readonly type: ValueType;
      readonly op: string;
      readonly args: readonly Expr[];
      /** The lane index, for operators that take one; the 16 lane numbers of `i8x16.shuffle`. */
      readonly lanes: readonly number[];
    }
  | { readonly kind: 'load'; readonly type: ValueType; readonly op: string; readonly access: MemoryAccess }
  | {
      readonly kind: 'call';
      readonly type: ValueType;
      readonly target: FunctionSlot;
      readonly args: readonly Expr[];
    };

export type Stmt =
  | { readonly kind: 'local.set'; readonly local: LocalSlot; readonly value: Expr }
  | { readonly kind: 'global.set'; readonly global: GlobalSlot; readonly value: Expr }
  | { readonly kind: 'store'; readonly op: string; readonly access: MemoryAccess; readonly value: Expr }
  | { readonly kind: 'block' | 'loop'; readonly label: Label; readonly body: readonly Stmt[] }
  | {
      readonly kind: 'if';
      readonly condition: Expr;
      readonly whenTrue: readonly Stmt[];
      readonly whenFalse: readonly Stmt[];
    }
  | { readonly kind: 'br'; readonly label: Label }
  | { readonly kind: 'br_if'; readonly label: Label; readonly condition: Expr }
  | {
      readonly kind: 'br_table';
      readonly index: Expr;
      readonly labels: readonly Label[];
      readonly fallback: Label;
    }
  | { readonly kind: 'return'; readonly value: Expr | undefined }
  | { readonly kind: 'call'; readonly target: FunctionSlot; readonly args: readonly Expr[] }
  | { readonly kind: 'drop'; readonly value: Expr }
  | {
      readonly kind: 'memory.copy';
      readonly to: MemorySlot;
      readonly from: MemorySlot;
      readonly args: readonly Expr[];
    }
  | { readonly kind: 'memory.fill'; readonly memory: MemorySlot; readonly args: readonly Expr[] }
  | { readonly kind: 'unreachable' };

/** An address operand, a constant byte offset, and the memory it points into. */
export interface MemoryAccess {
  readonly address: Expr<'i32'>;
  readonly offsetBytes: number;
  readonly memory: MemorySlot;
}

/** A local variable or parameter; `index` counts parameters first. */
export interface LocalSlot {
  readonly name: string;
  readonly type: ValueType;
  readonly index: number;
}

export interface GlobalSlot {
  readonly name: string;
  readonly type: ValueType;
  readonly index: number;
}

export interface MemorySlot {
  readonly name: string;
  readonly index: number;
}

/** A function as its callers see it. Its index is given when the module is described, behind all imports. */
export interface FunctionSlot {
  readonly name: string;
  readonly params: readonly ValueType[];
  readonly result: ValueType | undefined;
  index: number;
}

/** The target of a branch: past the end of a block, or back to the start of a loop. */
export interface Label {
  readonly name: string;
}
