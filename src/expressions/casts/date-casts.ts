/** Casts among DATE, TIMESTAMP and TIMESTAMPTZ; wall clocks and instants meet in the session's time zone. */
import { floorDivide, microsPerDay } from '../../routines/calendar.ts';
import { i32, i64 } from '../../wasm/instructions.ts';
import type { Expr } from '../../wasm/types.ts';
import type { EmitContext, Value } from '../emit-context.ts';
import { instantToLocal, localToInstant } from '../time-zone/zone-offset.ts';
import { i32Lane, i64Lane } from '../value.ts';
import { type CastRule, never, sometimes } from './cast-rule.ts';

/** The last day whose microseconds fit 64 bits, with room for a zone's offset. */
const daysMax = 106_751_989;

/** Emits: midnight of the day. */
export function midnightOf(context: EmitContext, days: Expr<'i32'>): Expr<'i64'> {
  const outside = i32.gt_u(i32.add(days, daysMax), 2 * daysMax);
  context.f.if(outside, () => context.fail('numeric_out_of_range'));
  return i64.mul(i64.extend_i32_s(days), microsPerDay);
}

/** Emits: the day of a wall clock time. */
function dayOf({ f }: EmitContext, micros: Expr<'i64'>): Expr<'i32'> {
  return i32.wrap_i64(floorDivide(f, micros, microsPerDay));
}

const toLocal = (context: EmitContext, value: Value): Expr<'i64'> =>
  instantToLocal(context, context.timeZone, i64Lane(value));
const toInstant = (context: EmitContext, micros: Expr<'i64'>): Expr<'i64'> =>
  localToInstant(context, context.timeZone, context.f.let('i64', 'local', micros));

export const dateCasts: readonly CastRule[] = [
  {
    from: 'date',
    to: 'timestamp',
    canFail: sometimes,
    lanes: (context, value) => [midnightOf(context, i32Lane(value))],
  },
  {
    from: 'date',
    to: 'timestamptz',
    canFail: sometimes,
    lanes: (context, value) => [toInstant(context, midnightOf(context, i32Lane(value)))],
  },
  {
    from: 'timestamp',
    to: 'date',
    canFail: never,
    lanes: (context, value) => [dayOf(context, i64Lane(value))],
  },
  {
    from: 'timestamp',
    to: 'timestamptz',
    canFail: never,
    lanes: (context, value) => [toInstant(context, i64Lane(value))],
  },
  {
    from: 'timestamptz',
    to: 'timestamp',
    canFail: never,
    lanes: (context, value) => [toLocal(context, value)],
  },
  {
    from: 'timestamptz',
    to: 'date',
    canFail: never,
    lanes: (context, value) => [dayOf(context, toLocal(context, value))],
  },
];
