/**
 * The ranges of DATE and TIMESTAMP, from 4714-11-24 BC as in PostgreSQL: dates to 5874897-12-31, timestamps
 * as far as microseconds since 1970 reach in 64 bits (PostgreSQL's, since 2000, reach 30 years further).
 */
import { dateDays } from '../../columns/sql-type.ts';
import { microsPerDay } from '../../routines/calendar.ts';
import { i64 } from '../../wasm/instructions.ts';
import type { Expr } from '../../wasm/types.ts';
import type { EmitContext } from '../emit-context.ts';

const daysMin = BigInt(dateDays.first);
const daysMax = BigInt(dateDays.last);

/** Emits: fails where the day number is no date's. */
export function checkDate(context: EmitContext, days: Expr<'i64'>): void {
  const outside = i64.gt_u(i64.sub(days, daysMin), daysMax - daysMin);
  context.f.if(outside, () => context.fail('numeric_out_of_range'));
}

/** Emits: the time itself; fails where it lies before all timestamps. */
export function checkTimestamp(context: EmitContext, micros: Expr<'i64'>): Expr<'i64'> {
  context.f.if(i64.lt_s(micros, daysMin * microsPerDay), () => context.fail('numeric_out_of_range'));
  return micros;
}
