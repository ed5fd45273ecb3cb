/**
 * The instructions as typed functions, named as in the specification: `i32.add(a, 4)`, `i64.load(p, 8)`. An
 * operand of the wrong type is a compile error, and an assertion for callers whose types are only known at
 * run time.
 */
import { assert } from '../base/assert.ts';
import { loads, opcodes, stores } from './opcodes.ts';
import type { Arg, Expr, FunctionSlot, MemorySlot, Stmt, ValueType } from './types.ts';

type Args<P extends readonly ValueType[]> = { readonly [K in keyof P]: Arg<P[K]> };
type Ops<N extends string, P extends readonly ValueType[], R extends ValueType> = {
  readonly [K in N]: (...args: Args<P>) => Expr<R>;
};
type Lane<P extends readonly ValueType[], R extends ValueType> = (lane: number, ...args: Args<P>) => Expr<R>;
type Load<T extends ValueType> = (address: Arg<'i32'>, offsetBytes?: number, memory?: MemorySlot) => Expr<T>;
type Store<T extends ValueType> = (
  address: Arg<'i32'>,
  value: Arg<T>,
  offsetBytes?: number,
  memory?: MemorySlot,
) => Stmt;

type IntegerUnary = 'clz' | 'ctz' | 'popcnt';
type IntegerBinary =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div_s'
  | 'div_u'
  | 'rem_s'
  | 'rem_u'
  | 'and'
  | 'or'
  | 'xor'
  | 'shl'
  | 'shr_s'
  | 'shr_u'
  | 'rotl'
  | 'rotr';
type IntegerCompare = 'eq' | 'ne' | 'lt_s' | 'lt_u' | 'gt_s' | 'gt_u' | 'le_s' | 'le_u' | 'ge_s' | 'ge_u';
type FloatUnary = 'abs' | 'neg' | 'ceil' | 'floor' | 'trunc' | 'nearest' | 'sqrt';
type FloatBinary = 'add' | 'sub' | 'mul' | 'div' | 'min' | 'max' | 'copysign';
type FloatCompare = 'eq' | 'ne' | 'lt' | 'gt' | 'le' | 'ge';

type Access<T extends ValueType, L extends string, S extends string> = { readonly [K in L]: Load<T> } & {
  readonly [K in S]: Store<T>;
} & { readonly const: (value: Literal<T>) => Expr<T> };
type Literal<T extends ValueType> = Exclude<Arg<T>, Expr>;

export interface I32
  extends Ops<IntegerBinary | IntegerCompare, ['i32', 'i32'], 'i32'>,
    Ops<IntegerUnary | 'eqz' | 'extend8_s' | 'extend16_s', ['i32'], 'i32'>,
    Ops<'wrap_i64', ['i64'], 'i32'>,
    Ops<'trunc_sat_f64_s', ['f64'], 'i32'>,
    Access<
      'i32',
      'load' | 'load8_s' | 'load8_u' | 'load16_s' | 'load16_u' | 'atomic.load',
      'store' | 'store8' | 'store16' | 'atomic.store'
    > {}

export interface I64
  extends Ops<IntegerBinary, ['i64', 'i64'], 'i64'>,
    Ops<IntegerCompare, ['i64', 'i64'], 'i32'>,
    Ops<IntegerUnary | 'extend32_s', ['i64'], 'i64'>,
    Ops<'eqz', ['i64'], 'i32'>,
    Ops<'extend_i32_s' | 'extend_i32_u', ['i32'], 'i64'>,
    Ops<'trunc_sat_f64_s' | 'trunc_sat_f64_u' | 'reinterpret_f64', ['f64'], 'i64'>,
    Access<
      'i64',
      'load' | 'load8_u' | 'load16_u' | 'load32_s' | 'load32_u',
      'store' | 'store8' | 'store16' | 'store32'
    > {}

export interface F64
  extends Ops<FloatBinary, ['f64', 'f64'], 'f64'>,
    Ops<FloatUnary, ['f64'], 'f64'>,
    Ops<FloatCompare, ['f64', 'f64'], 'i32'>,
    Ops<'convert_i32_s' | 'convert_i32_u', ['i32'], 'f64'>,
    Ops<'convert_i64_s' | 'convert_i64_u' | 'reinterpret_i64', ['i64'], 'f64'>,
    Access<'f64', 'load', 'store'> {}

export interface V128
  extends Ops<'and' | 'or' | 'xor' | 'andnot', ['v128', 'v128'], 'v128'>,
    Ops<'not', ['v128'], 'v128'>,
    Ops<'bitselect', ['v128', 'v128', 'v128'], 'v128'>,
    Ops<'any_true', ['v128'], 'i32'>,
    Access<'v128', 'load', 'store'> {}

export interface I8x16
  extends Ops<
      IntegerCompare | 'add' | 'sub' | 'min_u' | 'max_u' | 'sub_sat_u' | 'swizzle',
      ['v128', 'v128'],
      'v128'
    >,
    Ops<'shl' | 'shr_u', ['v128', 'i32'], 'v128'>,
    Ops<'splat', ['i32'], 'v128'>,
    Ops<'bitmask' | 'all_true', ['v128'], 'i32'> {
  readonly extract_lane_u: Lane<['v128'], 'i32'>;
  readonly replace_lane: Lane<['v128', 'i32'], 'v128'>;
}

export interface I64x2
  extends Ops<'splat', ['i64'], 'v128'>,
    Ops<'eq' | 'add', ['v128', 'v128'], 'v128'>,
    Ops<'shl', ['v128', 'i32'], 'v128'>,
    Ops<'all_true', ['v128'], 'i32'> {
  readonly extract_lane: Lane<['v128'], 'i64'>;
  readonly replace_lane: Lane<['v128', 'i64'], 'v128'>;
}

export interface I16x8
  extends Ops<'splat', ['i32'], 'v128'>,
    Ops<'mul' | 'narrow_i32x4_s', ['v128', 'v128'], 'v128'>,
    Ops<'shr_u', ['v128', 'i32'], 'v128'> {}

export interface I32x4
  extends Ops<'splat', ['i32'], 'v128'>,
    Ops<'add' | 'dot_i16x8_s', ['v128', 'v128'], 'v128'> {
  readonly extract_lane: Lane<['v128'], 'i32'>;
  readonly replace_lane: Lane<['v128', 'i32'], 'v128'>;
}

export const i32: I32 = instructionsOf('i32') as unknown as I32;
export const i64: I64 = instructionsOf('i64') as unknown as I64;
export const f64: F64 = instructionsOf('f64') as unknown as F64;
export const v128: V128 = instructionsOf('v128') as unknown as V128;
export const i8x16: I8x16 = instructionsOf('i8x16') as unknown as I8x16;
export const i16x8: I16x8 = instructionsOf('i16x8') as unknown as I16x8;
export const i32x4: I32x4 = instructionsOf('i32x4') as unknown as I32x4;
export const i64x2: I64x2 = instructionsOf('i64x2') as unknown as I64x2;

/**
 * The size of memory 0 and its growth, in pages of 64 KiB; growing yields the old size, or -1 when refused.
 */
export interface MemoryOps extends Ops<'size', [], 'i32'>, Ops<'grow', ['i32'], 'i32'> {}
export const memory: MemoryOps = instructionsOf('memory') as unknown as MemoryOps;

/** The first memory, the one every kernel works in. */
export const memory0: MemorySlot = { name: 'memory', index: 0 };

/** Turns a literal into a constant of the given type; an expression passes through, checked. */
export function toExpr<T extends ValueType>(type: T, arg: Arg<T>): Expr<T> {
  if (typeof arg === 'object' && 'kind' in arg) {
    assert(arg.type === type, `expected an operand of type ${type}, got ${arg.type}`);
    return arg as Expr<T>;
  }
  return { kind: 'const', type, value: arg } as Expr as Expr<T>;
}

/** `condition ? ifTrue : ifFalse`, both evaluated. */
export function select<T extends ValueType>(
  type: T,
  condition: Arg<'i32'>,
  ifTrue: Arg<T>,
  ifFalse: Arg<T>,
): Expr<T> {
  const args = [toExpr(type, ifTrue), toExpr(type, ifFalse), toExpr('i32', condition)];
  return { kind: 'op', type, op: 'select', args, lanes: [] } as Expr as Expr<T>;
}

/** `i8x16.shuffle`: each of the 16 lane numbers (0 to 31) picks a byte of `a` followed by `b`. */
export function shuffle(lanes: readonly number[], a: Expr<'v128'>, b: Expr<'v128'>): Expr<'v128'> {
  assert(lanes.length === 16, 'a shuffle names 16 lanes');
  return { kind: 'op', type: 'v128', op: 'i8x16.shuffle', args: [a, b], lanes };
}

/** A call as a value; it runs where the expression stands. */
export function call(target: FunctionSlot, ...args: readonly Arg<ValueType>[]): Expr {
  assert(target.result !== undefined, `${target.name} returns nothing: call it as a statement`);
  return { kind: 'call', type: target.result, target, args: callArguments(target, args) };
}

/** The arguments of a call, checked against the parameters. */
export function callArguments(target: FunctionSlot, args: readonly Arg<ValueType>[]): Expr[] {
  assert(args.length === target.params.length, `${target.name} takes ${target.params.length} arguments`);
  return args.map((arg, i) => toExpr(target.params[i]!, arg as Arg<ValueType>));
}

function instructionsOf(prefix: string): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  for (const [name, opcode] of opcodes) {
    const [head, tail] = splitName(name);
    if (head !== prefix) continue;
    made[tail] = (...operands: Arg<ValueType>[]): Expr => {
      const lanes = opcode.laneCount === 1 ? [operands.shift() as number] : [];
      assert(operands.length === opcode.params.length, `${name} takes ${opcode.params.length} operands`);
      const args = operands.map((operand, i) => toExpr(opcode.params[i]!, operand));
      return { kind: 'op', type: opcode.result, op: name, args, lanes };
    };
  }
  for (const [name, opcode] of loads) {
    const [head, tail] = splitName(name);
    if (head !== prefix) continue;
    made[tail] = (address: Arg<'i32'>, offsetBytes = 0, slot = memory0): Expr => ({
      kind: 'load',
      type: opcode.type,
      op: name,
      access: { address: toExpr('i32', address), offsetBytes, memory: slot },
    });
  }
  for (const [name, opcode] of stores) {
    const [head, tail] = splitName(name);
    if (head !== prefix) continue;
    made[tail] = (address: Arg<'i32'>, value: Arg<ValueType>, offsetBytes = 0, slot = memory0): Stmt => ({
      kind: 'store',
      op: name,
      access: { address: toExpr('i32', address), offsetBytes, memory: slot },
      value: toExpr(opcode.type, value),
    });
  }
  made.const = (value: number | bigint | Uint8Array): Expr => toExpr(prefix as ValueType, value as never);
  return made;
}

function splitName(name: string): [string, string] {
  const dot = name.indexOf('.');
  return [name.slice(0, dot), name.slice(dot + 1)];
}
