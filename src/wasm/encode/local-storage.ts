/**
 * Which locals of a function can be one: those of a type whose lifetimes do not overlap. What an engine needs
 * to compile a function grows with its locals times its branches, so a wide projection, with some locals for
 * each of its values, would take gigabytes.
 *
 * A lifetime goes from a local's first access to its last, in the order in which the code is encoded and
 * runs; where a loop needs what an earlier turn or the code before it has set, to the end of the loop. A
 * local that may be read before it is set relies on being zero at the start and is one by itself.
 */
import type { Expr, Label, LocalSlot, Stmt, ValueType } from '../types.ts';

/** Functions with fewer locals compile fast as they are; looking at them would only take time. */
export const sharingCountMin = 256;

export interface LocalStorage {
  /** The types of the locals that are left, those of one type together. */
  readonly types: readonly ValueType[];
  /** By index, parameters first: where the local is. Of no meaning for one that nothing accesses. */
  readonly indexOf: Uint32Array;
}

export function assignStorage(
  params: readonly LocalSlot[],
  locals: readonly LocalSlot[],
  body: readonly Stmt[],
): LocalStorage {
  if (locals.length < sharingCountMin) return asDeclared(params.length, locals);
  const lifetimes = new Lifetimes(params, locals.length);
  lifetimes.statements(body);
  const { order, last, first, isAlone } = lifetimes;
  const typeOf = (local: number): ValueType => locals[local - params.length]!.type;
  const byEnd = order.filter((local) => isAlone[local] === 0).sort((a, b) => last[a]! - last[b]!);
  const pools = new Map<ValueType, Pool>();
  const places = new Uint32Array(params.length + locals.length);
  let ended = 0;
  for (const local of order) {
    for (; ended < byEnd.length && last[byEnd[ended]!]! < first[local]!; ended++) {
      const free = byEnd[ended]!;
      pools.get(typeOf(free))!.free.push(places[free]!);
    }
    const type = typeOf(local);
    const pool = pools.get(type) ?? { count: 0, free: [] };
    pools.set(type, pool);
    const reused = isAlone[local] === 1 ? undefined : pool.free.pop();
    places[local] = reused ?? pool.count++;
  }
  return layOut(params.length, { order, places, pools, typeOf });
}

function asDeclared(paramCount: number, locals: readonly LocalSlot[]): LocalStorage {
  return {
    types: locals.map(({ type }) => type),
    indexOf: Uint32Array.from({ length: paramCount + locals.length }, (_, index) => index),
  };
}

interface Pool {
  count: number;
  readonly free: number[];
}

interface Assigned {
  readonly order: readonly number[];
  /** Within the pool of the local's type. */
  readonly places: Uint32Array;
  readonly pools: ReadonlyMap<ValueType, Pool>;
  readonly typeOf: (local: number) => ValueType;
}

function layOut(paramCount: number, { order, places, pools, typeOf }: Assigned): LocalStorage {
  const types: ValueType[] = [];
  const starts = new Map<ValueType, number>();
  for (const [type, { count }] of pools) {
    starts.set(type, paramCount + types.length);
    for (let i = 0; i < count; i++) types.push(type);
  }
  const indexOf = Uint32Array.from(places, (_, index) => index);
  for (const local of order) indexOf[local] = starts.get(typeOf(local))! + places[local]!;
  return { types, indexOf };
}

/** A block that is open: what is set on every way to its end, once one is known. */
interface OpenBlock {
  readonly mark: number;
  assigned: number[] | undefined;
}

/** A loop that is open, and the locals whose values go from turn to turn. */
interface OpenLoop {
  readonly mark: number;
  readonly carried: number[];
}

/** Walks a body in the order in which it runs and follows which locals are surely set. */
class Lifetimes {
  /** Locals in the order of their first access. */
  readonly order: number[] = [];
  readonly first: Int32Array;
  readonly last: Int32Array;
  readonly isAlone: Uint8Array;
  readonly #paramCount: number;
  /** Locals that are set on every way that leads here, in the order in which that became certain. */
  readonly #assigned: number[] = [];
  /** A local's place there, or -1. */
  readonly #assignedAt: Int32Array;
  readonly #blocks = new Map<Label, OpenBlock>();
  readonly #loops: OpenLoop[] = [];
  #position = 0;
  #isReachable = true;

  constructor(params: readonly LocalSlot[], localCount: number) {
    const count = params.length + localCount;
    this.#paramCount = params.length;
    this.first = new Int32Array(count).fill(-1);
    this.last = new Int32Array(count);
    this.isAlone = new Uint8Array(count);
    this.#assignedAt = new Int32Array(count).fill(-1);
  }

  statements(list: readonly Stmt[]): void {
    for (const statement of list) this.#statement(statement);
  }

  #statement(statement: Stmt): void {
    switch (statement.kind) {
      case 'local.set':
        this.#expression(statement.value);
        return this.#set(statement.local.index);
      case 'global.set':
      case 'drop':
        return this.#expression(statement.value);
      case 'store':
        this.#expression(statement.access.address);
        return this.#expression(statement.value);
      case 'call':
      case 'memory.copy':
      case 'memory.fill':
        return this.#expressions(statement.args);
      case 'if':
        return this.#if(statement);
      case 'block':
        return this.#block(statement.label, statement.body);
      case 'loop':
        return this.#loop(statement.body);
      default:
        return this.#jump(statement);
    }
  }

  #jump(statement: Extract<Stmt, { kind: 'br' | 'br_if' | 'br_table' | 'return' | 'unreachable' }>): void {
    switch (statement.kind) {
      case 'br_if':
        this.#expression(statement.condition);
        return this.#leave(statement.label);
      case 'br':
        this.#leave(statement.label);
        break;
      case 'br_table':
        this.#expression(statement.index);
        for (const label of statement.labels) this.#leave(label);
        this.#leave(statement.fallback);
        break;
      case 'return':
        if (statement.value) this.#expression(statement.value);
        break;
      case 'unreachable':
        break;
    }
    this.#isReachable = false;
  }

  #if({ condition, whenTrue, whenFalse }: Extract<Stmt, { kind: 'if' }>): void {
    this.#expression(condition);
    const mark = this.#assigned.length;
    const wasReachable = this.#isReachable;
    this.statements(whenTrue);
    const isTrueReachable = this.#isReachable;
    const setWhenTrue = this.#undo(mark);
    this.#isReachable = wasReachable;
    this.statements(whenFalse);
    if (isTrueReachable) {
      const setWhenFalse = this.#isReachable ? new Set(this.#undo(mark)) : undefined;
      if (setWhenFalse === undefined) this.#undo(mark);
      this.#assign(setWhenTrue.filter((local) => setWhenFalse?.has(local) ?? true));
      this.#isReachable = true;
    }
  }

  #block(label: Label, body: readonly Stmt[]): void {
    const block: OpenBlock = { mark: this.#assigned.length, assigned: undefined };
    this.#blocks.set(label, block);
    this.statements(body);
    this.#leave(label);
    this.#blocks.delete(label);
    this.#undo(block.mark);
    this.#isReachable = block.assigned !== undefined;
    this.#assign(block.assigned ?? []);
  }

  #loop(body: readonly Stmt[]): void {
    const loop: OpenLoop = { mark: this.#assigned.length, carried: [] };
    this.#loops.push(loop);
    this.statements(body);
    this.#loops.pop();
    this.#position++;
    for (const local of loop.carried) this.last[local] = this.#position;
  }

  /** Goes to the end of a block; a loop's label goes back to where less is set. */
  #leave(label: Label): void {
    const block = this.#blocks.get(label);
    if (block === undefined || !this.#isReachable) return;
    block.assigned =
      block.assigned?.filter((local) => this.#assignedAt[local]! >= 0) ?? this.#assigned.slice(block.mark);
  }

  /** Forgets what became certain behind the mark, and answers it. */
  #undo(mark: number): number[] {
    const undone = this.#assigned.splice(mark);
    for (const local of undone) this.#assignedAt[local] = -1;
    return undone;
  }

  #assign(locals: readonly number[]): void {
    for (const local of locals) this.#assignedAt[local] = this.#assigned.push(local) - 1;
  }

  #expressions(list: readonly Expr[]): void {
    for (const expression of list) this.#expression(expression);
  }

  #expression(expression: Expr): void {
    switch (expression.kind) {
      case 'local.get':
        return this.#get(expression.local.index);
      case 'local.tee':
        this.#expression(expression.value);
        return this.#set(expression.local.index);
      case 'load':
        return this.#expression(expression.access.address);
      case 'op':
      case 'call':
        return this.#expressions(expression.args);
    }
  }

  #get(local: number): void {
    if (local < this.#paramCount) return;
    this.#touch(local);
    const assignedAt = this.#assignedAt[local]!;
    if (assignedAt < 0) this.isAlone[local] = 1;
    else this.#loops.find(({ mark }) => mark > assignedAt)?.carried.push(local);
  }

  #set(local: number): void {
    if (local < this.#paramCount) return;
    this.#touch(local);
    if (this.#assignedAt[local]! < 0) this.#assign([local]);
  }

  #touch(local: number): void {
    this.#position++;
    if (this.first[local]! < 0) {
      this.first[local] = this.#position;
      this.order.push(local);
    }
    this.last[local] = this.#position;
  }
}
