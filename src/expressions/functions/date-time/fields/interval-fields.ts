/**
 * The fields of an interval as whole numbers, each of its part's sign. As for a time, seconds and
 * milliseconds come as microseconds. An epoch counts 365.25 days to a year and 30 to a month of the rest.
 */
import { microsPerHour, microsPerMinute } from '../../../../routines/calendar.ts';
import { add128, extend128, type Int128, multiplyWideSigned } from '../../../../routines/integer128.ts';
import { f64, i64, select } from '../../../../wasm/instructions.ts';
import type { Expr } from '../../../../wasm/types.ts';
import type { EmitContext } from '../../../emit-context.ts';
import type { IntervalParts } from '../../../interval/parts.ts';
import type { Field } from './units.ts';

const secondsPerDay = 86_400;
const secondsPerMonth = 30 * secondsPerDay;
const secondsPerYear = 365.25 * secondsPerDay;

const monthsPer: Readonly<Partial<Record<Field, bigint>>> = {
  year: 12n,
  decade: 120n,
  century: 1200n,
  millennium: 12_000n,
};

export function emitIntervalField({ f }: EmitContext, field: Field, parts: IntervalParts): Expr<'i64'> {
  const { micros } = parts;
  const months = f.let('i64', 'all_months', i64.extend_i32_s(parts.months));
  const days = i64.extend_i32_s(parts.days);
  switch (field) {
    case 'microsecond':
    case 'millisecond':
    case 'second':
      return i64.rem_s(micros, microsPerMinute);
    case 'minute':
      return i64.rem_s(i64.div_s(micros, microsPerMinute), 60n);
    case 'hour':
      return i64.div_s(micros, microsPerHour);
    case 'day':
      return days;
    case 'week':
      return i64.div_s(days, 7n);
    case 'month':
      return i64.rem_s(months, 12n);
    case 'quarter': {
      const sign = select('i64', i64.lt_s(months, 0n), -1n, 1n);
      return i64.add(i64.div_s(i64.rem_s(months, 12n), 3n), sign);
    }
    default:
      return i64.div_s(months, monthsPer[field] ?? 12n);
  }
}

/** Emits: the interval's length in microseconds. */
export function emitIntervalMicros({ f }: EmitContext, parts: IntervalParts): Int128 {
  const months = f.let('i64', 'all_months', i64.extend_i32_s(parts.months));
  const days = i64.extend_i32_s(parts.days);
  const seconds = [
    i64.mul(i64.div_s(months, 12n), BigInt(secondsPerYear)),
    i64.mul(i64.rem_s(months, 12n), BigInt(secondsPerMonth)),
    i64.mul(days, BigInt(secondsPerDay)),
  ].reduce((sum, part) => i64.add(sum, part));
  const total = f.let('i64', 'seconds', seconds);
  const scaled = multiplyWideSigned(f, total, f.let('i64', 'scale', 1_000_000n));
  return add128(f, scaled, extend128(f, parts.micros));
}

/** Emits: the interval's length in seconds, added up in PostgreSQL's order. */
export function emitIntervalSeconds(parts: IntervalParts): Expr<'f64'> {
  const months = i64.extend_i32_s(parts.months);
  return [
    f64.mul(secondsPerYear, f64.convert_i64_s(i64.div_s(months, 12n))),
    f64.mul(secondsPerMonth, f64.convert_i64_s(i64.rem_s(months, 12n))),
    f64.mul(secondsPerDay, f64.convert_i32_s(parts.days)),
  ].reduce((sum, part) => f64.add(sum, part), f64.div(f64.convert_i64_s(parts.micros), 1e6));
}
