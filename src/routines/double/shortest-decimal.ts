/**
 * A double to the shortest decimal that reads back as the same double, the closest of those: digits *
 * 10^exponent.
 *
 * Source: Raffaello Giulietti, "The Schubfach way to render doubles" (2020). In short: the interval of
 * decimals that round to the double is scaled by a power of ten so that it holds at least one and at most a
 * few integers; products with 128 bits of the power, rounded to odd, decide every comparison exactly.
 */
import type { FunctionBuilder, Global, Local } from '../../wasm/function-builder.ts';
import { i32, i64, select } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Arg, Expr, FunctionSlot } from '../../wasm/types.ts';
import { multiplyWide } from '../integer128.ts';
import { exactPowerMax, powerEntry, roundedUpPowerMin } from './powers-of-five.ts';

const hiddenBit = 1n << 52n;

const exponentOf = new WeakMap<ModuleBuilder, Global<'i32'>>();

/** The exponent that `shortest_decimal` leaves. */
export function shortestExponent(module: ModuleBuilder): Global<'i32'> {
  let global = exponentOf.get(module);
  if (!global) {
    global = module.global('i32', 'shortest_exponent', 0);
    exponentOf.set(module, global);
  }
  return global;
}

interface Interval {
  /** Four times the mantissa, so that the bounds halfway to the neighbours are integers. */
  readonly value: Local<'i64'>;
  readonly lower: Local<'i64'>;
  readonly upper: Local<'i64'>;
  /** 1 where the bounds themselves do not round to the double. */
  readonly open: Local<'i64'>;
}

/** `shortest_decimal(bits) -> digits` of a positive finite double; trailing zeros are possible. */
export function shortestDecimal(module: ModuleBuilder): FunctionSlot {
  return module.routine('shortest_decimal', () => {
    const exponent = shortestExponent(module);
    return module.function('shortest_decimal', { bits: 'i64' }, 'i64', (f, { bits }) => {
      const fraction = f.let('i64', 'fraction', i64.and(bits, hiddenBit - 1n));
      const field = f.let('i32', 'field', i32.wrap_i64(i64.shr_u(bits, 52n)));
      const c = f.let('i64', 'c', fraction);
      const q = f.let('i32', 'q', -1074);
      f.if(field, () => {
        f.set(c, i64.or(fraction, hiddenBit));
        f.set(q, i32.sub(field, 1075));
        returnInteger(f, exponent, c, q);
      });
      const closer = f.let('i32', 'closer', i32.and(i64.eqz(fraction), i32.gt_u(field, 1)));
      // floor(log10(2^q)), or of three quarters of it where the lower neighbour is closer.
      const correction = select('i32', closer, 524_031, 0);
      const k = f.let('i32', 'k', i32.shr_s(i32.sub(i32.mul(q, 1_262_611), correction), 22));
      f.setGlobal(exponent, k);
      const interval = scaleInterval(module, f, { c, q, k, closer });
      returnShorter(f, exponent, interval);
      returnClosest(f, interval);
    });
  });
}

/** Emits: an integer below 2^53 is itself. */
function returnInteger(f: FunctionBuilder, exponent: Global<'i32'>, c: Expr<'i64'>, q: Expr<'i32'>): void {
  f.if(i32.le_u(i32.sub(0, q), 52), () => {
    const shift = i64.extend_i32_u(i32.sub(0, q));
    const integer = f.let('i64', 'integer', i64.shr_u(c, shift));
    f.if(i64.eq(i64.shl(integer, shift), c), () => {
      f.setGlobal(exponent, 0);
      f.return(integer);
    });
  });
}

interface Scaling {
  readonly c: Expr<'i64'>;
  readonly q: Expr<'i32'>;
  readonly k: Expr<'i32'>;
  readonly closer: Expr<'i32'>;
}

function scaleInterval(module: ModuleBuilder, f: FunctionBuilder, { c, q, k, closer }: Scaling): Interval {
  const power = f.let('i32', 'power', i32.sub(0, k));
  // q + floor(log2(10^power)) + 1
  const shift = i32.add(i32.add(q, i32.shr_s(i32.mul(power, 1_741_647), 19)), 1);
  const h = f.let('i64', 'h', i64.extend_i32_u(shift));
  const entry = f.let('i32', 'entry', powerEntry(module, power));
  // The algorithm takes the power rounded up; the table cuts off where it is neither exact nor rounded up.
  const exactOrUp = i32.le_u(i32.sub(power, roundedUpPowerMin), exactPowerMax - roundedUpPowerMin);
  const high = f.let('i64', 'power_high', i64.load(entry));
  const low = f.let('i64', 'power_low', i64.add(i64.load(entry, 8), i64.extend_i32_u(i32.eqz(exactOrUp))));
  const scaled = (bound: Arg<'i64'>): Local<'i64'> => roundToOdd(f, { high, low }, i64.shl(bound, h));
  const four = f.let('i64', 'four_c', i64.shl(c, 2n));
  return {
    value: scaled(four),
    lower: scaled(i64.add(i64.sub(four, 2n), i64.extend_i32_u(closer))),
    upper: scaled(i64.add(four, 2n)),
    open: f.let('i64', 'open', i64.and(c, 1n)),
  };
}

interface Power {
  readonly high: Expr<'i64'>;
  readonly low: Expr<'i64'>;
}

/** Emits: the top 64 bits of power * bound (192 bits), the lowest set where anything was cut off. */
function roundToOdd(f: FunctionBuilder, { high, low }: Power, bound: Expr<'i64'>): Local<'i64'> {
  const factor = f.let('i64', 'bound', bound);
  const x = multiplyWide(f, low, factor);
  const y = multiplyWide(f, high, factor);
  const middle = f.let('i64', 'middle', i64.add(y.lo, x.hi));
  const carry = i64.extend_i32_u(i64.lt_u(middle, x.hi));
  const sticky = i64.extend_i32_u(i64.gt_u(middle, 1n));
  return f.let('i64', 'scaled', i64.or(i64.add(y.hi, carry), sticky));
}

/** Emits: returns a decimal of one digit less, where exactly one lies in the interval. */
function returnShorter(
  f: FunctionBuilder,
  exponent: Global<'i32'>,
  { value, lower, upper, open }: Interval,
): void {
  const s = f.let('i64', 's', i64.shr_u(value, 2n));
  f.if(i64.ge_u(s, 10n), () => {
    const tenth = f.let('i64', 'tenth', i64.div_u(s, 10n));
    const forty = f.let('i64', 'forty', i64.mul(tenth, 40n));
    const downInside = i64.le_u(i64.add(lower, open), forty);
    const upInside = f.let('i32', 'up_inside', i64.le_u(i64.add(forty, 40n), i64.sub(upper, open)));
    f.if(i32.ne(downInside, upInside), () => {
      f.setGlobal(exponent, i32.add(exponent, 1));
      f.return(i64.add(tenth, i64.extend_i32_u(upInside)));
    });
  });
}

/** Emits: returns the closer of the two integers around the value, or the one that lies in the interval. */
function returnClosest(f: FunctionBuilder, { value, lower, upper, open }: Interval): void {
  const s = f.let('i64', 'digits', i64.shr_u(value, 2n));
  const four = f.let('i64', 'four_s', i64.shl(s, 2n));
  const downInside = i64.le_u(i64.add(lower, open), four);
  const upInside = f.let('i32', 'up_inside', i64.le_u(i64.add(four, 4n), i64.sub(upper, open)));
  f.if(i32.ne(downInside, upInside), () => f.return(i64.add(s, i64.extend_i32_u(upInside))));
  const middle = i64.add(four, 2n);
  const odd = i32.wrap_i64(i64.and(s, 1n));
  const roundsUp = i32.or(i64.gt_u(value, middle), i32.and(i64.eq(value, middle), odd));
  f.return(i64.add(s, i64.extend_i32_u(roundsUp)));
}
