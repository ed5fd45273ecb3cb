/**
 * Text to a 64-bit integer: blanks, an optional sign, digits. Short numbers are read as one or two words of
 * eight digits each, loaded so that they end with the text; up to 16 bytes before the text may be read, and
 * count for nothing.
 */
import type { FunctionBuilder, Global, Local } from '../../wasm/function-builder.ts';
import { i32, i64 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import { eightDigitsValue, isEightDigits, trimBlanks, zeroDigits } from '../digits.ts';
import { parsedI64, parseStatus } from '../parse-result.ts';

const params = { address: 'i32', byteCount: 'i32' } as const;

/** `parse_integer(address, byteCount) -> status`; the value in `parsedI64`. */
export function parseInteger(module: ModuleBuilder): FunctionSlot {
  return module.routine('parse_integer', () => {
    const parsed = parsedI64(module);
    return module.function('parse_integer', params, 'i32', (f, { address, byteCount }) => {
      const { at, end } = trimBlanks(f, address, byteCount);
      f.if(i32.ge_u(at, end), () => f.return(i32.const(parseStatus.invalid)));
      const negative = parseSign(f, at);
      const size = f.let('i32', 'size', i32.sub(end, at));
      f.if(i32.le_s(size, 0), () => f.return(i32.const(parseStatus.invalid)));
      const word = f.local('i64', 'word');
      const value = f.local('i64', 'value');
      f.if(i32.le_u(size, 8), () => {
        f.set(word, lastDigits(f, i64.load(i32.sub(end, 8)), size));
        f.if(i32.eqz(isEightDigits(word)), () => f.return(i32.const(parseStatus.invalid)));
        f.setGlobal(parsed, applySign(eightDigitsValue(word), negative));
        f.return(i32.const(parseStatus.ok));
      });
      f.if(i32.le_u(size, 16), () => {
        f.set(word, i64.load(i32.sub(end, 8)));
        f.if(i32.eqz(isEightDigits(word)), () => f.return(i32.const(parseStatus.invalid)));
        f.set(value, eightDigitsValue(word));
        f.set(word, lastDigits(f, i64.load(i32.sub(end, 16)), i32.sub(size, 8)));
        f.if(i32.eqz(isEightDigits(word)), () => f.return(i32.const(parseStatus.invalid)));
        f.set(value, i64.add(value, i64.mul(eightDigitsValue(word), 100_000_000n)));
        f.setGlobal(parsed, applySign(value, negative));
        f.return(i32.const(parseStatus.ok));
      });
      parseLong(f, { at, end, negative, parsed });
    });
  });
}

interface LongInteger {
  readonly at: Local<'i32'>;
  readonly end: Expr<'i32'>;
  readonly negative: Expr<'i64'>;
  readonly parsed: Global<'i64'>;
}

/** Emits: reads more than 16 characters one by one and returns the status. */
function parseLong(f: FunctionBuilder, { at, end, negative, parsed }: LongInteger): void {
  const value = f.local('i64', 'long_value');
  const digit = f.local('i32', 'digit');
  const significant = f.local('i32', 'significant');
  f.while(
    'digits',
    () => i32.lt_u(at, end),
    () => {
      f.set(digit, i32.sub(i32.load8_u(at), 0x30));
      f.if(i32.gt_u(digit, 9), () => f.return(i32.const(parseStatus.invalid)));
      f.set(significant, i32.add(significant, i32.or(i32.ne(significant, 0), i32.ne(digit, 0))));
      f.set(value, i64.add(i64.mul(value, 10n), i64.extend_i32_u(digit)));
      f.set(at, i32.add(at, 1));
    },
  );
  // Nineteen digits fit an unsigned word; the limit is 2^63 - 1, or 2^63 below zero.
  const limit = i64.sub(0x7fff_ffff_ffff_ffffn, negative);
  f.if(i32.or(i32.gt_u(significant, 19), i64.gt_u(value, limit)), () => {
    f.return(i32.const(parseStatus.outOfRange));
  });
  f.setGlobal(parsed, applySign(value, negative));
  f.return(i32.const(parseStatus.ok));
}

/** Emits: moves `at` past a sign; yields -1 for a minus, else 0. Reads one byte. */
export function parseSign(f: FunctionBuilder, at: Local<'i32'>): Local<'i64'> {
  const first = f.let('i32', 'first', i32.load8_u(at));
  const minus = i32.eq(first, 0x2d);
  f.set(at, i32.add(at, i32.or(minus, i32.eq(first, 0x2b))));
  return f.let('i64', 'negative', i64.sub(0n, i64.extend_i32_u(minus)));
}

/** `negative ? -value : value`, for a mask of 0 or -1. */
export function applySign(value: Expr<'i64'>, negative: Expr<'i64'>): Expr<'i64'> {
  return i64.sub(i64.xor(value, negative), negative);
}

/** Emits: the last `count` (1 to 8) bytes of the word, zeros in place of the others. */
function lastDigits(f: FunctionBuilder, word: Expr<'i64'>, count: Expr<'i32'>): Local<'i64'> {
  const foreignBits = i64.extend_i32_u(i32.shl(i32.sub(8, count), 3));
  const mask = f.let('i64', 'digit_mask', i64.shl(-1n, foreignBits));
  const zeros = i64.and(zeroDigits, i64.xor(mask, -1n));
  return f.let('i64', 'last_digits', i64.or(i64.and(word, mask), zeros));
}
