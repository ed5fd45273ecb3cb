/**
 * How long an interval is, as PostgreSQL compares it: a month is 30 days and a day 24 hours, so that
 * different intervals can be of one length (`1 month` and `30 days`).
 */

import type { FunctionBuilder, Local } from '../../wasm/function-builder.ts';
import { i64 } from '../../wasm/instructions.ts';
import type { Expr } from '../../wasm/types.ts';
import { floorDivide, microsPerDay } from '../calendar.ts';

export interface IntervalLength {
  readonly days: Local<'i64'>;
  /** Of the day behind the whole days; never negative. */
  readonly micros: Local<'i64'>;
}

/** Emits: the length of an interval's two lanes. */
export function emitIntervalLength(
  f: FunctionBuilder,
  micros: Expr<'i64'>,
  monthsAndDays: Expr<'i64'>,
): IntervalLength {
  const wholeDays = floorDivide(f, micros, microsPerDay);
  const months = i64.extend32_s(monthsAndDays);
  const days = i64.add(i64.add(i64.mul(months, 30n), i64.shr_s(monthsAndDays, 32)), wholeDays);
  return {
    days: f.let('i64', 'days', days),
    micros: f.let('i64', 'micros_of_day', i64.sub(micros, i64.mul(wholeDays, microsPerDay))),
  };
}
