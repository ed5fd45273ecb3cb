/**
 * w * 10^q to the nearest double, ties to even, for any 64-bit w: one or two multiplications by the power's
 * 128 leading bits. Never falls back.
 *
 * Sources: Daniel Lemire, "Number Parsing at a Gigabyte per Second" (2021), after Michael Eisel; Noble
 * Mushtak and Daniel Lemire, "Fast Number Parsing Without Fallback" (2022), for the proof that 128 bits
 * suffice.
 */
import type { FunctionBuilder, Local } from '../../wasm/function-builder.ts';
import { f64, i32, i64 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import { type Int128Local, multiplyWide, set128 } from '../integer128.ts';
import { powerEntry, powerMin } from './powers-of-five.ts';

const largestPower = 308;
const infinityBits = 0x7ff0_0000_0000_0000n;
const hiddenBit = 1n << 52n;
/** The product's low bits that carries from the power's lower half could still change. */
const uncertainBits = 0x1ffn;

/** `decimal_to_double(w, q) -> bits` of the non-negative double; infinity where the number is too large. */
export function decimalToDouble(module: ModuleBuilder): FunctionSlot {
  return module.routine('decimal_to_double', () =>
    module.function('decimal_to_double', { w: 'i64', q: 'i32' }, 'i64', (f, { w, q }) => {
      f.if(i32.or(i64.eqz(w), i32.lt_s(q, powerMin)), () => f.return(i64.const(0n)));
      f.if(i32.gt_s(q, largestPower), () => f.return(i64.const(infinityBits)));
      const shift = f.let('i64', 'shift', i64.clz(w));
      const product = leadingProduct(module, f, i64.shl(w, shift), q);
      const upper = f.let('i64', 'upper', i64.shr_u(product.hi, 63));
      // 54 bits: the mantissa and one bit to round by.
      const dropped = f.let('i64', 'dropped', i64.add(upper, 9n));
      const mantissa = f.let('i64', 'mantissa', i64.shr_u(product.hi, dropped));
      const binary = i32.add(i32.shr_s(i32.mul(q, 217_706), 16), 63 + 1023);
      const exponent = f.let('i64', 'exponent', i64.sub(i64.add(i64.extend_i32_s(binary), upper), shift));
      f.if(i64.le_s(exponent, 0n), () => returnSubnormal(f, mantissa, exponent));
      roundTie(f, { product, q, mantissa, dropped });
      f.set(mantissa, i64.shr_u(i64.add(mantissa, i64.and(mantissa, 1n)), 1n));
      // Rounding up all ones carries into the exponent, with the hidden bit: 1.0 of the next.
      f.set(mantissa, i64.add(i64.sub(mantissa, hiddenBit), i64.shl(exponent, 52n)));
      f.if(i64.ge_u(mantissa, infinityBits), () => f.return(i64.const(infinityBits)));
      f.return(mantissa);
    }),
  );
}

/**
 * Emits: the leading 128 bits of w (its top bit set) times the power; the low half only where it can matter.
 */
function leadingProduct(
  module: ModuleBuilder,
  f: FunctionBuilder,
  w: Expr<'i64'>,
  q: Expr<'i32'>,
): Int128Local {
  const factor = f.let('i64', 'factor', w);
  const entry = f.let('i32', 'entry', powerEntry(module, q));
  const first = multiplyWide(f, factor, i64.load(entry));
  f.if(i64.eq(i64.and(first.hi, uncertainBits), uncertainBits), () => {
    const second = multiplyWide(f, factor, i64.load(entry, 8));
    const lo = f.let('i64', 'joined_lo', i64.add(first.lo, second.hi));
    const carry = i64.extend_i32_u(i64.lt_u(lo, second.hi));
    set128(f, first, { lo, hi: i64.add(first.hi, carry) });
  });
  return first;
}

function returnSubnormal(f: FunctionBuilder, mantissa: Local<'i64'>, exponent: Expr<'i64'>): void {
  const shift = f.let('i64', 'subnormal_shift', i64.sub(1n, exponent));
  f.if(i64.ge_s(shift, 64n), () => f.return(i64.const(0n)));
  f.set(mantissa, i64.shr_u(mantissa, shift));
  f.set(mantissa, i64.shr_u(i64.add(mantissa, i64.and(mantissa, 1n)), 1n));
  // Rounded up to 2^52, the bits are those of the smallest normal number.
  f.return(mantissa);
}

interface RoundedProduct {
  readonly product: Int128Local;
  readonly q: Expr<'i32'>;
  readonly mantissa: Local<'i64'>;
  readonly dropped: Expr<'i64'>;
}

/** Emits: an exact half above an even mantissa rounds down. Only small powers can make one. */
function roundTie(f: FunctionBuilder, { product, q, mantissa, dropped }: RoundedProduct): void {
  const small = i32.le_u(i32.add(q, 4), 27);
  const evenAndHalf = i64.eq(i64.and(mantissa, 3n), 1n);
  f.if(i32.and(i64.le_u(product.lo, 1n), i32.and(small, evenAndHalf)), () => {
    f.if(i64.eq(i64.shl(mantissa, dropped), product.hi), () => f.set(mantissa, i64.and(mantissa, -2n)));
  });
}

/** 10^0 to 10^22, the powers that are doubles: address of the table. */
function exactPowersTable(module: ModuleBuilder): number {
  return module.table('exact_powers_of_ten', () => {
    const powers = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
    return new Uint8Array(powers.buffer);
  });
}

export const exactPowerExponentMax = 22;

/** 10^exponent as a double, for an exponent of 0 to 22. */
export function exactPower(module: ModuleBuilder, exponent: Expr<'i32'>): Expr<'f64'> {
  return f64.load(i32.shl(exponent, 3), exactPowersTable(module));
}
