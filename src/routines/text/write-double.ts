/**
 * A double to text: the shortest digits that read back as the same double, in the form of PostgreSQL's
 * float8out: `12.5`, `1e+15`, `1.5e-05`, `-0`, `Infinity`, `NaN`; an exponent below -4 or from 15 on is
 * written out.
 */
import type { FunctionBuilder, Local } from '../../wasm/function-builder.ts';
import { call, f64, i32, i64 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import { countDigits, insertPoint, twoDigits, zeroDigits } from '../digits.ts';
import { shortestDecimal, shortestExponent } from '../double/shortest-decimal.ts';
import { writeDigits } from './write-integer.ts';

const fixedExponentMin = -4;
const fixedExponentMax = 14;

interface Decimal {
  readonly digits: Local<'i64'>;
  readonly count: Local<'i32'>;
  /** The power of ten that the digits are multiplied by. */
  readonly exponent: Local<'i32'>;
  readonly at: Local<'i32'>;
}

/** `write_double(value, out) -> bytes`, at most 24. */
export function writeDouble(module: ModuleBuilder): FunctionSlot {
  return module.routine('write_double', () =>
    module.function('write_double', { value: 'f64', out: 'i32' }, 'i32', (f, { value, out }) => {
      const bits = f.let('i64', 'bits', i64.reinterpret_f64(value));
      f.if(f64.ne(value, value), () => {
        writeText(f, out, 'NaN');
        f.return(i32.const(3));
      });
      const at = f.let('i32', 'at', out);
      f.if(i64.lt_s(bits, 0n), () => {
        f.do(i32.store8(at, 0x2d));
        f.set(at, i32.add(at, 1));
        f.set(bits, i64.and(bits, 0x7fff_ffff_ffff_ffffn));
      });
      f.if(i64.eq(bits, 0x7ff0_0000_0000_0000n), () => {
        writeText(f, at, 'Infinity');
        f.return(i32.sub(i32.add(at, 8), out));
      });
      f.if(i64.eqz(bits), () => {
        f.do(i32.store8(at, 0x30));
        f.return(i32.sub(i32.add(at, 1), out));
      });
      const digits = f.local('i64', 'digits');
      const exponent = f.local('i32', 'exponent');
      findDigits(module, f, { bits, digits, exponent });
      const count = countDigits(module, f, digits);
      const decimal: Decimal = { digits, count, exponent, at };
      const leading = f.let('i32', 'leading', i32.sub(i32.add(count, exponent), 1));
      const inFixedRange = i32.le_u(i32.sub(leading, fixedExponentMin), fixedExponentMax - fixedExponentMin);
      f.if(
        inFixedRange,
        () => writeFixed(module, f, decimal),
        () => writeScientific(module, f, decimal, leading),
      );
      f.return(i32.sub(at, out));
    }),
  );
}

interface FoundDigits {
  readonly bits: Expr<'i64'>;
  readonly digits: Local<'i64'>;
  readonly exponent: Local<'i32'>;
}

/**
 * Emits: the shortest digits of a positive number; of an integer that is written out, all of them. A decimal
 * of up to 15 digits that reads back as the number is the only one of so few digits that does; so one with up
 * to four places needs no search.
 */
function findDigits(
  module: ModuleBuilder,
  f: FunctionBuilder,
  { bits, digits, exponent }: FoundDigits,
): void {
  const value = f.let('f64', 'magnitude', f64.reinterpret_i64(bits));
  f.set(exponent, 0);
  f.set(digits, i64.trunc_sat_f64_s(value));
  const isInteger = i32.and(f64.lt(value, 1e15), f64.eq(f64.convert_i64_s(digits), value));
  f.if(i32.eqz(isInteger), () => findPlaces(module, f, { bits, digits, exponent }, value));
}

/** Emits: the same of a number with places, or a large one. */
function findPlaces(
  module: ModuleBuilder,
  f: FunctionBuilder,
  { bits, digits, exponent }: FoundDigits,
  value: Expr<'f64'>,
): void {
  const scaled = f.let('f64', 'scaled', f64.nearest(f64.mul(value, 10_000)));
  const isShort = i32.and(f64.lt(scaled, 1e15), f64.eq(f64.div(scaled, 10_000), value));
  f.if(
    isShort,
    () => {
      f.set(digits, i64.trunc_sat_f64_s(scaled));
      f.set(exponent, -4);
      // No integer is left.
      dropTrailingZeros(f, [2, 1], digits, exponent);
    },
    () => {
      f.set(digits, call(shortestDecimal(module), bits) as Expr<'i64'>);
      f.set(exponent, shortestExponent(module));
      dropTrailingZeros(f, [8, 8, 4, 2, 1], digits, exponent);
    },
  );
}

/** Emits: zeros at the end go into the exponent; there are no more than the sum of the steps. */
function dropTrailingZeros(
  f: FunctionBuilder,
  steps: readonly number[],
  digits: Local<'i64'>,
  exponent: Local<'i32'>,
): void {
  const quotient = f.local('i64', 'quotient');
  for (const count of steps) {
    const power = 10n ** BigInt(count);
    f.set(quotient, i64.div_u(digits, power));
    f.if(i64.eq(i64.mul(quotient, power), digits), () => {
      f.set(digits, quotient);
      f.set(exponent, i32.add(exponent, count));
    });
  }
}

/** Emits: digits with a point among them, zeros before or after them; moves `at`. */
function writeFixed(
  module: ModuleBuilder,
  f: FunctionBuilder,
  { digits, count, exponent, at }: Decimal,
): void {
  const write = writeDigits(module);
  f.if(
    i32.ge_s(exponent, 0),
    () => {
      // What has zeros behind its digits is an integer, whose digits are all there.
      f.call(write, digits, count, at);
      f.set(at, i32.add(at, count));
    },
    () => {
      const before = f.let('i32', 'before', i32.add(count, exponent));
      f.if(
        i32.gt_s(before, 0),
        () => {
          f.call(write, digits, count, at);
          insertPoint(f, i32.add(at, before), i32.sub(0, exponent));
          f.set(at, i32.add(i32.add(at, count), 1));
        },
        () => {
          const zeros = f.let('i32', 'zeros', i32.sub(2, before));
          f.do(i64.store(at, zeroDigits));
          f.do(i32.store8(at, 0x2e, 1));
          f.set(at, i32.add(at, zeros));
          f.call(write, digits, count, at);
          f.set(at, i32.add(at, count));
        },
      );
    },
  );
}

/** Emits: `d.ddde+XX`; moves `at`. */
function writeScientific(
  module: ModuleBuilder,
  f: FunctionBuilder,
  { digits, count, at }: Decimal,
  leading: Expr<'i32'>,
): void {
  f.call(writeDigits(module), digits, count, at);
  f.if(i32.gt_u(count, 1), () => {
    insertPoint(f, i32.add(at, 1), i32.sub(count, 1));
    f.set(at, i32.add(at, 1));
  });
  f.set(at, i32.add(at, count));
  const sign = f.let('i32', 'sign', i32.shr_s(leading, 31));
  const size = f.let('i32', 'size', i32.sub(i32.xor(leading, sign), sign));
  // '-' is two above '+'.
  f.do(i32.store8(at, 0x65), i32.store8(at, i32.sub(0x2b, i32.shl(sign, 1)), 1));
  f.set(at, i32.add(at, 2));
  f.if(i32.ge_u(size, 100), () => {
    const hundreds = f.let('i32', 'hundreds', i32.div_u(size, 100));
    f.do(i32.store8(at, i32.add(hundreds, 0x30)));
    f.set(size, i32.sub(size, i32.mul(hundreds, 100)));
    f.set(at, i32.add(at, 1));
  });
  f.do(i32.store16(at, twoDigits(size)));
  f.set(at, i32.add(at, 2));
}

function writeText(f: FunctionBuilder, out: Expr<'i32'>, text: string): void {
  for (let i = 0; i < text.length; i++) f.do(i32.store8(out, text.charCodeAt(i), i));
}
