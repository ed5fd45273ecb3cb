/**
 * Random functions, run by the engine with locals that share their places and by a walk of the tree where
 * none do.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../base/random.ts';
import type { FunctionBuilder, Global, Local } from '../function-builder.ts';
import { i32, i64 } from '../instructions.ts';
import { ModuleBuilder } from '../module-builder.ts';
import type { Expr, Label, LocalSlot, Stmt } from '../types.ts';
import { assignStorage, sharingCountMin } from './local-storage.ts';

const seed = 20;
const programs = 600;
const turnsMax = 20;

/** Makes a function one that is looked at; nothing accesses these. */
function declareMany(f: FunctionBuilder): void {
  for (let i = 0; i < sharingCountMin; i++) f.local('i32', 'unused');
}

/** What the functions do to the outside: `seen` mixes values that were read, `turns` bounds all loops. */
interface Globals {
  readonly seen: Global<'i32'>;
  readonly turns: Global<'i32'>;
}

class RandomProgram {
  readonly #random: Random;
  readonly #f: FunctionBuilder;
  readonly #globals: Globals;
  readonly #words: Local<'i32'>[];
  readonly #longs: Local<'i64'>[];
  /** Innermost last. */
  readonly #open: { readonly label: Label; readonly isLoop: boolean }[] = [];

  constructor(random: Random, f: FunctionBuilder, globals: Globals) {
    this.#random = random;
    this.#f = f;
    this.#globals = globals;
    this.#words = Array.from({ length: random.int(2, 9) }, (_, i) => f.local('i32', `w${i}`));
    this.#longs = Array.from({ length: random.int(1, 4) }, (_, i) => f.local('i64', `l${i}`));
  }

  statements(depth: number): void {
    for (let i = this.#random.int(1, 6); i > 0; i--) this.#statement(depth);
  }

  #statement(depth: number): void {
    const f = this.#f;
    switch (this.#random.int(0, depth > 0 ? 9 : 5)) {
      case 0:
      case 1:
        return f.set(this.#pick(this.#words), this.#word(2));
      case 2:
        return f.set(this.#pick(this.#longs), this.#long());
      case 3:
      case 4:
        return this.#see();
      case 5:
        return this.#branch();
      case 6:
        return f.if(this.#word(1), () => this.statements(depth - 1));
      case 7: {
        const otherwise = (): void => this.statements(depth - 1);
        return f.if(this.#word(1), () => this.statements(depth - 1), otherwise);
      }
      case 8:
        return f.block('block', (label) => this.#within(label, false, depth));
      default:
        return f.loop('loop', (label) => {
          this.#within(label, true, depth);
          this.#again(label, this.#word(1));
        });
    }
  }

  #within(label: Label, isLoop: boolean, depth: number): void {
    this.#open.push({ label, isLoop });
    this.statements(depth - 1);
    this.#open.pop();
  }

  #branch(): void {
    const target = this.#open[this.#random.int(0, this.#open.length)];
    if (target === undefined) return this.#see();
    if (target.isLoop) this.#again(target.label, this.#word(1));
    else if (this.#random.int(0, 3) === 0) this.#f.branch(target.label);
    else this.#f.branchIf(target.label, this.#word(1));
  }

  #again(label: Label, condition: Expr<'i32'>): void {
    const { turns } = this.#globals;
    this.#f.setGlobal(turns, i32.sub(turns, 1));
    this.#f.branchIf(label, i32.and(i32.gt_s(condition, 0), i32.gt_s(turns, 0)));
  }

  #see(): void {
    const { seen } = this.#globals;
    const value = i32.add(this.#pick(this.#words), i32.wrap_i64(this.#pick(this.#longs)));
    this.#f.setGlobal(seen, i32.add(i32.mul(seen, 31), value));
  }

  #word(depth: number): Expr<'i32'> {
    switch (this.#random.int(0, depth > 0 ? 4 : 1)) {
      case 0:
        return i32.const(this.#random.int(-9, 9));
      case 1:
        return this.#pick(this.#words);
      case 2:
        return this.#f.tee(this.#pick(this.#words), this.#word(depth - 1));
      default:
        return i32.sub(this.#word(depth - 1), this.#word(depth - 1));
    }
  }

  #long(): Expr<'i64'> {
    return i64.add(this.#pick(this.#longs), i64.extend_i32_s(this.#word(1)));
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#random.int(0, list.length - 1)]!;
  }
}

/** Runs a body by walking it; `leaving` is the label that a branch goes to. */
class Walker {
  seen = 0;
  turns = turnsMax;
  readonly #values = new Map<LocalSlot, number | bigint>();
  #leaving: Label | undefined;

  run(list: readonly Stmt[]): void {
    for (const statement of list) {
      this.#statement(statement);
      if (this.#leaving !== undefined) return;
    }
  }

  #statement(statement: Stmt): void {
    switch (statement.kind) {
      case 'local.set':
        this.#values.set(statement.local, this.#value(statement.value));
        return;
      case 'global.set':
        this[statement.global.name as 'seen' | 'turns'] = Number(this.#value(statement.value));
        return;
      case 'if':
        return this.run(this.#value(statement.condition) === 0 ? statement.whenFalse : statement.whenTrue);
      case 'block':
        this.run(statement.body);
        if (this.#leaving === statement.label) this.#leaving = undefined;
        return;
      case 'loop':
        do {
          if (this.#leaving === statement.label) this.#leaving = undefined;
          this.run(statement.body);
        } while (this.#leaving === statement.label);
        return;
      case 'br':
        this.#leaving = statement.label;
        return;
      case 'br_if':
        if (this.#value(statement.condition) !== 0) this.#leaving = statement.label;
        return;
      default:
        assert.fail(`a ${statement.kind} is not drawn`);
    }
  }

  #value(expr: Expr): number | bigint {
    switch (expr.kind) {
      case 'const':
        return expr.value as number | bigint;
      case 'local.get':
        return this.#values.get(expr.local) ?? (expr.type === 'i64' ? 0n : 0);
      case 'local.tee': {
        const value = this.#value(expr.value);
        this.#values.set(expr.local, value);
        return value;
      }
      case 'global.get':
        return this[expr.global.name as 'seen' | 'turns'];
      case 'op':
        return this.#operation(
          expr.op,
          expr.args.map((arg) => this.#value(arg)),
        );
      default:
        return assert.fail(`a ${expr.kind} is not drawn`);
    }
  }

  #operation(op: string, [a = 0, b = 0]: readonly (number | bigint)[]): number | bigint {
    switch (op) {
      case 'i32.add':
        return (Number(a) + Number(b)) | 0;
      case 'i32.sub':
        return (Number(a) - Number(b)) | 0;
      case 'i32.mul':
        return Math.imul(Number(a), Number(b));
      case 'i32.and':
        return Number(a) & Number(b);
      case 'i32.gt_s':
        return Number(a > b);
      case 'i32.wrap_i64':
        return Number(BigInt.asIntN(32, BigInt(a)));
      case 'i64.add':
        return BigInt.asIntN(64, BigInt(a) + BigInt(b));
      case 'i64.extend_i32_s':
        return BigInt(a);
      default:
        return assert.fail(`${op} is not drawn`);
    }
  }
}

test(`functions do the same with locals that share their places (seed ${seed})`, () => {
  const random = Random.fromSeed(seed);
  let declared = 0;
  let left = 0;
  for (let n = 0; n < programs; n++) {
    const module = new ModuleBuilder('program');
    const globals = {
      seen: module.global('i32', 'seen', 0, true),
      turns: module.global('i32', 'turns', turnsMax, true),
    };
    const walker = new Walker();
    module.export('run', {}, undefined, (f) => {
      new RandomProgram(random, f, globals).statements(5);
      walker.run(f.body);
      declared += f.locals.length;
      declareMany(f);
      left += assignStorage([], f.locals, f.body).types.length;
    });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), {
      env: { memory: new WebAssembly.Memory({ initial: 1, maximum: 65_536 }) },
    });
    (exports.run as () => void)();
    const { seen, turns } = exports as Record<string, WebAssembly.Global>;
    assert.deepEqual([seen!.value, turns!.value], [walker.seen, walker.turns], `program ${n}`);
  }
  assert.ok(left < declared, 'some share a place');
});

test('locals that live one after the other are one, those that live together are not', () => {
  const module = new ModuleBuilder('chain');
  const used = (count: number, live: number): number => {
    let types = 0;
    module.export(`use_${count}_${live}`, {}, 'i32', (f) => {
      for (let start = 0; start < count; start += live) {
        const together = Array.from({ length: live }, (_, i) => f.let('i32', 'x', start + i));
        for (const local of together) f.do(i32.store(local, local));
      }
      f.return(i32.const(0));
      declareMany(f);
      types = assignStorage([], f.locals, f.body).types.length;
    });
    return types;
  };
  assert.deepEqual([used(100, 1), used(100, 10)], [1, 10]);
});

test('a value that goes from turn to turn keeps its place through the loop', () => {
  const module = new ModuleBuilder('turns');
  module.export('run', { n: 'i32' }, 'i32', (f, { n }) => {
    const total = f.let('i32', 'total', 1);
    const left = f.let('i32', 'left', n);
    f.loop('each', (each) => {
      const doubled = f.let('i32', 'doubled', i32.mul(total, 2));
      f.set(total, doubled);
      const next = f.let('i32', 'next', i32.sub(left, 1));
      f.set(left, next);
      f.branchIf(each, left);
    });
    f.return(total);
    declareMany(f);
    // `doubled` and `next` are one; `total` and `left` are read in the next turn.
    assert.equal(assignStorage([{ name: 'n', type: 'i32', index: 0 }], f.locals, f.body).types.length, 3);
  });
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536 });
  const compiled = new WebAssembly.Module(module.encode());
  const { run } = new WebAssembly.Instance(compiled, { env: { memory } }).exports as Record<
    string,
    (n: number) => number
  >;
  assert.equal(run!(10), 1024);
});
