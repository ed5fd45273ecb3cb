/**
 * Signed 128-bit integers in two 64-bit lanes, two's complement: the values of DECIMAL beyond 18 digits.
 * Inline pieces for what is a few instructions; routines return the low word and leave the high one in a
 * global.
 */
import type { FunctionBuilder, Global, Local } from '../wasm/function-builder.ts';
import { call, i32, i64 } from '../wasm/instructions.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import type { Arg, Expr, FunctionSlot } from '../wasm/types.ts';

/** A value whose words are cheap to repeat: locals or constants. */
export interface Int128 {
  readonly lo: Expr<'i64'>;
  readonly hi: Expr<'i64'>;
}

export interface Int128Local extends Int128 {
  readonly lo: Local<'i64'>;
  readonly hi: Local<'i64'>;
}

export function int128Const(value: bigint): Int128 {
  const lo = i64.const(BigInt.asIntN(64, value));
  return { lo, hi: i64.const(BigInt.asIntN(64, value >> 64n)) };
}

export function localInt128(f: FunctionBuilder, name: string): Int128Local {
  return { lo: f.local('i64', `${name}_lo`), hi: f.local('i64', `${name}_hi`) };
}

/** Emits: the value of a 64-bit integer. */
export function extend128(f: FunctionBuilder, value: Arg<'i64'>): Int128Local {
  const lo = f.let('i64', 'extended_lo', value);
  return { lo, hi: f.let('i64', 'extended_hi', i64.shr_s(lo, 63)) };
}

export function set128(f: FunctionBuilder, to: Int128Local, value: Int128): void {
  f.set(to.lo, value.lo);
  f.set(to.hi, value.hi);
}

/** Emits: a + b, modulo 2^128. */
export function add128(f: FunctionBuilder, a: Int128, b: Int128): Int128Local {
  const lo = f.let('i64', 'sum_lo', i64.add(a.lo, b.lo));
  const carry = i64.extend_i32_u(i64.lt_u(lo, a.lo));
  return { lo, hi: f.let('i64', 'sum_hi', i64.add(i64.add(a.hi, b.hi), carry)) };
}

/** Emits: a - b, modulo 2^128. */
export function sub128(f: FunctionBuilder, a: Int128, b: Int128): Int128Local {
  const borrow = i64.extend_i32_u(i64.lt_u(a.lo, b.lo));
  const hi = f.let('i64', 'difference_hi', i64.sub(i64.sub(a.hi, b.hi), borrow));
  return { lo: f.let('i64', 'difference_lo', i64.sub(a.lo, b.lo)), hi };
}

/** Emits: -a; the smallest value stays as it is. */
export function neg128(f: FunctionBuilder, a: Int128): Int128Local {
  const borrow = i64.extend_i32_u(i64.ne(a.lo, 0n));
  const hi = f.let('i64', 'negated_hi', i64.sub(i64.sub(0n, a.hi), borrow));
  return { lo: f.let('i64', 'negated_lo', i64.sub(0n, a.lo)), hi };
}

/** Emits: `negative ? -a : a`, without a branch. */
export function negateIf128(f: FunctionBuilder, negative: Expr<'i64'>, a: Int128): Int128Local {
  const mask = f.let('i64', 'negate_mask', negative);
  const flipped = {
    lo: f.let('i64', 'flipped_lo', i64.xor(a.lo, mask)),
    hi: f.let('i64', 'flipped_hi', i64.xor(a.hi, mask)),
  };
  return sub128(f, flipped, { lo: mask, hi: mask });
}

/** Emits: |a| as an unsigned number. */
export function abs128(f: FunctionBuilder, a: Int128): Int128Local {
  return negateIf128(f, i64.shr_s(a.hi, 63), a);
}

/** Whether `sum` = a + b left the range. */
export function addOverflows128(a: Int128, b: Int128, sum: Int128): Expr<'i32'> {
  return i64.lt_s(i64.and(i64.xor(a.hi, sum.hi), i64.xor(b.hi, sum.hi)), 0n);
}

export function equal128(a: Int128, b: Int128): Expr<'i32'> {
  return i64.eqz(i64.or(i64.xor(a.lo, b.lo), i64.xor(a.hi, b.hi)));
}

export function lessThan128(a: Int128, b: Int128): Expr<'i32'> {
  return i32.or(i64.lt_s(a.hi, b.hi), i32.and(i64.eq(a.hi, b.hi), i64.lt_u(a.lo, b.lo)));
}

export function lessThanUnsigned128(a: Int128, b: Int128): Expr<'i32'> {
  return i32.or(i64.lt_u(a.hi, b.hi), i32.and(i64.eq(a.hi, b.hi), i64.lt_u(a.lo, b.lo)));
}

/** Whether a does not fit a signed 64-bit integer. */
export function exceedsI64(a: Int128): Expr<'i32'> {
  return i64.ne(a.hi, i64.shr_s(a.lo, 63));
}

/** Whether |a| has more than `digits` decimal digits (1 to 38). */
export function exceedsDigits128(digits: number, a: Int128): Expr<'i32'> {
  const limit = 10n ** BigInt(digits);
  return i32.or(lessThan128(a, int128Const(1n - limit)), lessThan128(int128Const(limit - 1n), a));
}

/** Emits: the 128-bit product of two unsigned words, from four 32-bit products. */
export function multiplyWide(f: FunctionBuilder, a: Arg<'i64'>, b: Arg<'i64'>): Int128Local {
  const low = 0xffff_ffffn;
  const x = f.let('i64', 'x', a);
  const y = f.let('i64', 'y', b);
  const [x0, x1] = [i64.and(x, low), i64.shr_u(x, 32)];
  const [y0, y1] = [i64.and(y, low), i64.shr_u(y, 32)];
  const lowProduct = f.let('i64', 'low_product', i64.mul(x0, y0));
  const cross = f.let('i64', 'cross', i64.add(i64.mul(x1, y0), i64.shr_u(lowProduct, 32)));
  const middle = f.let('i64', 'middle', i64.add(i64.mul(x0, y1), i64.and(cross, low)));
  const high = i64.add(i64.mul(x1, y1), i64.add(i64.shr_u(cross, 32), i64.shr_u(middle, 32)));
  return { lo: f.let('i64', 'product_lo', i64.mul(x, y)), hi: f.let('i64', 'product_hi', high) };
}

/** Emits: the exact product of two signed words. */
export function multiplyWideSigned(f: FunctionBuilder, a: Expr<'i64'>, b: Expr<'i64'>): Int128Local {
  const product = multiplyWide(f, a, b);
  const correction = i64.add(i64.and(i64.shr_s(a, 63), b), i64.and(i64.shr_s(b, 63), a));
  return { lo: product.lo, hi: f.let('i64', 'signed_hi', i64.sub(product.hi, correction)) };
}

interface Int128Globals {
  readonly high: Global<'i64'>;
  readonly remainderLow: Global<'i64'>;
  readonly remainderHigh: Global<'i64'>;
  readonly overflow: Global<'i32'>;
}

const globalsOf = new WeakMap<ModuleBuilder, Int128Globals>();

/** What the routines leave beside the low word they return. */
export function int128Globals(module: ModuleBuilder): Int128Globals {
  let globals = globalsOf.get(module);
  if (!globals) {
    globals = {
      high: module.global('i64', 'int128_high', 0n),
      remainderLow: module.global('i64', 'int128_remainder_low', 0n),
      remainderHigh: module.global('i64', 'int128_remainder_high', 0n),
      overflow: module.global('i32', 'int128_overflow', 0),
    };
    globalsOf.set(module, globals);
  }
  return globals;
}

/** Emits: a call of one of the routines below, its two result words taken into locals. */
export function call128(
  module: ModuleBuilder,
  f: FunctionBuilder,
  routine: FunctionSlot,
  args: readonly Arg<'i64' | 'i32' | 'f64'>[],
): Int128Local {
  const lo = f.let('i64', 'result_lo', call(routine, ...args) as Expr<'i64'>);
  return { lo, hi: f.let('i64', 'result_hi', int128Globals(module).high) };
}
