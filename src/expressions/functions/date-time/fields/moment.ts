/** A date or time taken apart as a wall clock shows it: the day, and the microseconds of the day. */
import { floorDivide, microsPerDay } from '../../../../routines/calendar.ts';
import type { Local } from '../../../../wasm/function-builder.ts';
import { i32, i64 } from '../../../../wasm/instructions.ts';
import type { Expr } from '../../../../wasm/types.ts';
import type { EmitContext, Value } from '../../../emit-context.ts';
import { instantToLocal } from '../../../time-zone/zone-offset.ts';
import { i32Lane, i64Lane } from '../../../value.ts';

export interface Moment {
  readonly days: Expr<'i32'>;
  readonly microsOfDay: Expr<'i64'>;
}

/** Emits: the microseconds that the session's wall clock shows; a TIMESTAMP is one already. */
export function localMicros(context: EmitContext, value: Value): Local<'i64'> {
  const micros = i64Lane(value);
  const local =
    value.type.kind === 'timestamptz' ? instantToLocal(context, context.timeZone, micros) : micros;
  return context.f.let('i64', 'local', local);
}

/** Emits: day and time of a DATE, TIMESTAMP or TIMESTAMPTZ. */
export function momentOf(context: EmitContext, value: Value): Moment {
  if (value.type.kind === 'date') return { days: i32Lane(value), microsOfDay: i64.const(0n) };
  return momentOfMicros(context, localMicros(context, value));
}

export function momentOfMicros({ f }: EmitContext, micros: Local<'i64'>): Moment {
  const days = floorDivide(f, micros, microsPerDay);
  return {
    days: f.let('i32', 'days', i32.wrap_i64(days)),
    microsOfDay: f.let('i64', 'micros_of_day', i64.sub(micros, i64.mul(days, microsPerDay))),
  };
}
