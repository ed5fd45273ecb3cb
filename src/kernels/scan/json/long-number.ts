/**
 * Numbers of up to 19 digits without an exponent, for what the block of the fast path does not hold: the
 * digits as an integer, how many of them stand behind the dot, and the sign. Two blocks find the end, up to
 * four join the digits.
 */
import { powerOfTen } from '../../../routines/digits.ts';
import type { Global, Local } from '../../../wasm/function-builder.ts';
import { call, i8x16, i32, i64, v128 } from '../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../../wasm/types.ts';
import { digitsBefore, isNoDigit } from './digit-block.ts';

export interface LongNumber {
  /**
   * `json_read_long_number(at) -> bytes` of the number, or 0 where it is not of this form; the rest is in
   * globals.
   */
  readonly read: FunctionSlot;
  readonly digits: Global<'i64'>;
  readonly fraction: Global<'i32'>;
  readonly isNegative: Global<'i32'>;
}

const zero = 0x30;
const minus = 0x2d;
const dot = 0x2e;
/** That many digits always fit an unsigned word. */
const digitsMax = 19;

const numbers = new WeakMap<ModuleBuilder, LongNumber>();

export function longNumber(module: ModuleBuilder): LongNumber {
  let number = numbers.get(module);
  if (number === undefined) {
    number = emitLongNumber(module);
    numbers.set(module, number);
  }
  return number;
}

interface Places {
  readonly start: Local<'i32'>;
  /** From `start` to the first byte that is no digit, and to the end. */
  readonly integerDigits: Local<'i32'>;
  readonly end: Local<'i32'>;
  readonly fraction: Local<'i32'>;
}

function emitLongNumber(module: ModuleBuilder): LongNumber {
  const digits = module.global('i64', 'json_long_digits', 0n);
  const fraction = module.global('i32', 'json_long_fraction', 0);
  const isNegative = module.global('i32', 'json_long_is_negative', 0);
  const wideDigits = emitWideDigits(module);
  const read = module.function('json_read_long_number', { at: 'i32' }, 'i32', (f, { at }) => {
    f.setGlobal(isNegative, i32.eq(i32.load8_u(at), minus));
    const places: Places = {
      start: f.let('i32', 'start', i32.add(at, isNegative)),
      integerDigits: f.local('i32', 'integer_digits'),
      end: f.local('i32', 'end'),
      fraction: f.local('i32', 'fraction_digits'),
    };
    const { start, integerDigits, end } = places;
    const fail = (condition: Expr<'i32'>): void => f.if(condition, () => f.return(i32.const(0)));
    const others = f.let('i32', 'others', i8x16.bitmask(isNoDigit(module, v128.load(start))));
    f.set(others, i32.or(others, i32.shl(i8x16.bitmask(isNoDigit(module, v128.load(start, 16))), 16)));
    f.set(integerDigits, i32.ctz(others));
    fail(i32.or(i32.eqz(integerDigits), i32.eqz(others)));
    const startsWithZero = f.let('i32', 'starts_with_zero', i32.eq(i32.load8_u(start), zero));
    fail(i32.and(startsWithZero, i32.ne(integerDigits, 1)));
    f.set(end, integerDigits);
    f.if(i32.eq(i32.load8_u(i32.add(start, integerDigits)), dot), () => {
      f.set(others, i32.and(others, i32.sub(others, 1)));
      f.set(end, i32.ctz(others));
      f.set(places.fraction, i32.sub(i32.sub(end, integerDigits), 1));
      fail(i32.or(i32.eqz(places.fraction), i32.eqz(others)));
    });
    // A zero before the dot is no digit of the value.
    fail(i32.gt_u(i32.add(integerDigits, places.fraction), i32.add(startsWithZero, digitsMax)));
    fail(i32.eq(i32.or(i32.load8_u(i32.add(start, end)), 0x20), 0x65));
    const whole = call(wideDigits, i32.add(start, integerDigits), integerDigits) as Expr<'i64'>;
    const part = call(wideDigits, i32.add(start, end), places.fraction) as Expr<'i64'>;
    f.setGlobal(digits, i64.add(i64.mul(whole, powerOfTen(module, places.fraction)), part));
    f.setGlobal(fraction, places.fraction);
    f.return(i32.add(end, isNegative));
  });
  return { read, digits, fraction, isNegative };
}

/** `json_wide_digits(end, count) -> integer` of the up to 19 digits before `end`. */
function emitWideDigits(module: ModuleBuilder): FunctionSlot {
  return module.function('json_wide_digits', { end: 'i32', count: 'i32' }, 'i64', (f, { end, count }) => {
    const scratch = { module, f, block: f.local('v128', 'block'), word: f.local('i64', 'word') };
    const high = f.local('i64', 'high');
    f.if(i32.gt_u(count, 16), () => {
      f.set(high, digitsBefore(scratch, i32.sub(end, 16), i32.sub(count, 16)));
      f.set(high, i64.mul(high, 10_000_000_000_000_000n));
      f.set(count, 16);
    });
    f.return(i64.add(high, digitsBefore(scratch, end, count)));
  });
}
