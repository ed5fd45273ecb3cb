/**
 * Multiplication, division and decimal scaling of 128-bit integers, as routines: the low word is the result,
 * the rest lies in `int128Globals`. Division by long division in base 2^32; source: Henry S. Warren,
 * "Hacker's Delight", chapter 9, which follows Knuth's algorithm D (The Art of Computer Programming, volume
 * 2, 4.3.1).
 */
import type { FunctionBuilder, Local } from '../wasm/function-builder.ts';
import { call, i32, i64, select } from '../wasm/instructions.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../wasm/types.ts';
import { powerOfTen } from './digits.ts';
import {
  abs128,
  call128,
  type Int128,
  type Int128Local,
  int128Globals,
  lessThanUnsigned128,
  localInt128,
  multiplyWide,
  negateIf128,
  set128,
  sub128,
} from './integer128.ts';

/** The largest power of ten in an unsigned word has this exponent. */
const stepDigitsMax = 19;
const low32 = 0xffff_ffffn;

/**
 * `divide_wide(high, low, divisor) -> quotient`, all unsigned, for high < divisor; the remainder in
 * `remainderLow`.
 */
function divideWide(module: ModuleBuilder): FunctionSlot {
  const params = { high: 'i64', low: 'i64', divisor: 'i64' } as const;
  return module.routine('divide_wide', () =>
    module.function('divide_wide', params, 'i64', (f, { high, low, divisor }) => {
      const shift = f.let('i64', 'shift', i64.clz(divisor));
      f.set(divisor, i64.shl(divisor, shift));
      // `low >> 64 - shift`, also when the shift is 0.
      const carried = i64.shr_u(i64.shr_u(low, 1), i64.sub(63n, shift));
      const top = f.let('i64', 'top', i64.or(i64.shl(high, shift), carried));
      f.set(low, i64.shl(low, shift));
      const first = quotientDigit(f, top, divisor, i64.shr_u(low, 32));
      const rest = i64.add(i64.shl(top, 32), i64.shr_u(low, 32));
      const middle = f.let('i64', 'middle', i64.sub(rest, i64.mul(first, divisor)));
      const second = quotientDigit(f, middle, divisor, i64.and(low, low32));
      const last = i64.add(i64.shl(middle, 32), i64.and(low, low32));
      const remainder = i64.shr_u(i64.sub(last, i64.mul(second, divisor)), shift);
      f.setGlobal(int128Globals(module).remainderLow, remainder);
      f.return(i64.add(i64.shl(first, 32), second));
    }),
  );
}

/**
 * Emits: one 32-bit digit of top : next / divisor; the estimate from the divisor's high half is at most 2 too
 * large.
 */
function quotientDigit(
  f: FunctionBuilder,
  top: Expr<'i64'>,
  divisor: Expr<'i64'>,
  next: Expr<'i64'>,
): Local<'i64'> {
  const high = i64.shr_u(divisor, 32);
  const digit = f.let('i64', 'digit', i64.div_u(top, high));
  const rest = f.let('i64', 'rest', i64.sub(top, i64.mul(digit, high)));
  f.block('digit_found', (found) => {
    f.loop('correct', (again) => {
      const tooLarge = i64.gt_u(i64.mul(digit, i64.and(divisor, low32)), i64.or(i64.shl(rest, 32), next));
      f.branchIf(found, i32.eqz(i32.or(i64.gt_u(digit, low32), tooLarge)));
      f.set(digit, i64.sub(digit, 1n));
      f.set(rest, i64.add(rest, high));
      f.branchIf(again, i64.le_u(rest, low32));
    });
  });
  return digit;
}

/** `div_rem_u64(lo, hi, divisor) -> quotient` of unsigned numbers; the remainder in `remainderLow`. */
export function divRemU64(module: ModuleBuilder): FunctionSlot {
  const params = { lo: 'i64', hi: 'i64', divisor: 'i64' } as const;
  return module.routine('div_rem_u64', () => {
    const wide = divideWide(module);
    const { high, remainderLow } = int128Globals(module);
    return module.function('div_rem_u64', params, 'i64', (f, { lo, hi, divisor }) => {
      f.if(i64.eqz(hi), () => {
        f.setGlobal(high, 0n);
        f.setGlobal(remainderLow, i64.rem_u(lo, divisor));
        f.return(i64.div_u(lo, divisor));
      });
      f.setGlobal(high, i64.div_u(hi, divisor));
      f.return(call(wide, i64.rem_u(hi, divisor), lo, divisor) as Expr<'i64'>);
    });
  });
}

/**
 * `div_rem_128(aLo, aHi, bLo, bHi) -> quotient`, signed, rounded towards zero; the remainder (of a's sign) in
 * the globals. The divisor is not 0.
 */
export function divRem128(module: ModuleBuilder): FunctionSlot {
  const params = { aLo: 'i64', aHi: 'i64', bLo: 'i64', bHi: 'i64' } as const;
  return module.routine('div_rem_128', () => {
    const globals = int128Globals(module);
    const divideU64 = divRemU64(module);
    const wide = divideWide(module);
    return module.function('div_rem_128', params, 'i64', (f, { aLo, aHi, bLo, bHi }) => {
      const a = abs128(f, { lo: aLo, hi: aHi });
      const b = abs128(f, { lo: bLo, hi: bHi });
      const quotient = localInt128(f, 'quotient');
      const remainder = localInt128(f, 'remainder');
      f.if(
        i64.eqz(b.hi),
        () => {
          set128(f, quotient, call128(module, f, divideU64, [a.lo, a.hi, b.lo]));
          f.set(remainder.lo, globals.remainderLow);
        },
        () => divideByLarge(f, wide, { a, b, quotient, remainder }),
      );
      const signOfA = i64.shr_s(aHi, 63);
      const signedRemainder = negateIf128(f, signOfA, remainder);
      f.setGlobal(globals.remainderLow, signedRemainder.lo);
      f.setGlobal(globals.remainderHigh, signedRemainder.hi);
      const signed = negateIf128(f, i64.shr_s(i64.xor(aHi, bHi), 63), quotient);
      f.setGlobal(globals.high, signed.hi);
      f.return(signed.lo);
    });
  });
}

interface LargeDivision {
  readonly a: Int128;
  readonly b: Int128;
  readonly quotient: Int128Local;
  readonly remainder: Int128Local;
}

/** Emits: a / b for b of more than 64 bits; the estimate from b's top 64 bits is at most one too small. */
function divideByLarge(f: FunctionBuilder, wide: FunctionSlot, d: LargeDivision): void {
  const shift = f.let('i64', 'shift', i64.clz(d.b.hi));
  const carried = i64.shr_u(i64.shr_u(d.b.lo, 1), i64.sub(63n, shift));
  const top = i64.or(i64.shl(d.b.hi, shift), carried);
  const halfLow = i64.or(i64.shl(d.a.hi, 63), i64.shr_u(d.a.lo, 1));
  const estimate = call(wide, i64.shr_u(d.a.hi, 1), halfLow, top) as Expr<'i64'>;
  const digit = f.let('i64', 'estimate', i64.shr_u(estimate, i64.sub(63n, shift)));
  f.set(digit, i64.sub(digit, i64.extend_i32_u(i64.ne(digit, 0n))));
  const product = multiplyWide(f, digit, d.b.lo);
  const rest = sub128(f, d.a, {
    lo: product.lo,
    hi: f.let('i64', 'subtracted_hi', i64.add(product.hi, i64.mul(digit, d.b.hi))),
  });
  f.if(
    lessThanUnsigned128(rest, d.b),
    () => set128(f, d.remainder, rest),
    () => {
      f.set(digit, i64.add(digit, 1n));
      set128(f, d.remainder, sub128(f, rest, d.b));
    },
  );
  f.set(d.quotient.lo, digit);
}

/** `multiply_128(aLo, aHi, bLo, bHi) -> product`, signed; `overflow` is 1 where it does not fit 127 bits. */
export function multiply128(module: ModuleBuilder): FunctionSlot {
  const params = { aLo: 'i64', aHi: 'i64', bLo: 'i64', bHi: 'i64' } as const;
  return module.routine('multiply_128', () => {
    const globals = int128Globals(module);
    return module.function('multiply_128', params, 'i64', (f, { aLo, aHi, bLo, bHi }) => {
      const a = abs128(f, { lo: aLo, hi: aHi });
      const b = abs128(f, { lo: bLo, hi: bHi });
      const product = multiplyWide(f, a.lo, b.lo);
      const cross = localInt128(f, 'cross');
      // Two high words make more than 128 bits, so at most one cross product counts.
      f.if(
        i64.ne(a.hi, 0n),
        () => set128(f, cross, multiplyWide(f, a.hi, b.lo)),
        () => set128(f, cross, multiplyWide(f, a.lo, b.hi)),
      );
      const hi = f.let('i64', 'hi', i64.add(product.hi, cross.lo));
      const lost = i32.or(i64.ne(cross.hi, 0n), i32.and(i64.ne(a.hi, 0n), i64.ne(b.hi, 0n)));
      f.setGlobal(globals.overflow, i32.or(lost, i32.or(i64.lt_u(hi, cross.lo), i64.lt_s(hi, 0n))));
      const signed = negateIf128(f, i64.shr_s(i64.xor(aHi, bHi), 63), { lo: product.lo, hi });
      f.setGlobal(globals.high, signed.hi);
      f.return(signed.lo);
    });
  });
}

/** `scale_up(lo, hi, digits) -> value * 10^digits`; `overflow` is 1 where that does not fit 127 bits. */
export function scaleUp128(module: ModuleBuilder): FunctionSlot {
  const params = { lo: 'i64', hi: 'i64', digits: 'i32' } as const;
  return module.routine('scale_up_128', () => {
    const globals = int128Globals(module);
    const multiply = multiply128(module);
    return module.function('scale_up_128', params, 'i64', (f, { lo, hi, digits }) => {
      const value = localInt128(f, 'value');
      set128(f, value, { lo, hi });
      const lost = f.local('i32', 'lost');
      const step = f.local('i32', 'step');
      f.if(i64.eqz(i64.or(lo, hi)), () => f.set(digits, 0));
      f.while(
        'steps',
        () => i32.gt_s(digits, 0),
        (leave) => {
          // One digit less than a word holds, so that the factor is positive as a signed number too.
          f.set(step, select('i32', i32.lt_s(digits, 18), digits, 18));
          const factor = powerOfTen(module, step);
          set128(f, value, call128(module, f, multiply, [value.lo, value.hi, factor, 0n]));
          f.set(lost, i32.or(lost, globals.overflow));
          f.branchIf(leave, lost);
          f.set(digits, i32.sub(digits, step));
        },
      );
      f.setGlobal(globals.overflow, lost);
      f.setGlobal(globals.high, value.hi);
      f.return(value.lo);
    });
  });
}

/** `scale_down_rounded(lo, hi, digits) -> value / 10^digits`, half away from zero. */
export function scaleDownRounded128(module: ModuleBuilder): FunctionSlot {
  const params = { lo: 'i64', hi: 'i64', digits: 'i32' } as const;
  return module.routine('scale_down_rounded_128', () => {
    const globals = int128Globals(module);
    const divide = divRemU64(module);
    return module.function('scale_down_rounded_128', params, 'i64', (f, { lo, hi, digits }) => {
      const value = localInt128(f, 'value');
      set128(f, value, abs128(f, { lo, hi }));
      const divisor = f.local('i64', 'divisor');
      f.if(i32.gt_s(digits, 40), () => {
        f.setGlobal(globals.high, 0n);
        f.return(i64.const(0n));
      });
      // Only the first digit cut off decides the rounding, so the digits after it go first.
      f.while(
        'cut',
        () => i32.gt_s(digits, stepDigitsMax),
        () => {
          const step = f.let('i32', 'step', i32.sub(digits, stepDigitsMax));
          f.set(step, select('i32', i32.lt_s(step, stepDigitsMax), step, stepDigitsMax));
          set128(f, value, call128(module, f, divide, [value.lo, value.hi, powerOfTen(module, step)]));
          f.set(digits, i32.sub(digits, step));
        },
      );
      f.if(i32.gt_s(digits, 0), () => {
        f.set(divisor, powerOfTen(module, digits));
        set128(f, value, call128(module, f, divide, [value.lo, value.hi, divisor]));
        const roundsUp = i64.extend_i32_u(i64.ge_u(globals.remainderLow, i64.shr_u(divisor, 1)));
        f.set(value.lo, i64.add(value.lo, roundsUp));
        f.set(value.hi, i64.add(value.hi, i64.extend_i32_u(i64.lt_u(value.lo, roundsUp))));
      });
      const signed = negateIf128(f, i64.shr_s(hi, 63), value);
      f.setGlobal(globals.high, signed.hi);
      f.return(signed.lo);
    });
  });
}
