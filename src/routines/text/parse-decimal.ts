/**
 * Text to DECIMAL: blanks, an optional sign, digits with an optional point, an optional exponent; rounded
 * half away from zero to the scale asked for. 38 digits are kept; of those after them only the first matters,
 * for the rounding.
 */
import type { FunctionBuilder, Global, Local } from '../../wasm/function-builder.ts';
import { i32, i64 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import type { TextReader } from '../date-time/text-reader.ts';
import { trimBlanks } from '../digits.ts';
import { scaleDownRounded128, scaleUp128 } from '../divide128.ts';
import { readDecimalText } from '../double/decimal-text.ts';
import {
  add128,
  call128,
  exceedsDigits128,
  extend128,
  type Int128Local,
  int128Globals,
  localInt128,
  multiplyWide,
  negateIf128,
  set128,
} from '../integer128.ts';
import { parsedHigh, parsedI64, parseStatus } from '../parse-result.ts';
import { parseSign } from './parse-integer.ts';

const digitsMax = 38;
const params = { address: 'i32', byteCount: 'i32', scale: 'i32' } as const;

interface Mantissa {
  readonly value: Int128Local;
  /** The power of ten that `value` is to be multiplied by. */
  readonly exponent: Local<'i32'>;
  /** 1 when the first digit that was not kept is 5 or more; -1 while all are kept. */
  readonly dropped: Local<'i32'>;
}

/**
 * `parse_decimal(address, byteCount, scale) -> status`; low word in `parsedI64`, high one in `parsedHigh`.
 */
export function parseDecimal(module: ModuleBuilder): FunctionSlot {
  return module.routine('parse_decimal', () =>
    module.function('parse_decimal', params, 'i32', (f, { address, byteCount, scale }) => {
      const { at, end } = trimBlanks(f, address, byteCount);
      f.if(i32.ge_u(at, end), () => f.return(i32.const(parseStatus.invalid)));
      const negative = parseSign(f, at);
      const mantissa = readMantissa(module, { f, at, end });
      const scaled = scaleMantissa(module, f, mantissa, scale);
      const signed = negateIf128(f, negative, scaled);
      f.setGlobal(parsedI64(module), signed.lo);
      f.setGlobal(parsedHigh(module), signed.hi);
      f.return(i32.const(parseStatus.ok));
    }),
  );
}

function readMantissa(module: ModuleBuilder, reader: TextReader): Mantissa {
  const { f } = reader;
  const value = localInt128(f, 'mantissa');
  /** Leading zeros not counted. */
  const kept = f.local('i32', 'kept');
  const dropped = f.let('i32', 'dropped', -1);
  const { exponent } = readDecimalText(module, reader, {
    hasRoom: i32.lt_s(kept, digitsMax),
    keep: (digit) => {
      appendDigit(f, value, i64.extend_i32_u(i32.sub(digit, 0x30)), kept);
      f.set(kept, i32.add(kept, i32.or(i32.ne(kept, 0), i32.ne(digit, 0x30))));
    },
    drop: (digit) => f.if(i32.lt_s(dropped, 0), () => f.set(dropped, i32.ge_u(digit, 0x35))),
  });
  return { value, exponent, dropped };
}

/** Emits: value = value * 10 + digit; one word is enough for the first 18 digits. */
function appendDigit(f: FunctionBuilder, value: Int128Local, digit: Expr<'i64'>, kept: Expr<'i32'>): void {
  f.if(
    i32.lt_s(kept, 18),
    () => f.set(value.lo, i64.add(i64.mul(value.lo, 10n), digit)),
    () => {
      const product = multiplyWide(f, value.lo, 10n);
      const hi = f.let('i64', 'next_hi', i64.add(product.hi, i64.mul(value.hi, 10n)));
      set128(f, value, add128(f, { lo: product.lo, hi }, extend128(f, digit)));
    },
  );
}

/** Emits: the mantissa at the scale asked for; returns `outOfRange` where that has more than 38 digits. */
function scaleMantissa(
  module: ModuleBuilder,
  f: FunctionBuilder,
  { value, exponent, dropped }: Mantissa,
  scale: Expr<'i32'>,
): Int128Local {
  const overflow: Global<'i32'> = int128Globals(module).overflow;
  const shift = f.let('i32', 'shift', i32.add(exponent, scale));
  f.if(
    i32.lt_s(shift, 0),
    () => {
      const args = [value.lo, value.hi, i32.sub(0, shift)];
      set128(f, value, call128(module, f, scaleDownRounded128(module), args));
    },
    () => {
      f.if(i32.eqz(shift), () => {
        const one = extend128(f, i64.extend_i32_u(i32.gt_s(dropped, 0)));
        set128(f, value, add128(f, value, one));
      });
      const args = [value.lo, value.hi, shift];
      set128(f, value, call128(module, f, scaleUp128(module), args));
      f.if(overflow, () => f.return(i32.const(parseStatus.outOfRange)));
    },
  );
  f.if(exceedsDigits128(digitsMax, value), () => f.return(i32.const(parseStatus.outOfRange)));
  return value;
}
