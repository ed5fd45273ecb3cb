/**
 * a · b / c exactly, through a product of up to 254 bits: what decimal division and rounded products need
 * where 128 bits are not enough. Signs are kept apart, so everything here is unsigned and below 2^127.
 */
import { divRem128, multiply128 } from '../../routines/divide128.ts';
import {
  add128,
  call128,
  type Int128,
  type Int128Local,
  int128Globals,
  lessThanUnsigned128,
  localInt128,
  multiplyWide,
  set128,
  sub128,
} from '../../routines/integer128.ts';
import type { FunctionBuilder } from '../../wasm/function-builder.ts';
import { i32, i64 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { FunctionSlot } from '../../wasm/types.ts';

const params = { aLo: 'i64', aHi: 'i64', bLo: 'i64', bHi: 'i64', cLo: 'i64', cHi: 'i64' } as const;

/**
 * `multiply_divide(a, b, c) -> floor(a · b / c)`, the remainder in the globals of integer128.ts; `overflow`
 * is 1 where the quotient does not fit 128 bits.
 */
export function multiplyDivide(module: ModuleBuilder): FunctionSlot {
  return module.routine('multiply_divide', () => {
    const globals = int128Globals(module);
    const [multiply, divide] = [multiply128(module), divRem128(module)];
    return module.function('multiply_divide', params, 'i64', (f, { aLo, aHi, bLo, bHi, cLo, cHi }) => {
      const [a, b, c] = [
        { lo: aLo, hi: aHi },
        { lo: bLo, hi: bHi },
        { lo: cLo, hi: cHi },
      ];
      const product = call128(module, f, multiply, [aLo, aHi, bLo, bHi]);
      f.if(i32.eqz(globals.overflow), () => {
        const quotient = call128(module, f, divide, [product.lo, product.hi, cLo, cHi]);
        f.setGlobal(globals.high, quotient.hi);
        f.return(quotient.lo);
      });
      const [low, high] = multiply256(f, a, b);
      f.if(i32.eqz(lessThanUnsigned128(high, c)), () => {
        f.setGlobal(globals.overflow, 1);
        f.return(i64.const(0n));
      });
      const { quotient, remainder } = divide256(f, low, high, c);
      f.setGlobal(globals.overflow, 0);
      f.setGlobal(globals.high, quotient.hi);
      f.setGlobal(globals.remainderLow, remainder.lo);
      f.setGlobal(globals.remainderHigh, remainder.hi);
      f.return(quotient.lo);
    });
  });
}

/** Emits: the product of two unsigned 128-bit numbers as its low and high halves. */
export function multiply256(f: FunctionBuilder, a: Int128, b: Int128): [Int128Local, Int128Local] {
  const low = multiplyWide(f, a.lo, b.lo);
  const crossA = multiplyWide(f, a.hi, b.lo);
  const crossB = multiplyWide(f, a.lo, b.hi);
  const high = multiplyWide(f, a.hi, b.hi);
  const zero = i64.const(0n);
  const middle = add128(f, { lo: low.hi, hi: zero }, { lo: crossA.lo, hi: zero });
  const middleSum = add128(f, middle, { lo: crossB.lo, hi: zero });
  const upper = add128(f, high, { lo: crossA.hi, hi: zero });
  const upperSum = add128(f, add128(f, upper, { lo: crossB.hi, hi: zero }), { lo: middleSum.hi, hi: zero });
  return [{ lo: low.lo, hi: middleSum.lo }, upperSum];
}

/** Emits: (high, low) / c bit by bit, for high < c < 2^127. */
function divide256(
  f: FunctionBuilder,
  low: Int128,
  high: Int128,
  c: Int128,
): { readonly quotient: Int128Local; readonly remainder: Int128Local } {
  const quotient = localInt128(f, 'bits');
  const remainder = localInt128(f, 'rest');
  set128(f, quotient, low);
  set128(f, remainder, high);
  const count = f.let('i32', 'count', 128);
  f.while(
    'bits_left',
    () => count,
    () => {
      // The next bit of the dividend leaves `quotient` at the top; the quotient's bit comes in below.
      const nextBit = i64.shr_u(quotient.hi, 63);
      f.set(remainder.hi, i64.or(i64.shl(remainder.hi, 1n), i64.shr_u(remainder.lo, 63)));
      f.set(remainder.lo, i64.or(i64.shl(remainder.lo, 1n), nextBit));
      f.set(quotient.hi, i64.or(i64.shl(quotient.hi, 1n), i64.shr_u(quotient.lo, 63)));
      f.set(quotient.lo, i64.shl(quotient.lo, 1n));
      f.if(i32.eqz(lessThanUnsigned128(remainder, c)), () => {
        set128(f, remainder, sub128(f, remainder, c));
        f.set(quotient.lo, i64.or(quotient.lo, 1n));
      });
      f.set(count, i32.sub(count, 1));
    },
  );
  return { quotient, remainder };
}
