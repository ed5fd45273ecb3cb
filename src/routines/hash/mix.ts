/**
 * The hash of keys, 64 bits with whole avalanche, as inline emitters. The state takes in one word at a time:
 *
 *   combine(h, w) = fold((h ^ w) * K1)    finish(h) = fold(fold(h * K2) * K1)    fold(x) = x ^ (x >>> 32)
 *
 * Each step is a bijection of its state, so words at different places never cancel by construction. Every bit
 * of a finished hash depends on every bit of the input. The constants are odd
 * and of random look (the fractions of the golden ratio and of the square root of 3).
 */
import type { FunctionBuilder, Local } from '../../wasm/function-builder.ts';
import { i64 } from '../../wasm/instructions.ts';
import type { Arg, Expr } from '../../wasm/types.ts';

/** The state before the first word. */
export const hashSeed = 0x2545_f491_4f6c_dd1dn;
/** Taken in for a NULL, in place of the value's words. */
export const nullWord = 0xa076_1d64_78bd_642fn;

const stepMultiplier = 0x9e37_79b9_7f4a_7c15n;
const finishMultiplier = 0xbb67_ae85_84ca_a73bn;

/** Emits: the state after taking in one more word. */
export function combineHash(f: FunctionBuilder, state: Arg<'i64'>, word: Arg<'i64'>): Local<'i64'> {
  return foldProduct(f, i64.mul(i64.xor(state, word), stepMultiplier));
}

/** Emits: the hash that a state stands for. */
export function finishHash(f: FunctionBuilder, state: Arg<'i64'>): Local<'i64'> {
  return foldProduct(f, i64.mul(foldProduct(f, i64.mul(state, finishMultiplier)), stepMultiplier));
}

function foldProduct(f: FunctionBuilder, product: Expr<'i64'>): Local<'i64'> {
  const hash = f.let('i64', 'hash', product);
  f.set(hash, i64.xor(hash, i64.shr_u(hash, 32)));
  return hash;
}
