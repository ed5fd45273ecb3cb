/**
 * Text to the nearest double, ties to even, for any count of digits: an optional sign, digits with an
 * optional point, an optional exponent, blanks around. Few digits and a small power are one exact division or
 * multiplication (Clinger); otherwise double/decimal-to-double.ts; what its 19 digits cannot decide,
 * double/compare-halfway.ts does.
 *
 * A number too large gives status `outOfRange` and an infinity in `parsedF64`, a number too small that status
 * and a zero.
 */
import type { FunctionBuilder, Local } from '../../wasm/function-builder.ts';
import { call, f64, i32, i64, select } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import { ifNextWord, type TextReader } from '../date-time/text-reader.ts';
import { trimBlanks } from '../digits.ts';
import { compareHalfway } from '../double/compare-halfway.ts';
import { readDecimalText } from '../double/decimal-text.ts';
import { decimalToDouble, exactPower, exactPowerExponentMax } from '../double/decimal-to-double.ts';
import { parsedF64, parseStatus } from '../parse-result.ts';
import { parseSign } from './parse-integer.ts';

const params = { address: 'i32', byteCount: 'i32' } as const;
const digitsMax = 19;
const infinityBits = 0x7ff0_0000_0000_0000n;

interface NumberText {
  /** The first digits, at most 19, as a number. */
  readonly mantissa: Local<'i64'>;
  /** The mantissa's power of ten. */
  readonly exponent: Local<'i32'>;
  /** Digits that did not fit. */
  readonly dropped: Local<'i32'>;
  readonly firstDigit: Local<'i32'>;
  readonly digitsEnd: Local<'i32'>;
  /** -1 or 0. */
  readonly negative: Local<'i64'>;
}

/** `parse_double(address, byteCount) -> status`; the value in `parsedF64`. */
export function parseDouble(module: ModuleBuilder): FunctionSlot {
  return module.routine('parse_double', () =>
    module.function('parse_double', params, 'i32', (f, { address, byteCount }) => {
      const { at, end } = trimBlanks(f, address, byteCount);
      f.if(i32.ge_u(at, end), () => f.return(i32.const(parseStatus.invalid)));
      const number = readNumber(module, { f, at, end });
      returnExact(module, f, number);
      f.if(i32.eqz(number.dropped), () => {
        const bits = call(decimalToDouble(module), number.mantissa, number.exponent) as Expr<'i64'>;
        returnDouble(module, f, number, bits);
      });
      returnLong(module, f, number);
    }),
  );
}

/**
 * `parse_double_text(address, byteCount) -> status`: also `NaN`, `Infinity`, `inf`, in any case, signed or
 * not.
 */
export function parseDoubleText(module: ModuleBuilder): FunctionSlot {
  return module.routine('parse_double_text', () => {
    const parse = parseDouble(module);
    return module.function('parse_double_text', params, 'i32', (f, { address, byteCount }) => {
      const status = f.let('i32', 'status', call(parse, address, byteCount) as Expr<'i32'>);
      f.if(i32.ne(status, parseStatus.invalid), () => f.return(status));
      const { at, end } = trimBlanks(f, address, byteCount);
      const reader: TextReader = { f, at, end };
      f.if(i32.ge_u(at, end), () => f.return(i32.const(parseStatus.invalid)));
      const negative = parseSign(f, at);
      const parsed = parsedF64(module);
      const isAll = (value: Expr<'f64'>): void =>
        f.if(i32.eq(at, end), () => {
          f.setGlobal(parsed, value);
          f.return(i32.const(parseStatus.ok));
        });
      const signed = select('f64', i64.eqz(negative), Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
      ifNextWord(reader, 'infinity', () => isAll(signed));
      ifNextWord(reader, 'inf', () => isAll(signed));
      ifNextWord(reader, 'nan', () => isAll(f64.const(Number.NaN)));
      f.return(i32.const(parseStatus.invalid));
    });
  });
}

function readNumber(module: ModuleBuilder, reader: TextReader): NumberText {
  const { f, at } = reader;
  const negative = parseSign(f, at);
  const mantissa = f.local('i64', 'mantissa');
  /** Leading zeros not counted. */
  const kept = f.local('i32', 'kept');
  const dropped = f.local('i32', 'dropped');
  const firstDigit = f.let('i32', 'first_digit', at);
  const text = readDecimalText(module, reader, {
    hasRoom: i32.lt_u(kept, digitsMax),
    keep: (digit) => {
      f.set(mantissa, i64.add(i64.mul(mantissa, 10n), i64.extend_i32_u(i32.sub(digit, 0x30))));
      f.set(kept, i32.add(kept, i64.ne(mantissa, 0n)));
    },
    drop: () => f.set(dropped, i32.add(dropped, 1)),
  });
  return { ...text, mantissa, dropped, firstDigit, negative };
}

/** Emits: where mantissa and power are both doubles, one operation rounds correctly. */
function returnExact(module: ModuleBuilder, f: FunctionBuilder, number: NumberText): void {
  const { mantissa, exponent, dropped } = number;
  const max = exactPowerExponentMax;
  const smallPower = i32.le_u(i32.add(exponent, max), 2 * max);
  const exact = i32.and(i64.le_u(mantissa, 1n << 53n), i32.eqz(dropped));
  f.if(i32.and(smallPower, exact), () => {
    const value = f.let('f64', 'value', f64.convert_i64_s(mantissa));
    f.if(
      i32.lt_s(exponent, 0),
      () => f.set(value, f64.div(value, exactPower(module, i32.sub(0, exponent)))),
      () => f.set(value, f64.mul(value, exactPower(module, exponent))),
    );
    const sign = i64.shl(number.negative, 63n);
    const bits = i64.or(i64.reinterpret_f64(value), sign);
    f.setGlobal(parsedF64(module), f64.reinterpret_i64(bits));
    f.return(i32.const(parseStatus.ok));
  });
}

/** Emits: sets the value from its bits without a sign, and returns the status. */
function returnDouble(
  module: ModuleBuilder,
  f: FunctionBuilder,
  number: NumberText,
  magnitude: Expr<'i64'>,
): void {
  const bits = f.let('i64', 'bits', magnitude);
  const sign = i64.shl(number.negative, 63n);
  f.setGlobal(parsedF64(module), f64.reinterpret_i64(i64.or(bits, sign)));
  const lost = i32.and(i64.eqz(bits), i64.ne(number.mantissa, 0n));
  const status = select(
    'i32',
    i32.or(lost, i64.eq(bits, infinityBits)),
    parseStatus.outOfRange,
    parseStatus.ok,
  );
  f.return(status);
}

/**
 * Emits: the value of more than 19 digits. It lies between the mantissa and the next one; where both give the
 * same double, so does it, and else the two are neighbours.
 */
function returnLong(module: ModuleBuilder, f: FunctionBuilder, number: NumberText): void {
  const { mantissa, exponent, firstDigit, digitsEnd } = number;
  const convert = decimalToDouble(module);
  const lower = f.let('i64', 'lower', call(convert, mantissa, exponent) as Expr<'i64'>);
  const upper = f.let('i64', 'upper', call(convert, i64.add(mantissa, 1n), exponent) as Expr<'i64'>);
  f.if(i64.ne(lower, upper), () => {
    const allDigits = i32.sub(exponent, number.dropped);
    const order = call(compareHalfway(module), firstDigit, digitsEnd, allDigits, lower) as Expr<'i32'>;
    const comparison = f.let('i32', 'comparison', order);
    const odd = i32.wrap_i64(i64.and(lower, 1n));
    const takesUpper = i32.or(i32.gt_s(comparison, 0), i32.and(i32.eqz(comparison), odd));
    f.if(takesUpper, () => f.set(lower, upper));
  });
  returnDouble(module, f, number, lower);
}
