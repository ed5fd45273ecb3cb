/**
 * Decimal digits, eight at a time, within a 64-bit word (SWAR): the first character lies in the lowest byte,
 * as a little-endian load puts it. The inline pieces that every routine from and to text is made of.
 */
import type { FunctionBuilder, Local } from '../wasm/function-builder.ts';
import { i32, i64, select, v128 } from '../wasm/instructions.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import type { Arg, Expr } from '../wasm/types.ts';

/** `'0'` in every byte. */
export const zeroDigits = 0x3030_3030_3030_3030n;

/** Whether all eight bytes are digits. `word` is evaluated twice. */
export function isEightDigits(word: Expr<'i64'>): Expr<'i32'> {
  const highNibbles = i64.and(word, 0xf0f0_f0f0_f0f0_f0f0n);
  // Adding six carries a low nibble above nine into the high one.
  const carried = i64.and(i64.add(word, 0x0606_0606_0606_0606n), 0xf0f0_f0f0_f0f0_f0f0n);
  return i64.eq(i64.or(highNibbles, i64.shr_u(carried, 4)), 0x3333_3333_3333_3333n);
}

/**
 * The number that eight digits stand for; pairs, then fours, then all are joined by one multiplication each.
 */
export function eightDigitsValue(word: Expr<'i64'>): Expr<'i64'> {
  const ones = i64.and(word, 0x0f0f_0f0f_0f0f_0f0fn);
  const pairs = i64.and(i64.shr_u(i64.mul(ones, 2561n), 8), 0x00ff_00ff_00ff_00ffn);
  const fours = i64.and(i64.shr_u(i64.mul(pairs, 6_553_601n), 16), 0x0000_ffff_0000_ffffn);
  return i64.shr_u(i64.mul(fours, 42_949_672_960_001n), 32);
}

/** Emits: the eight digits of a number below 10^8, leading zeros included. */
export function emitEightDigits(f: FunctionBuilder, value: Arg<'i64'>): Local<'i64'> {
  const number = f.let('i64', 'number', value);
  const high = f.let('i64', 'high_four', i64.div_u(number, 10_000n));
  const fours = f.let('i64', 'fours', i64.or(high, i64.shl(i64.sub(number, i64.mul(high, 10_000n)), 32)));
  // n / 100 = n * 5243 >> 19 below 10,000, and n / 10 = n * 103 >> 10 below 100, in each lane.
  const hundreds = f.let('i64', 'hundreds', i64.and(i64.shr_u(i64.mul(fours, 5243n), 19), 0x7f_0000_007fn));
  const pairs = f.let('i64', 'pairs', i64.or(hundreds, i64.shl(i64.sub(fours, i64.mul(hundreds, 100n)), 16)));
  const tens = f.let('i64', 'tens', i64.and(i64.shr_u(i64.mul(pairs, 103n), 10), 0x000f_000f_000f_000fn));
  const ones = i64.or(tens, i64.shl(i64.sub(pairs, i64.mul(tens, 10n)), 8));
  return f.let('i64', 'digits', i64.or(ones, zeroDigits));
}

/** The two digits of a number below 100, in the low 16 bits. `value` is evaluated twice. */
export function twoDigits(value: Expr<'i32'>): Expr<'i32'> {
  const tens = i32.shr_u(i32.mul(value, 103), 10);
  // 10 t + o  ->  t | o << 8  =  (10 t + o) << 8  -  t * (10 * 256 - 1)
  return i32.or(i32.sub(i32.shl(value, 8), i32.mul(tens, 2559)), 0x3030);
}

/**
 * Emits: moves the `byteCount` bytes there (up to 48) one on and puts a point before them, without a call to
 * copy them: in blocks of 16 bytes, the last of which is moved whole.
 */
export function insertPoint(f: FunctionBuilder, address: Expr<'i32'>, byteCount: Expr<'i32'>): void {
  const point = f.let('i32', 'point', address);
  const first = f.let('v128', 'first', v128.load(point));
  f.if(i32.gt_u(byteCount, 16), () => {
    const second = f.let('v128', 'second', v128.load(point, 16));
    f.if(i32.gt_u(byteCount, 32), () => f.do(v128.store(point, v128.load(point, 32), 33)));
    f.do(v128.store(point, second, 17));
  });
  f.do(v128.store(point, first, 1), i32.store8(point, 0x2e));
}

/** Whether the byte is a digit. */
export function isDigit(byte: Expr<'i32'>): Expr<'i32'> {
  return i32.lt_u(i32.sub(byte, 0x30), 10);
}

/** Blank, tab, line feed, vertical tab, form feed, carriage return. `byte` is evaluated twice. */
export function isSpace(byte: Expr<'i32'>): Expr<'i32'> {
  return i32.or(i32.eq(byte, 0x20), i32.lt_u(i32.sub(byte, 9), 5));
}

/** The powers of ten that fit an unsigned 64-bit word, 10^0 to 10^19: address of the table. */
function powersOfTenTable(module: ModuleBuilder): number {
  return module.table('powers_of_ten', () => {
    const words = new BigUint64Array(20);
    for (let i = 0; i < 20; i++) words[i] = 10n ** BigInt(i);
    return new Uint8Array(words.buffer);
  });
}

/** 10^exponent for an exponent of 0 to 19. */
export function powerOfTen(module: ModuleBuilder, exponent: Arg<'i32'>): Expr<'i64'> {
  return i64.load(i32.shl(exponent, 3), powersOfTenTable(module));
}

/** Emits: how many decimal digits the unsigned number has; 1 for 0. */
export function countDigits(module: ModuleBuilder, f: FunctionBuilder, value: Expr<'i64'>): Local<'i32'> {
  const bits = i32.sub(64, i32.wrap_i64(i64.clz(i64.or(value, 1n))));
  const estimate = f.let('i32', 'digit_count', i32.shr_u(i32.mul(bits, 1233), 12));
  const above = i64.ge_u(value, powerOfTen(module, estimate));
  f.set(estimate, i32.add(estimate, above));
  f.set(estimate, select('i32', estimate, estimate, 1));
  return estimate;
}

/** The part of a text between surrounding blanks. */
export interface TrimmedText {
  readonly at: Local<'i32'>;
  readonly end: Local<'i32'>;
}

/** Emits: the text without the blanks around it. */
export function trimBlanks(f: FunctionBuilder, address: Expr<'i32'>, byteCount: Expr<'i32'>): TrimmedText {
  const at = f.let('i32', 'at', address);
  const end = f.let('i32', 'end', i32.add(address, byteCount));
  f.while(
    'leading_blanks',
    () => i32.lt_u(at, end),
    (leave) => {
      f.branchIf(leave, i32.eqz(isSpace(i32.load8_u(at))));
      f.set(at, i32.add(at, 1));
    },
  );
  f.while(
    'trailing_blanks',
    () => i32.lt_u(at, end),
    (leave) => {
      f.branchIf(leave, i32.eqz(isSpace(i32.load8_u(i32.sub(end, 1)))));
      f.set(end, i32.sub(end, 1));
    },
  );
  return { at, end };
}
