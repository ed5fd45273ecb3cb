/**
 * Up to 16 decimal digits to an integer, all at once: a block of 16 bytes that ends with the last digit is
 * reduced to digits, everything before them to zero, and neighbours are joined three times:
 *
 *   16 digits -> 8 pairs (d*10 + d) -> 4 fours (p*100 + p) -> 2 eights (q*10000 + q) -> hi*10^8 + lo
 */
import type { FunctionBuilder, Local } from '../../../wasm/function-builder.ts';
import { i8x16, i16x8, i32, i32x4, i64, i64x2, v128 } from '../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../wasm/module-builder.ts';
import type { Expr } from '../../../wasm/types.ts';

const zero = 0x30;

/** Where digits are joined, and what the pieces may overwrite. */
export interface DigitScratch {
  readonly module: ModuleBuilder;
  readonly f: FunctionBuilder;
  readonly block: Local<'v128'>;
  readonly word: Local<'i64'>;
}

/** Emits: the integer that the `count` digits before `end` stand for. */
export function digitsBefore(scratch: DigitScratch, end: Expr<'i32'>, count: Expr<'i32'>): Expr<'i64'> {
  const { f, block, module } = scratch;
  const last = v128.load(i32.sub(end, 16));
  f.set(block, v128.and(i8x16.sub(last, module.vector(zero)), digitMask(module, count)));
  return joinDigits(scratch);
}

/**
 * Emits: the integer that `count` digits before `end` stand for, with a dot before the last `fraction` of
 * them.
 */
export function digitsWithDotBefore(
  scratch: DigitScratch,
  end: Expr<'i32'>,
  count: Expr<'i32'>,
  fraction: Expr<'i32'>,
): Expr<'i64'> {
  const { f, block, module } = scratch;
  const last = v128.load(i32.sub(end, 16));
  const closed = i8x16.swizzle(i8x16.sub(last, module.vector(zero)), dotShuffle(module, fraction));
  f.set(block, v128.and(closed, digitMask(module, count)));
  return joinDigits(scratch);
}

/** One bit for each of the 16 bytes that is no digit. */
export function isNoDigit(module: ModuleBuilder, block: Expr<'v128'>): Expr<'v128'> {
  // Moved so that digits become the ten lowest signed bytes: one comparison, where an unsigned one takes
  // three.
  return i8x16.gt_s(i8x16.sub(block, module.vector(zero + 0x80)), module.vector(0x80 + 9));
}

/** Ones in the last `count` bytes. */
export function digitMask(module: ModuleBuilder, count: Expr<'i32'>): Expr<'v128'> {
  const table = module.table('json_digit_masks', () => new Uint8Array(32).fill(0xff, 16), 32);
  return v128.load(count, table);
}

/** Moves what comes before the dot, which is followed by `fraction` bytes, onto its place. */
function dotShuffle(module: ModuleBuilder, fraction: Expr<'i32'>): Expr<'v128'> {
  const table = module.table('json_dot_shuffles', () => {
    const lanes = new Uint8Array(256);
    for (let count = 0; count < 16; count++) {
      for (let i = 0; i < 16; i++) lanes[16 * count + i] = i > 15 - count ? i : i === 0 ? 0xff : i - 1;
    }
    return lanes;
  });
  return v128.load(i32.shl(fraction, 4), table);
}

function joinDigits({ module, f, block, word }: DigitScratch): Expr<'i64'> {
  // a + 256 b, times 2561, is (10 a + b) * 256 + a, modulo 2^16.
  f.set(block, i16x8.shr_u(i16x8.mul(block, repeat(module, 0x01, 0x0a)), 8));
  f.set(block, i32x4.dot_i16x8_s(block, repeat(module, 100, 0, 1, 0)));
  f.set(block, i32x4.dot_i16x8_s(i16x8.narrow_i32x4_s(block, block), repeat(module, 0x10, 0x27, 1, 0)));
  f.set(word, i64x2.extract_lane(0, block));
  return i64.add(i64.mul(i64.and(word, 0xffff_ffffn), 100_000_000n), i64.shr_u(word, 32));
}

function repeat(module: ModuleBuilder, ...pattern: readonly number[]): Expr<'v128'> {
  return module.vector(Uint8Array.from({ length: 16 }, (_, i) => pattern[i % pattern.length]!));
}
