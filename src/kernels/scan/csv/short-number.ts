/**
 * Numbers of up to eight characters, such as `-12.3`, without a loop: the text is one 64-bit word, the point
 * is found by a bit trick and taken out, and the digits become a number by three multiplications
 * (routines/digits.ts). Text before the number may be read, and counts for nothing.
 */
import { eightDigitsValue, isEightDigits, powerOfTen, zeroDigits } from '../../../routines/digits.ts';
import { exactPower } from '../../../routines/double/decimal-to-double.ts';
import type { FunctionBuilder, Local } from '../../../wasm/function-builder.ts';
import { i32, i64 } from '../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../wasm/module-builder.ts';
import type { Expr } from '../../../wasm/types.ts';

export interface NumberText {
  readonly module: ModuleBuilder;
  readonly f: FunctionBuilder;
  readonly start: Expr<'i32'>;
  readonly size: Expr<'i32'>;
}

export interface ShortDecimal {
  /** The digits without the point, as a number. */
  readonly digits: Expr<'i64'>;
  /** 10^(digits behind the point), as a double. */
  readonly exactPower: () => Expr<'f64'>;
  /** 10^(scale - digits behind the point). */
  readonly scaled: () => Expr<'i64'>;
  /** The highest bit alone where there is a minus, else 0. */
  readonly signBit: Expr<'i64'>;
}

export interface DecimalCases {
  /** More digits behind the point than this are no case for `short`. */
  readonly scale?: number;
  short(decimal: ShortDecimal): void;
  otherwise(): void;
}

interface Word {
  /** The characters behind the sign, the first in the lowest byte, zeros above the last. */
  readonly text: Local<'i64'>;
  readonly count: Local<'i32'>;
  readonly isNegative: Local<'i32'>;
}

const points = 0x2e2e_2e2e_2e2e_2e2en;
const lowBits = 0x0101_0101_0101_0101n;
const highBits = 0x8080_8080_8080_8080n;

/**
 * Emits: `short` for an optional minus, digits and at most one point among eight characters; else
 * `otherwise`.
 */
export function ifShortDecimal(number: NumberText, cases: DecimalCases): void {
  const { f, module } = number;
  f.block('read', (read) => {
    f.block('not_short', (notShort) => {
      f.branchIf(notShort, i32.gt_u(number.size, 8));
      const { text, count, isNegative } = loadWord(number);
      const fraction = f.let('i32', 'fraction', 0);
      const pointless = f.let('i64', 'pointless', i64.xor(text, points));
      const found = f.let(
        'i64',
        'point_found',
        i64.and(i64.and(i64.sub(pointless, lowBits), i64.xor(pointless, -1n)), highBits),
      );
      f.if(i64.ne(found, 0n), () => {
        // Up to 7 bytes stand before the point, so no shift reaches 64.
        const place = f.let('i64', 'place', i64.and(i64.ctz(found), 0x38n));
        const before = f.let('i64', 'before', i64.sub(i64.shl(1n, place), 1n));
        const behind = i64.and(i64.shr_u(text, 8n), i64.xor(before, -1n));
        f.set(text, i64.or(i64.and(text, before), behind));
        f.set(count, i32.sub(count, 1));
        f.set(fraction, i32.sub(count, i32.wrap_i64(i64.shr_u(place, 3n))));
      });
      if (cases.scale !== undefined) f.branchIf(notShort, i32.gt_u(fraction, cases.scale));
      f.branchIf(notShort, i32.lt_s(count, 1));
      const aligned = alignDigits(f, text, count);
      f.branchIf(notShort, i32.eqz(isEightDigits(aligned)));
      cases.short({
        digits: eightDigitsValue(aligned),
        exactPower: () => exactPower(module, fraction),
        scaled: () => powerOfTen(module, i32.sub(cases.scale ?? 0, fraction)),
        signBit: i64.shl(i64.extend_i32_u(isNegative), 63n),
      });
      f.branch(read);
    });
    cases.otherwise();
  });
}

export interface IntegerCases {
  short(value: Expr<'i64'>): void;
  otherwise(): void;
}

/** Emits: `short` for an optional minus and up to eight characters of digits; else `otherwise`. */
export function ifShortInteger(number: NumberText, cases: IntegerCases): void {
  const { f } = number;
  f.block('read', (read) => {
    f.block('not_short', (notShort) => {
      f.branchIf(notShort, i32.gt_u(number.size, 8));
      const { text, count, isNegative } = loadWord(number);
      f.branchIf(notShort, i32.lt_s(count, 1));
      const aligned = alignDigits(f, text, count);
      f.branchIf(notShort, i32.eqz(isEightDigits(aligned)));
      const sign = f.let('i64', 'sign', i64.sub(0n, i64.extend_i32_u(isNegative)));
      cases.short(i64.sub(i64.xor(eightDigitsValue(aligned), sign), sign));
      f.branch(read);
    });
    cases.otherwise();
  });
}

/** Emits: the text as a word, without its minus. The size is 0 to 8. */
function loadWord({ f, start, size }: NumberText): Word {
  const count = f.let('i32', 'count', size);
  const foreignBits = i64.extend_i32_u(i32.sub(64, i32.shl(count, 3)));
  // Loaded so that it ends with the text, and moved down; a count of 0 keeps a byte that the count then
  // refuses.
  const text = f.let('i64', 'text', i64.shr_u(i64.load(i32.sub(i32.add(start, count), 8)), foreignBits));
  const isNegative = f.let('i32', 'is_negative', i64.eq(i64.and(text, 0xffn), 0x2dn));
  f.set(text, i64.shr_u(text, i64.extend_i32_u(i32.shl(isNegative, 3))));
  f.set(count, i32.sub(count, isNegative));
  return { text, count, isNegative };
}

/**
 * Emits: the digits moved up so that the last is in the highest byte, `0` in the bytes below. The count is 1
 * to 8.
 */
function alignDigits(f: FunctionBuilder, text: Expr<'i64'>, count: Expr<'i32'>): Local<'i64'> {
  const bits = f.let('i64', 'digit_bits', i64.extend_i32_u(i32.shl(count, 3)));
  const moved = i64.shl(text, i64.sub(64n, bits));
  const zeros = i64.shr_u(i64.shr_u(zeroDigits, i64.sub(bits, 8n)), 8n);
  return f.let('i64', 'aligned', i64.or(moved, zeros));
}
