/**
 * Numbers on the fast path: up to 15 characters, with a sign where signs were seen, a dot where the type
 * allows one, no exponent. One comparison of 16 bytes finds the end; all digits become an integer at once,
 * from a block loaded so that it ends with the last one (digit-block.ts). Longer ones go through
 * long-number.ts, all others leave.
 */
import { powerOfTen } from '../../../routines/digits.ts';
import { decimalToDouble } from '../../../routines/double/decimal-to-double.ts';
import { call, f64, i8x16, i32, i64, v128 } from '../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../wasm/module-builder.ts';
import type { Expr, Label } from '../../../wasm/types.ts';
import { type DigitScratch, digitsBefore, digitsWithDotBefore, isNoDigit } from './digit-block.ts';
import { leaveIf, readNullable, rowOffset, type StatePath } from './fast-path.ts';
import { type LongNumber, longNumber } from './long-number.ts';
import type { ValueForm } from './scan-plan.ts';

const zero = 0x30;
const minus = 0x2d;
const dot = 0x2e;
/** The block's last byte has to be the one that ends the number. */
const charactersMax = 15;

/** What a type does with the number that was found. */
interface NumberStore {
  /** The digits are in `word`; `fraction` of them stand behind the dot, if there is one. */
  readonly short: (fraction: Expr<'i32'> | undefined, integerDigits: Expr<'i32'>) => void;
  readonly long: (number: LongNumber) => void;
}

/** Emits: an INT or a BIGINT without fraction and exponent. */
export function readInteger(path: StatePath, form: ValueForm): void {
  const { f, scratch } = path;
  const { storage, valuesAddress } = form.column!;
  const to = rowOffset(path, form.column!);
  readNullable(path, form, () => {
    readDigits(path, form, {
      short: () => {
        if (storage === 'i32') leaveIf(path, i64.gt_u(scratch.word, 0x7fff_ffffn));
        applySign(path, form);
        const stored = storage === 'i32' ? i64.store32 : i64.store;
        f.do(stored(to, scratch.word, valuesAddress));
      },
      long: (number) => {
        const isWide = i64.gt_u(number.digits, 0x7fff_ffff_ffff_ffffn);
        leaveIf(path, storage === 'i32' ? i32.const(1) : i32.or(number.fraction, isWide));
        f.do(i64.store(to, signed(number), valuesAddress));
      },
    });
  });
}

/** Emits: a TIMESTAMP or TIMESTAMPTZ from whole milliseconds. */
export function readEpoch(path: StatePath, form: ValueForm): void {
  const { f, scratch } = path;
  readNullable(path, form, () => {
    readDigits(path, form, {
      short: () => {
        f.set(scratch.word, i64.mul(scratch.word, 1000n));
        applySign(path, form);
        f.do(i64.store(rowOffset(path, form.column!), scratch.word, form.column!.valuesAddress));
      },
      long: () => leaveIf(path, i32.const(1)),
    });
  });
}

/** Emits: a number that is checked and not read. */
export function skipNumber(path: StatePath, form: ValueForm): void {
  readNullable(path, form, () => readFraction(path, form, { short: () => {}, long: () => {} }));
}

/**
 * Emits: a DOUBLE. Up to 14 digits and the power of ten are exact as doubles, so one division rounds
 * correctly (Clinger, "How to Read Floating Point Numbers Accurately", 1990).
 */
export function readDouble(path: StatePath, form: ValueForm): void {
  const { f, scratch, module } = path;
  const { valuesAddress } = form.column!;
  const to = rowOffset(path, form.column!);
  readNullable(path, form, () => {
    readFraction(path, form, {
      short: (fraction) => {
        const whole = f64.convert_i64_s(scratch.word);
        const magnitude = fraction ? f64.div(whole, exactPowerOfTen(module, fraction)) : whole;
        // A negative zero keeps its sign, which a product gives it.
        const sign = f64.sub(1, f64.convert_i32_s(i32.shl(scratch.isNegative, 1)));
        const value = form.hasNegatives ? f64.mul(magnitude, sign) : magnitude;
        f.do(f64.store(to, value, valuesAddress));
      },
      long: ({ digits, fraction, isNegative }) => {
        const bits = call(decimalToDouble(module), digits, i32.sub(0, fraction)) as Expr<'i64'>;
        const sign = i64.shl(i64.extend_i32_u(isNegative), 63);
        f.do(i64.store(to, i64.or(bits, sign), valuesAddress));
      },
    });
  });
}

/** Emits: a DECIMAL whose digits behind the dot are no more than its scale. */
export function readDecimal(path: StatePath, form: ValueForm): void {
  const { f, scratch, module } = path;
  const { word } = scratch;
  const { column, storage, valuesAddress } = form.column!;
  if (column.type.kind !== 'decimal') return;
  const { precision, scale } = column.type;
  const to = rowOffset(path, form.column!);
  const store = (value: Expr<'i64'>): void => {
    f.do(i64.store(to, value, valuesAddress));
    if (storage === 'i128') f.do(i64.store(to, i64.shr_s(value, 63), valuesAddress + 8));
  };
  readNullable(path, form, () => {
    readFraction(path, form, {
      short: (fraction, integerDigits) => {
        if (fraction) leaveIf(path, i32.gt_u(fraction, scale));
        // The product has this many digits, and 18 fit.
        leaveIf(path, i32.gt_u(integerDigits, 18 - scale));
        const factor = fraction ? powerOfTen(module, i32.sub(scale, fraction)) : 10n ** BigInt(scale);
        if (scale > 0) f.set(word, i64.mul(word, factor));
        if (precision < 18) leaveIf(path, i64.ge_u(word, 10n ** BigInt(precision)));
        applySign(path, form);
        store(word);
      },
      long: (number) => {
        leaveIf(path, i32.gt_u(number.fraction, scale));
        const digitsMax = i32.add(number.fraction, Math.min(precision, 18) - scale);
        leaveIf(path, i64.ge_u(number.digits, powerOfTen(module, digitsMax)));
        f.set(word, i64.mul(signed(number), powerOfTen(module, i32.sub(scale, number.fraction))));
        store(word);
      },
    });
  });
}

/** A long number that fits 63 bits, with its sign. */
function signed({ digits, isNegative }: LongNumber): Expr<'i64'> {
  const sign = i64.extend_i32_s(isNegative);
  return i64.add(i64.xor(digits, i64.sub(0, sign)), sign);
}

/**
 * Emits: the place of the first byte that is no digit (after the sign), to `size`, and of the others to
 * `mask`; 32 where there is none in the block.
 */
function findDigitsEnd({ module, f, at, scratch }: StatePath, { hasNegatives }: ValueForm): void {
  const { block, mask, size, isNegative } = scratch;
  f.set(block, v128.load(at));
  const isSign = i8x16.eq(block, module.vector(signByte));
  const others = hasNegatives ? v128.andnot(isNoDigit(module, block), isSign) : isNoDigit(module, block);
  f.set(mask, i8x16.bitmask(others));
  f.set(size, i32.ctz(mask));
  if (hasNegatives) f.set(isNegative, i32.eq(i32.load8_u(at), minus));
}

/** A minus, and then what counts as a digit anyway. */
const signByte = Uint8Array.from([minus, ...Array<number>(15).fill(zero)]);

/** The digits among the first `size` characters. */
function digitCount({ scratch }: StatePath, { hasNegatives }: ValueForm, size: Expr<'i32'>): Expr<'i32'> {
  return hasNegatives ? i32.sub(size, scratch.isNegative) : size;
}

/**
 * Whether the integer part, of `size` characters with its sign, is empty or begins with a zero that it may
 * not.
 */
function hasBadInteger(path: StatePath, form: ValueForm): Expr<'i32'> {
  const { at, scratch } = path;
  const digits = digitCount(path, form, scratch.size);
  const first = form.hasNegatives ? i32.load8_u(i32.add(at, scratch.isNegative)) : i32.load8_u(at);
  return i32.or(i32.eqz(digits), i32.and(i32.eq(first, zero), i32.ne(digits, 1)));
}

/** Emits: moves past a number that `found` reads, or else leaves out of its block to the long form. */
function readNumber(
  path: StatePath,
  form: ValueForm,
  store: NumberStore,
  found: (long: Label) => void,
): void {
  const { module, f, at, consumed } = path;
  f.block('number', (done) => {
    f.block('long', (long) => {
      findDigitsEnd(path, form);
      found(long);
      f.branch(done);
    });
    const number = longNumber(module);
    f.set(consumed, call(number.read, at) as Expr<'i32'>);
    leaveIf(path, i32.eqz(consumed));
    store.long(number);
  });
  f.set(at, i32.add(at, consumed));
}

/** Emits: an integer of up to 15 characters, to `word`. */
function takeInteger(path: StatePath, form: ValueForm, long: Label): void {
  const { f, at, consumed, scratch } = path;
  f.set(consumed, scratch.size);
  f.branchIf(long, i32.or(i32.gt_u(scratch.size, charactersMax), hasBadInteger(path, form)));
  if (form.column === undefined) return;
  const count = digitCount(path, form, scratch.size);
  f.set(scratch.word, digitsBefore(digitScratch(path), i32.add(at, scratch.size), count));
}

/** Emits: digits only. What follows them is checked with the text after the value. */
function readDigits(path: StatePath, form: ValueForm, store: NumberStore): void {
  readNumber(path, form, store, (long) => {
    takeInteger(path, form, long);
    store.short(undefined, digitCount(path, form, path.scratch.size));
  });
}

/** Emits: digits with a dot or without. */
function readFraction(path: StatePath, form: ValueForm, store: NumberStore): void {
  const { f, at, consumed, scratch } = path;
  const { mask, size, word } = scratch;
  const integerDigits = digitCount(path, form, size);
  readNumber(path, form, store, (long) => {
    f.if(
      i32.eq(i32.load8_u(i32.add(at, size)), dot),
      () => {
        f.set(mask, i32.and(mask, i32.sub(mask, 1)));
        f.set(consumed, i32.ctz(mask));
        const fraction = i32.sub(i32.sub(consumed, size), 1);
        const isBad = i32.or(i32.gt_u(consumed, charactersMax), i32.eqz(fraction));
        f.branchIf(long, i32.or(isBad, hasBadInteger(path, form)));
        if (form.column) {
          const count = digitCount(path, form, i32.sub(consumed, 1));
          const end = i32.add(at, consumed);
          f.set(word, digitsWithDotBefore(digitScratch(path), end, count, fraction));
        }
        store.short(fraction, integerDigits);
      },
      () => {
        takeInteger(path, form, long);
        store.short(undefined, integerDigits);
      },
    );
  });
}

function digitScratch({ module, f, scratch }: StatePath): DigitScratch {
  return { module, f, block: scratch.block, word: scratch.word };
}

/** Emits: negates `word` if there was a minus: (x ^ -s) + s. */
function applySign({ f, scratch }: StatePath, { hasNegatives }: ValueForm): void {
  if (!hasNegatives) return;
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
