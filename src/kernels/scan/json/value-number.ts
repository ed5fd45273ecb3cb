/**
 * Numbers on the fast path: up to 15 characters, with a sign where signs were seen, a dot where the type allows one, no
 * exponent. One comparison of 16 bytes finds the end; all digits become an integer at once, from a block loaded so that
 * it ends with the last one (digit-block.ts).
 */
import { powerOfTen } from '../../../routines/digits.ts';
import { f64, i8x16, i32, i64, v128 } from '../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../wasm/module-builder.ts';
import type { Expr } from '../../../wasm/types.ts';
import { digitsOf, digitsWithDotOf } from './digit-block.ts';
import { leaveIf, readNullable, rowOffset, type StatePath } from './fast-path.ts';
import type { ScanState } from './scan-plan.ts';
import { bytes16 } from './tolerant/strings.ts';

const zero = 0x30;
const minus = 0x2d;
const dot = 0x2e;
/** The block's last byte has to be the one that ends the number. */
const charactersMax = 15;

/** Emits: an INT or a BIGINT without fraction and exponent. */
export function readInteger(path: StatePath, state: ScanState): void {
  const { f, at, scratch } = path;
  const { storage, valuesAddress } = state.column!;
  const to = rowOffset(path, state.column!);
  readNullable(path, state, () => {
    findDigitsEnd(path, state);
    leaveUnlessInteger(path, state);
    f.set(scratch.word, digitsOf(path, digitCount(path, state, scratch.size)));
    if (storage === 'i32') leaveIf(path, state, i64.gt_u(scratch.word, 0x7fff_ffffn));
    applySign(path, state);
    f.do(
      storage === 'i32'
        ? i64.store32(to, scratch.word, valuesAddress)
        : i64.store(to, scratch.word, valuesAddress),
    );
    f.set(at, i32.add(at, scratch.size));
  });
}

/** Emits: a TIMESTAMP or TIMESTAMPTZ from whole milliseconds. */
export function readEpoch(path: StatePath, state: ScanState): void {
  const { f, at, scratch } = path;
  const { valuesAddress } = state.column!;
  readNullable(path, state, () => {
    findDigitsEnd(path, state);
    leaveUnlessInteger(path, state);
    f.set(scratch.word, i64.mul(digitsOf(path, digitCount(path, state, scratch.size)), 1000n));
    applySign(path, state);
    f.do(i64.store(rowOffset(path, state.column!), scratch.word, valuesAddress));
    f.set(at, i32.add(at, scratch.size));
  });
}

/** Emits: a number that is checked and not read. */
export function skipNumber(path: StatePath, state: ScanState): void {
  readNullable(path, state, () => readFraction(path, state, () => {}));
}

/**
 * Emits: a DOUBLE. Up to 14 digits and the power of ten are exact as doubles, so one division rounds correctly
 * (Clinger, "How to Read Floating Point Numbers Accurately", 1990).
 */
export function readDouble(path: StatePath, state: ScanState): void {
  const { f, scratch, module } = path;
  const { valuesAddress } = state.column!;
  readNullable(path, state, () => {
    readFraction(path, state, (fraction) => {
      const whole = f64.convert_i64_s(scratch.word);
      const magnitude = fraction ? f64.div(whole, exactPowerOfTen(module, fraction)) : whole;
      // A negative zero keeps its sign, which a product gives it.
      const sign = f64.sub(1, f64.convert_i32_s(i32.shl(scratch.isNegative, 1)));
      const value = state.key.hasNegatives ? f64.mul(magnitude, sign) : magnitude;
      f.do(f64.store(rowOffset(path, state.column!), value, valuesAddress));
    });
  });
}

/** Emits: a DECIMAL whose digits behind the dot are no more than its scale. */
export function readDecimal(path: StatePath, state: ScanState): void {
  const { f, scratch, module } = path;
  const { column, storage, valuesAddress } = state.column!;
  if (column.type.kind !== 'decimal') return;
  const { precision, scale } = column.type;
  readNullable(path, state, () => {
    readFraction(path, state, (fraction, integerDigits) => {
      if (fraction) leaveIf(path, state, i32.gt_u(fraction, scale));
      // The product has this many digits, and 18 fit.
      leaveIf(path, state, i32.gt_u(integerDigits, 18 - scale));
      const factor = fraction ? powerOfTen(module, i32.sub(scale, fraction)) : 10n ** BigInt(scale);
      if (scale > 0) f.set(scratch.word, i64.mul(scratch.word, factor));
      if (precision < 18) leaveIf(path, state, i64.ge_u(scratch.word, 10n ** BigInt(precision)));
      applySign(path, state);
      const to = rowOffset(path, state.column!);
      f.do(i64.store(to, scratch.word, valuesAddress));
      if (storage === 'i128') f.do(i64.store(to, i64.shr_s(scratch.word, 63), valuesAddress + 8));
    });
  });
}

/**
 * Emits: the place of the first byte that is no digit (after the sign), to `size`, and of the others to `mask`; 16 where
 * there is none in the block.
 */
function findDigitsEnd({ f, at, scratch }: StatePath, { key }: ScanState): void {
  const { block, mask, size, isNegative } = scratch;
  f.set(block, v128.load(at));
  const isOther = i8x16.gt_u(i8x16.sub(block, bytes16(zero)), bytes16(9));
  const others = key.hasNegatives ? v128.andnot(isOther, i8x16.eq(block, v128.const(signByte))) : isOther;
  f.set(mask, i32.or(i8x16.bitmask(others), 0x10000));
  f.set(size, i32.ctz(mask));
  if (key.hasNegatives) f.set(isNegative, i32.eq(i32.load8_u(at), minus));
}

/** A minus, and then what counts as a digit anyway. */
const signByte = Uint8Array.from([minus, ...Array<number>(15).fill(zero)]);

/** The digits among the first `size` characters. */
function digitCount({ scratch }: StatePath, { key }: ScanState, size: Expr<'i32'>): Expr<'i32'> {
  return key.hasNegatives ? i32.sub(size, scratch.isNegative) : size;
}

/** Whether the integer part, of `size` characters with its sign, is empty or begins with a zero that it may not. */
function hasBadInteger(path: StatePath, state: ScanState): Expr<'i32'> {
  const { at, scratch } = path;
  const digits = digitCount(path, state, scratch.size);
  const first = state.key.hasNegatives ? i32.load8_u(i32.add(at, scratch.isNegative)) : i32.load8_u(at);
  return i32.or(i32.eqz(digits), i32.and(i32.eq(first, zero), i32.ne(digits, 1)));
}

function leaveUnlessInteger(path: StatePath, state: ScanState): void {
  const { f, consumed, scratch } = path;
  f.set(consumed, scratch.size);
  leaveIf(path, state, i32.or(i32.gt_u(scratch.size, charactersMax), hasBadInteger(path, state)));
}

/**
 * Emits: digits with a dot or without; `store` runs in either case, with the digits as an integer in `word` and the
 * count of those behind the dot, if there is one.
 */
function readFraction(
  path: StatePath,
  state: ScanState,
  store: (fraction: Expr<'i32'> | undefined, integerDigits: Expr<'i32'>) => void,
): void {
  const { f, at, consumed, scratch } = path;
  const { mask, size, word } = scratch;
  const isRead = state.column !== undefined;
  findDigitsEnd(path, state);
  const integerDigits = digitCount(path, state, size);
  f.if(
    i32.eq(i32.load8_u(i32.add(at, size)), dot),
    () => {
      f.set(mask, i32.and(mask, i32.sub(mask, 1)));
      f.set(consumed, i32.ctz(mask));
      const fraction = i32.sub(i32.sub(consumed, size), 1);
      const isBad = i32.or(i32.gt_u(consumed, charactersMax), i32.eqz(fraction));
      leaveIf(path, state, i32.or(isBad, hasBadInteger(path, state)));
      if (isRead) {
        f.set(word, digitsWithDotOf(path, digitCount(path, state, i32.sub(consumed, 1)), fraction));
      }
      store(fraction, integerDigits);
    },
    () => {
      leaveUnlessInteger(path, state);
      if (isRead) f.set(word, digitsOf(path, integerDigits));
      store(undefined, integerDigits);
    },
  );
  f.set(at, i32.add(at, consumed));
}

/** Emits: negates `word` if there was a minus: (x ^ -s) + s. */
function applySign({ f, scratch }: StatePath, { key }: ScanState): void {
  if (!key.hasNegatives) return;
  const sign = i64.extend_i32_s(scratch.isNegative);
  f.set(scratch.word, i64.add(i64.xor(scratch.word, i64.sub(0, sign)), sign));
}

/** 10^exponent, of 0 to 22, which a double holds exactly. */
function exactPowerOfTen(module: ModuleBuilder, exponent: Expr<'i32'>): Expr<'f64'> {
  const table = module.table('exact_powers_of_ten', () => {
    const powers = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
    return new Uint8Array(powers.buffer);
  });
  return f64.load(i32.shl(exponent, 3), table);
}
