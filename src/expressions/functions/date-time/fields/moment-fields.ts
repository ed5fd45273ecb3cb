/**
 * The fields of a date or time as whole numbers. Seconds and milliseconds come as the microseconds of the
 * minute, which is the same number at the scale of the result. Years before 1 count as PostgreSQL's do:
 * -1 is 1 BC, and the first century begins with the year 1.
 */
import {
  civilDay,
  civilFromDays,
  civilMonth,
  civilYear,
  daysFromCivil,
  floorDivide,
  microsPerHour,
  microsPerMinute,
} from '../../../../routines/calendar.ts';
import type { Local } from '../../../../wasm/function-builder.ts';
import { call, i32, i64, select } from '../../../../wasm/instructions.ts';
import type { Expr } from '../../../../wasm/types.ts';
import type { EmitContext } from '../../../emit-context.ts';
import type { Moment } from './moment.ts';
import type { Field } from './units.ts';

/** Emits: the field, one that depends on the wall clock alone. */
export function emitMomentField(context: EmitContext, field: Field, moment: Moment): Expr<'i64'> {
  const { microsOfDay } = moment;
  switch (field) {
    case 'microsecond':
    case 'millisecond':
    case 'second':
      return i64.rem_u(microsOfDay, microsPerMinute);
    case 'minute':
      return i64.rem_u(i64.div_u(microsOfDay, microsPerMinute), 60n);
    case 'hour':
      return i64.div_u(microsOfDay, microsPerHour);
    default:
      return emitDateField(context, field, moment.days);
  }
}

function emitDateField(context: EmitContext, field: Field, days: Expr<'i32'>): Expr<'i64'> {
  switch (field) {
    case 'dow':
      // 1970-01-01 was a Thursday.
      return remainderOf(context, i64.add(i64.extend_i32_s(days), 4n), 7n);
    case 'isodow':
      return i64.add(mondayDistance(context, days), 1n);
    case 'doy':
      return dayOfYear(context, days, civilOf(context, days));
    case 'week': {
      const thursday = thursdayOf(context, days);
      const day = dayOfYear(context, thursday, civilOf(context, thursday));
      return i64.add(i64.div_u(i64.sub(day, 1n), 7n), 1n);
    }
    case 'isoyear':
      return withoutZero(context, yearOf(civilOf(context, thursdayOf(context, days))));
    default:
      return emitCivilField(context, field, civilOf(context, days));
  }
}

function emitCivilField(context: EmitContext, field: Field, civil: Expr<'i64'>): Expr<'i64'> {
  const { f } = context;
  const year = yearOf(civil);
  switch (field) {
    case 'day':
      return i64.extend_i32_u(civilDay(civil));
    case 'month':
      return i64.extend_i32_u(civilMonth(civil));
    case 'quarter':
      return i64.extend_i32_u(i32.div_u(i32.add(civilMonth(civil), 2), 3));
    case 'year':
      return withoutZero(context, year);
    case 'decade':
      return floorDivide(f, year, 10n);
    case 'century':
    case 'millennium': {
      const index = floorDivide(f, i64.sub(year, 1n), field === 'century' ? 100n : 1000n);
      return i64.add(index, i64.extend_i32_u(i64.ge_s(index, 0n)));
    }
    default:
      throw new Error(`assertion failed: ${field} is no field of a date`);
  }
}

export function civilOf({ module, f }: EmitContext, days: Expr<'i32'>): Local<'i64'> {
  return f.let('i64', 'civil', call(civilFromDays(module), days) as Expr<'i64'>);
}

/** The astronomical year, in which 1 BC is 0. */
export function yearOf(civil: Expr<'i64'>): Expr<'i64'> {
  return i64.extend_i32_s(civilYear(civil));
}

function withoutZero({ f }: EmitContext, year: Expr<'i64'>): Expr<'i64'> {
  const named = f.let('i64', 'year', year);
  return i64.sub(named, i64.extend_i32_u(i64.le_s(named, 0n)));
}

function dayOfYear({ module }: EmitContext, days: Expr<'i32'>, civil: Expr<'i64'>): Expr<'i64'> {
  const first = call(daysFromCivil(module), civilYear(civil), 1, 1) as Expr<'i32'>;
  return i64.extend_i32_s(i32.add(i32.sub(days, first), 1));
}

/** Emits: days since the week's Monday, 0 to 6. */
export function mondayDistance(context: EmitContext, days: Expr<'i32'>): Local<'i64'> {
  return remainderOf(context, i64.add(i64.extend_i32_s(days), 3n), 7n);
}

/** Emits: the Thursday of the week, which lies in the year that the week belongs to. */
function thursdayOf(context: EmitContext, days: Expr<'i32'>): Local<'i32'> {
  const distance = i32.wrap_i64(mondayDistance(context, days));
  return context.f.let('i32', 'thursday', i32.add(i32.sub(days, distance), 3));
}

/** Emits: the remainder of a division rounded down. */
function remainderOf({ f }: EmitContext, dividend: Expr<'i64'>, divisor: bigint): Local<'i64'> {
  const rest = f.let('i64', 'rest', i64.rem_s(dividend, divisor));
  f.set(rest, i64.add(rest, select('i64', i64.lt_s(rest, 0n), divisor, 0n)));
  return rest;
}
