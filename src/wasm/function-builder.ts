/**
 * Builds one function body: statements are appended in order, structured blocks nest by callback.
 * A `Local` is itself an expression (a `local.get`), so it can be an operand wherever it is in scope.
 */
import { assert } from '../base/assert.ts';
import { callArguments, i32, memory0, toExpr } from './instructions.ts';
import type {
  Arg,
  Expr,
  FunctionSlot,
  GlobalSlot,
  Label,
  LocalSlot,
  MemorySlot,
  Stmt,
  ValueType,
} from './types.ts';

/** A local variable: assign with `set`, read by using it as an operand. */
export type Local<T extends ValueType = ValueType> = Expr<T> & { readonly local: LocalSlot };

/** A mutable module variable: assign with `setGlobal`, read by using it as an operand. */
export type Global<T extends ValueType = ValueType> = Expr<T> & { readonly global: GlobalSlot };

export class FunctionBuilder {
  readonly locals: LocalSlot[] = [];
  readonly body: Stmt[] = [];
  readonly #paramCount: number;
  #statements: Stmt[] = this.body;

  constructor(paramCount: number) {
    this.#paramCount = paramCount;
  }

  /** Declares a local, zero at the function's start. */
  local<T extends ValueType>(type: T, name: string): Local<T> {
    const local: LocalSlot = { name, type, index: this.#paramCount + this.locals.length };
    this.locals.push(local);
    return localExpr(local) as Local<T>;
  }

  /** Declares a local holding `value` from here on. */
  let<T extends ValueType>(type: T, name: string, value: Arg<T>): Local<T> {
    const local = this.local(type, name);
    this.set(local, value);
    return local;
  }

  set<T extends ValueType>(local: Local<T>, value: Arg<T>): void {
    this.#statements.push({
      kind: 'local.set',
      local: local.local,
      value: toExpr(local.type, value as Arg<ValueType>),
    });
  }

  /** Assigns and yields the value in one expression. */
  tee<T extends ValueType>(local: Local<T>, value: Arg<T>): Expr<T> {
    const expr = toExpr(local.type, value as Arg<ValueType>);
    return { kind: 'local.tee', type: local.type, local: local.local, value: expr } as Expr as Expr<T>;
  }

  setGlobal<T extends ValueType>(global: Global<T>, value: Arg<T>): void {
    this.#statements.push({
      kind: 'global.set',
      global: global.global,
      value: toExpr(global.type, value as Arg<ValueType>),
    });
  }

  /** Appends ready-made statements, such as `i32.store(p, v)`. */
  do(...statements: readonly Stmt[]): void {
    this.#statements.push(...statements);
  }

  /** Calls a function for its effect; a result is dropped. */
  call(target: FunctionSlot, ...args: readonly Arg<ValueType>[]): void {
    const checked = callArguments(target, args);
    if (target.result === undefined) {
      this.#statements.push({ kind: 'call', target, args: checked });
    } else {
      const value: Expr = { kind: 'call', type: target.result, target, args: checked };
      this.#statements.push({ kind: 'drop', value });
    }
  }

  if(condition: Arg<'i32'>, then: () => void, otherwise?: () => void): void {
    const expr = toExpr('i32', condition);
    const thenBody = this.#collect(then);
    const elseBody = otherwise ? this.#collect(otherwise) : [];
    this.#statements.push({ kind: 'if', condition: expr, whenTrue: thenBody, whenFalse: elseBody });
  }

  /** A value decided by control flow; only the chosen side runs. */
  choose<T extends ValueType>(
    type: T,
    condition: Arg<'i32'>,
    then: () => Arg<T>,
    otherwise: () => Arg<T>,
  ): Local<T> {
    const chosen = this.local(type, 'chosen');
    this.if(
      condition,
      () => this.set(chosen, then()),
      () => this.set(chosen, otherwise()),
    );
    return chosen;
  }

  /** A block: branching to its label goes past its end. */
  block(name: string, body: (end: Label) => void): void {
    const label: Label = { name };
    this.#statements.push({ kind: 'block', label, body: this.#collect(() => body(label)) });
  }

  /** A loop: branching to its label goes back to its start; falling off its end leaves it. */
  loop(name: string, body: (start: Label) => void): void {
    const label: Label = { name };
    this.#statements.push({ kind: 'loop', label, body: this.#collect(() => body(label)) });
  }

  /** `while (condition) body`; `leave` breaks out. */
  while(name: string, condition: () => Arg<'i32'>, body: (leave: Label) => void): void {
    this.block(`${name}_end`, (leave) => {
      this.loop(name, (again) => {
        this.branchIf(leave, i32.eqz(condition()));
        body(leave);
        this.branch(again);
      });
    });
  }

  branch(label: Label): void {
    this.#statements.push({ kind: 'br', label });
  }

  branchIf(label: Label, condition: Arg<'i32'>): void {
    this.#statements.push({ kind: 'br_if', label, condition: toExpr('i32', condition) });
  }

  /** Branches to `labels[index]`, or to `fallback` when the index is past them. */
  branchTable(index: Arg<'i32'>, labels: readonly Label[], fallback: Label): void {
    this.#statements.push({ kind: 'br_table', index: toExpr('i32', index), labels, fallback });
  }

  return<T extends ValueType>(value?: Expr<T>): void {
    this.#statements.push({ kind: 'return', value });
  }

  unreachable(): void {
    this.#statements.push({ kind: 'unreachable' });
  }

  /** Copies bytes between (or within) memories; ranges may overlap. */
  memoryCopy(
    to: Arg<'i32'>,
    from: Arg<'i32'>,
    byteCount: Arg<'i32'>,
    toMemory: MemorySlot = memory0,
    fromMemory: MemorySlot = memory0,
  ): void {
    const args = [to, from, byteCount].map((arg) => toExpr('i32', arg));
    this.#statements.push({ kind: 'memory.copy', to: toMemory, from: fromMemory, args });
  }

  memoryFill(to: Arg<'i32'>, byte: Arg<'i32'>, byteCount: Arg<'i32'>, memory: MemorySlot = memory0): void {
    const args = [to, byte, byteCount].map((arg) => toExpr('i32', arg));
    this.#statements.push({ kind: 'memory.fill', memory, args });
  }

  #collect(body: () => void): Stmt[] {
    const outer = this.#statements;
    const inner: Stmt[] = [];
    this.#statements = inner;
    body();
    assert(this.#statements === inner, 'blocks close in the order they were opened');
    this.#statements = outer;
    return inner;
  }
}

/** A read of a local, with the slot kept beside it for assignment. */
export function localExpr(local: LocalSlot): Local {
  return { kind: 'local.get', type: local.type, local };
}
