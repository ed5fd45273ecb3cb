/** A decimal rounded at a digit in front of or behind the point, in one of four ways. */

import type { SqlType } from '../../columns/sql-type.ts';
import { divRem128, scaleUp128 } from '../../routines/divide128.ts';
import {
  abs128,
  add128,
  call128,
  extend128,
  type Int128,
  int128Globals,
  lessThanUnsigned128,
  localInt128,
  set128,
} from '../../routines/integer128.ts';
import { i32, i64, select } from '../../wasm/instructions.ts';
import type { Expr } from '../../wasm/types.ts';
import type { EmitContext, Value } from '../emit-context.ts';
import { decimalOf, lanesOf, wideOf } from './decimal-value.ts';
import { checkDigits, shiftWide } from './rescale.ts';

/** `half`: to the nearest, half away from zero. `cut`: towards zero. `up`, `down`: towards +∞, −∞. */
export type RoundingMode = 'half' | 'cut' | 'up' | 'down';

export interface Rounding {
  /** Digits kept behind the point; negative ones are cut in front of it. */
  readonly digits: Expr<'i32'>;
  readonly mode: RoundingMode;
  /** The result's type; its scale may differ from the argument's. */
  readonly type: SqlType;
}

/** More digits than this leave nothing of any decimal. */
const cutMax = 38;

/** Emits: the rounded value's lanes; fails where it does not fit the type. */
export function roundAt(
  context: EmitContext,
  value: Value,
  { digits, mode, type }: Rounding,
): readonly Expr[] {
  const { f } = context;
  const { scale } = decimalOf(value.type);
  const target = decimalOf(type);
  const rounded = localInt128(f, 'rounded');
  set128(f, rounded, wideOf(f, value));
  const cut = f.let('i64', 'cut', i64.sub(BigInt(scale), i64.extend_i32_s(digits)));
  f.if(i64.gt_s(cut, 0n), () => {
    const count = select('i32', i64.gt_s(cut, BigInt(cutMax)), cutMax, i32.wrap_i64(cut));
    const beyond = i64.gt_s(cut, BigInt(cutMax));
    set128(f, rounded, roundUnit(context, rounded, f.let('i32', 'cut_digits', count), mode));
    // Past 38 digits nothing can round up to one: the value is less than half a unit there.
    if (mode === 'half' || mode === 'cut') f.if(beyond, () => set128(f, rounded, extend128(f, 0n)));
  });
  const fitted = shiftWide(context, rounded, target.scale - scale);
  checkDigits(context, fitted, target.precision);
  return lanesOf(type, fitted);
}

/** Emits: the value rounded to a multiple of 10^count. */
function roundUnit(context: EmitContext, value: Int128, count: Expr<'i32'>, mode: RoundingMode): Int128 {
  const { module, f } = context;
  const unit = call128(module, f, scaleUp128(module), [1n, 0n, count]);
  const quotient = call128(module, f, divRem128(module), [value.lo, value.hi, unit.lo, unit.hi]);
  const { remainderLow, remainderHigh, overflow } = int128Globals(module);
  const rest = {
    lo: f.let('i64', 'rest_lo', remainderLow),
    hi: f.let('i64', 'rest_hi', remainderHigh),
  };
  const step = f.let('i64', 'step', stepOf(context, rest, unit, mode));
  const whole = add128(f, quotient, extend128(f, step));
  const result = call128(module, f, scaleUp128(module), [whole.lo, whole.hi, count]);
  f.if(overflow, () => context.fail('numeric_out_of_range'));
  return result;
}

/** What is to be added to the quotient that was rounded towards zero: -1, 0 or 1. */
function stepOf({ f }: EmitContext, rest: Int128, unit: Int128, mode: RoundingMode): Expr<'i64'> {
  const isZero = i64.eqz(i64.or(rest.lo, rest.hi));
  const isNegative = i64.lt_s(rest.hi, 0n);
  switch (mode) {
    case 'cut':
      return i64.const(0n);
    case 'up':
      return i64.extend_i32_u(i32.eqz(i32.or(isZero, isNegative)));
    case 'down':
      return i64.sub(0n, i64.extend_i32_u(isNegative));
    default: {
      const size = abs128(f, rest);
      const reachesHalf = i32.eqz(lessThanUnsigned128(add128(f, size, size), unit));
      const away = i64.extend_i32_u(reachesHalf);
      return select('i64', isNegative, i64.sub(0n, away), away);
    }
  }
}
