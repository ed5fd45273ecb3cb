/**
 * DECIMAL to DOUBLE and back. To DOUBLE is correctly rounded. From DOUBLE takes the 15 digits that every
 * double holds, as PostgreSQL does, and rounds those half away from zero to the scale: 0.1 is 0.1 and nothing
 * behind it.
 *
 *   x = m · 2^e,  d = floor(log10 x),  n = round(x · 10^j) half to even with j = 14 − d,
 *   result = n · 10^(scale − j)
 */
import type { SqlType } from '../../columns/sql-type.ts';
import { divRem128, scaleDownRounded128, scaleUp128 } from '../../routines/divide128.ts';
import {
  add128,
  call128,
  type Int128,
  int128Globals,
  lessThanUnsigned128,
  localInt128,
  negateIf128,
} from '../../routines/integer128.ts';
import type { FunctionBuilder, Local } from '../../wasm/function-builder.ts';
import { call, f64, i32, i64 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import type { EmitContext, Value } from '../emit-context.ts';
import { i64Lane } from '../value.ts';
import { decimalOf, isNarrow, lanesOf, wideOf } from './decimal-value.ts';
import { multiply256 } from './multiply-divide.ts';
import { checkDigits } from './rescale.ts';
import { wideToDouble } from './wide-to-double.ts';

/** Integers up to here and powers of ten up to 10^22 are exact doubles, so one division rounds once. */
const exactIntegerMax = 2n ** 53n;
const exactPowerMax = 22;

/** Emits: the nearest double. */
export function decimalToDouble(context: EmitContext, value: Value): Expr<'f64'> {
  const { module, f } = context;
  const { scale } = decimalOf(value.type);
  const slow = (): Expr<'f64'> => {
    const { lo, hi } = wideOf(f, value);
    return call(wideToDouble(module), lo, hi, scale) as Expr<'f64'>;
  };
  if (scale > exactPowerMax) return slow();
  const lane = i64Lane(value);
  const short = i64.le_u(i64.add(lane, exactIntegerMax), 2n * exactIntegerMax);
  const exact = isNarrow(value.type) ? short : i32.and(short, i64.eq(i64Lane(value, 1), i64.shr_s(lane, 63)));
  return f.choose('f64', exact, () => f64.div(f64.convert_i64_s(lane), 10 ** scale), slow);
}

/** Emits: the lanes of a decimal; fails for what is no number or does not fit. */
export function doubleToDecimal(context: EmitContext, x: Expr<'f64'>, type: SqlType): readonly Expr[] {
  const { module, f } = context;
  const { precision, scale } = decimalOf(type);
  const result = call128(module, f, doubleToScaled(module), [x, scale]);
  f.if(int128Globals(module).overflow, () => context.fail('numeric_out_of_range'));
  checkDigits(context, result, precision);
  return lanesOf(type, result);
}

const digitsKept = 15;
/** Below this, 38 digits behind the point are all zero. */
const magnitudeMin = -40;
const magnitudeMax = 38;

/** `double_to_scaled(x, scale) -> x · 10^scale` as a 128-bit integer; `overflow` where there is none. */
function doubleToScaled(module: ModuleBuilder): FunctionSlot {
  return module.routine('double_to_scaled', () => {
    const globals = int128Globals(module);
    const [scaleUp, scaleDown] = [scaleUp128(module), scaleDownRounded128(module)];
    const digits = leadingDigits(module);
    return module.function('double_to_scaled', { x: 'f64', scale: 'i32' }, 'i64', (f, { x, scale }) => {
      f.setGlobal(globals.high, 0n);
      f.setGlobal(globals.overflow, i32.eqz(f64.lt(f64.abs(x), 10 ** magnitudeMax)));
      f.if(globals.overflow, () => f.return(i64.const(0n)));
      f.if(f64.lt(f64.abs(x), 10 ** magnitudeMin), () => f.return(i64.const(0n)));
      const magnitude = f.let('i32', 'magnitude', decimalMagnitude(module, f, f64.abs(x)));
      const shift = f.let('i32', 'shift', i32.sub(digitsKept - 1, magnitude));
      f.if(i32.gt_s(shift, magnitudeMax), () => f.set(shift, magnitudeMax));
      const kept = f.let('i64', 'kept', call(digits, f64.abs(x), shift) as Expr<'i64'>);
      const rest = f.let('i32', 'rest', i32.sub(scale, shift));
      const scaled = localInt128(f, 'scaled');
      f.if(
        i32.ge_s(rest, 0),
        () => setPair(f, scaled, call128(module, f, scaleUp, [kept, 0n, rest])),
        () => {
          setPair(f, scaled, call128(module, f, scaleDown, [kept, 0n, i32.sub(0, rest)]));
          f.setGlobal(globals.overflow, 0);
        },
      );
      const signed = negateIf128(f, i64.shr_s(i64.reinterpret_f64(x), 63), scaled);
      f.setGlobal(globals.high, signed.hi);
      f.return(signed.lo);
    });
  });
}

function setPair(f: FunctionBuilder, to: { lo: Local<'i64'>; hi: Local<'i64'> }, value: Int128): void {
  f.set(to.lo, value.lo);
  f.set(to.hi, value.hi);
}

/** Emits: floor(log10 x), found in a table of powers. */
function decimalMagnitude(module: ModuleBuilder, f: FunctionBuilder, x: Expr<'f64'>): Local<'i32'> {
  const table = module.table('powers_of_ten_f64', () => {
    const powers = Float64Array.from({ length: magnitudeMax - magnitudeMin + 1 }, (_, i) =>
      Number(`1e${i + magnitudeMin}`),
    );
    return new Uint8Array(powers.buffer);
  });
  const index = f.let('i32', 'index', magnitudeMax - magnitudeMin);
  f.while(
    'smaller',
    () => f64.lt(x, f64.load(i32.add(table, i32.shl(index, 3)))),
    () => f.set(index, i32.sub(index, 1)),
  );
  return f.let('i32', 'magnitude', i32.add(index, magnitudeMin));
}

/**
 * `leading_digits(x, shift) -> round(x · 10^shift)`, half to even, for a positive x of about 15 digits then.
 */
function leadingDigits(module: ModuleBuilder): FunctionSlot {
  return module.routine('leading_digits', () => {
    const globals = int128Globals(module);
    const [scaleUp, divide] = [scaleUp128(module), divRem128(module)];
    return module.function('leading_digits', { x: 'f64', shift: 'i32' }, 'i64', (f, { x, shift }) => {
      const bits = f.let('i64', 'bits', i64.reinterpret_f64(x));
      const mantissa = f.let('i64', 'mantissa', i64.or(i64.and(bits, 0xf_ffff_ffff_ffffn), 1n << 52n));
      const exponent = f.let('i32', 'exponent', i32.sub(i32.wrap_i64(i64.shr_u(bits, 52)), 1075));
      f.if(i32.ge_s(shift, 0), () => {
        const power = call128(module, f, scaleUp, [1n, 0n, shift]);
        const [low, high] = multiply256(f, { lo: mantissa, hi: i64.const(0n) }, power);
        f.return(shiftRightRounded(f, low, high, i32.sub(0, exponent)));
      });
      // x is at least 10^15 here, so at most three bits lie behind the point: then both sides are eightfold.
      const fraction = f.let('i32', 'fraction', i32.lt_s(exponent, 0));
      const bitsUp = f.let('i64', 'bits_up', i64.extend_i32_s(i32.add(exponent, i32.mul(fraction, 3))));
      const wide = {
        lo: f.let(
          'i64',
          'wide_lo',
          i64.mul(i64.shl(mantissa, bitsUp), i64.extend_i32_u(i64.lt_u(bitsUp, 64n))),
        ),
        hi: f.let('i64', 'wide_hi', highShifted(mantissa, bitsUp)),
      };
      const unit = call128(module, f, scaleUp, [
        i64.extend_i32_u(i32.add(1, i32.mul(fraction, 7))),
        0n,
        i32.sub(0, shift),
      ]);
      const quotient = call128(module, f, divide, [wide.lo, wide.hi, unit.lo, unit.hi]);
      const rest = { lo: globals.remainderLow, hi: globals.remainderHigh };
      const twice = add128(f, rest, rest);
      const odd = i64.and(quotient.lo, 1n);
      // Rounds up when 2 · rest + odd > unit.
      const limit = add128(f, unit, { lo: i64.const(1n), hi: i64.const(0n) });
      const reached = add128(f, twice, { lo: odd, hi: i64.const(0n) });
      f.return(i64.add(quotient.lo, i64.extend_i32_u(i32.eqz(lessThanUnsigned128(reached, limit)))));
    });
  });
}

/** The bits of `mantissa << count` above the lowest 64, for a count of 0 to 127. */
function highShifted(mantissa: Expr<'i64'>, count: Expr<'i64'>): Expr<'i64'> {
  const below = i64.shr_u(i64.shr_u(mantissa, 1n), i64.sub(63n, count));
  const above = i64.shl(mantissa, i64.sub(count, 64n));
  const isAbove = i64.sub(0n, i64.extend_i32_u(i64.ge_u(count, 64n)));
  return i64.or(i64.and(above, isAbove), i64.and(below, i64.xor(isAbove, -1n)));
}

/** Emits: (high, low) >> count, half to even, for a result of less than 63 bits and a count of 1 to 255. */
function shiftRightRounded(f: FunctionBuilder, low: Int128, high: Int128, count: Expr<'i32'>): Expr<'i64'> {
  const words = [low.lo, low.hi, high.lo, high.hi].map((word) => f.let('i64', 'word', word));
  const left = f.let('i32', 'bits_left', count);
  const sticky = f.local('i64', 'sticky');
  const [w0, w1, w2, w3] = words;
  if (!w0 || !w1 || !w2 || !w3) throw new Error('assertion failed: a product has four words');
  f.while(
    'whole_words',
    () => i32.gt_u(left, 64),
    () => {
      f.set(sticky, i64.or(sticky, w0));
      f.set(w0, w1);
      f.set(w1, w2);
      f.set(w2, w3);
      f.set(w3, 0n);
      f.set(left, i32.sub(left, 64));
    },
  );
  // 1 to 64 bits are left: `result` above them, `rest` their value moved to the top of a word.
  const bits = f.let('i64', 'bits_cut', i64.extend_i32_u(left));
  const below = i64.sub(64n, bits);
  const isWord = i64.sub(0n, i64.extend_i32_u(i64.eq(bits, 64n)));
  const kept = i64.or(
    i64.and(i64.shr_u(w0, bits), i64.xor(isWord, -1n)),
    i64.or(i64.and(w1, isWord), i64.and(i64.shl(w1, below), i64.xor(isWord, -1n))),
  );
  const result = f.let('i64', 'shifted', kept);
  const rest = f.let('i64', 'rest', i64.shl(w0, below));
  const half = 1n << 63n;
  const more = i32.or(
    i64.gt_u(rest, half),
    i32.and(i64.eq(rest, half), i64.ne(i64.or(sticky, i64.and(result, 1n)), 0n)),
  );
  return i64.add(result, i64.extend_i32_u(more));
}
