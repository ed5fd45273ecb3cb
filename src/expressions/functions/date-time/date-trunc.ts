/**
 * DATE_TRUNC: a time cut to whole units; days and longer units of a TIMESTAMPTZ begin where the wall clock of
 * the session's zone, or of the one given, says. An interval's parts are cut towards zero.
 */
import { intervalType, timestampType, timestamptzType } from '../../../columns/sql-type.ts';
import {
  civilMonth,
  daysFromCivil,
  floorDivide,
  microsPerDay,
  microsPerHour,
  microsPerMinute,
  microsPerSecond,
} from '../../../routines/calendar.ts';
import type { Local } from '../../../wasm/function-builder.ts';
import { call, i32, i64 } from '../../../wasm/instructions.ts';
import type { Expr } from '../../../wasm/types.ts';
import type { EmitContext, Value } from '../../emit-context.ts';
import { type IntervalParts, intervalOf, lanesOfParts } from '../../interval/parts.ts';
import { checkTimestamp } from '../../interval/range.ts';
import type { ScalarFunction } from '../../scalar-function.ts';
import { instantToLocal, localToInstant } from '../../time-zone/zone-offset.ts';
import { i64Lane } from '../../value.ts';
import { arg, strict } from '../overload.ts';
import { civilOf, mondayDistance, yearOf } from './fields/moment-fields.ts';
import { checkUnit, type Field, timeUnits, unitOf } from './fields/units.ts';
import { checkZone, zoneOf } from './zones.ts';

/** Units of a fixed length. */
export const unitMicros: Readonly<Partial<Record<Field, bigint>>> = {
  microsecond: 1n,
  millisecond: 1000n,
  second: microsPerSecond,
  minute: microsPerMinute,
  hour: microsPerHour,
  day: microsPerDay,
};

const belowDay: readonly Field[] = ['microsecond', 'millisecond', 'second', 'minute', 'hour'];

/** Emits: the start of the unit that a wall clock time lies in. */
function truncated(context: EmitContext, unit: Field, micros: Local<'i64'>): Expr<'i64'> {
  const { module, f } = context;
  const size = unitMicros[unit];
  if (size !== undefined) return i64.mul(floorDivide(f, micros, size), size);
  const days = f.let('i32', 'days', i32.wrap_i64(floorDivide(f, micros, microsPerDay)));
  if (unit === 'week') {
    return i64.mul(i64.sub(i64.extend_i32_s(days), mondayDistance(context, days)), microsPerDay);
  }
  const civil = civilOf(context, days);
  const year = i32.wrap_i64(firstYear(context, unit, yearOf(civil)));
  const month = civilMonth(civil);
  const quarterStart = i32.add(i32.mul(i32.div_u(i32.sub(month, 1), 3), 3), 1);
  const firstMonth = unit === 'month' ? month : unit === 'quarter' ? quarterStart : 1;
  const first = call(daysFromCivil(module), year, firstMonth, 1) as Expr<'i32'>;
  return i64.mul(i64.extend_i32_s(first), microsPerDay);
}

/** Emits: the astronomical year that the unit begins with. */
function firstYear({ f }: EmitContext, unit: Field, year: Expr<'i64'>): Expr<'i64'> {
  if (unit === 'decade') return i64.mul(floorDivide(f, year, 10n), 10n);
  if (unit !== 'century' && unit !== 'millennium') return year;
  const years = unit === 'century' ? 100n : 1000n;
  return i64.add(i64.mul(floorDivide(f, i64.sub(year, 1n), years), years), 1n);
}

function truncateInstant(context: EmitContext, unit: Field, value: Value, timeZone: string): Expr<'i64'> {
  const { f } = context;
  const instant = i64Lane(value);
  const local = f.let('i64', 'local', instantToLocal(context, timeZone, instant));
  const start = f.let('i64', 'start', truncated(context, unit, local));
  // Below a day the offset stays, so that the hour that comes twice is cut to itself.
  if (belowDay.includes(unit)) return i64.sub(start, i64.sub(local, instant));
  return localToInstant(context, timeZone, start);
}

const yearsOf: Readonly<Partial<Record<Field, bigint>>> = {
  year: 1n,
  decade: 10n,
  century: 100n,
  millennium: 1000n,
};

function truncateInterval(context: EmitContext, unit: Field, parts: IntervalParts): readonly Expr[] {
  const cut = (value: Expr<'i64'>, size: bigint): Expr<'i64'> => i64.mul(i64.div_s(value, size), size);
  const months = i64.extend_i32_s(parts.months);
  const days = i64.extend_i32_s(parts.days);
  const none = i64.const(0n);
  if (belowDay.includes(unit)) {
    return lanesOfParts(context, { months, days, micros: cut(parts.micros, unitMicros[unit] ?? 1n) });
  }
  if (unit === 'day') return lanesOfParts(context, { months, days, micros: none });
  const monthsKept = unit === 'month' ? 1n : unit === 'quarter' ? 3n : 12n * (yearsOf[unit] ?? 1n);
  return lanesOfParts(context, { months: cut(months, monthsKept), days: none, micros: none });
}

const rule = (typeName: string) => ({ functionName: 'date_trunc', typeName, fields: timeUnits }) as const;

const dateTrunc: ScalarFunction = {
  name: 'date_trunc',
  aliases: ['datetrunc'],
  overloads: [
    strict({
      params: ['varchar', 'timestamp'],
      result: (_, [unit]) => {
        checkUnit(unit, rule('timestamp'));
        return timestampType;
      },
      fallible: true,
      lanes: (context, args) => {
        const micros = context.f.let('i64', 'micros', i64Lane(arg(args, 1)));
        const unit = unitOf(context.module, arg(args, 0));
        return [checkTimestamp(context, context.f.let('i64', 'start', truncated(context, unit, micros)))];
      },
    }),
    strict({
      params: ['varchar', 'timestamptz'],
      result: (_, [unit]) => {
        checkUnit(unit, rule('timestamptz'));
        return timestamptzType;
      },
      fallible: true,
      lanes: (context, args) => {
        const unit = unitOf(context.module, arg(args, 0));
        const start = truncateInstant(context, unit, arg(args, 1), context.timeZone);
        return [checkTimestamp(context, context.f.let('i64', 'start', start))];
      },
    }),
    strict({
      params: ['varchar', 'timestamptz', 'varchar'],
      result: (_, [unit, , zone]) => {
        checkUnit(unit, rule('timestamptz'));
        checkZone(zone);
        return timestamptzType;
      },
      fallible: true,
      lanes: (context, args) => {
        const unit = unitOf(context.module, arg(args, 0));
        const start = truncateInstant(context, unit, arg(args, 1), zoneOf(context.module, arg(args, 2)));
        return [checkTimestamp(context, context.f.let('i64', 'start', start))];
      },
    }),
    strict({
      params: ['varchar', 'interval'],
      result: (_, [unit]) => {
        const fields = timeUnits.filter((field) => field !== 'week');
        checkUnit(unit, { ...rule('interval'), fields });
        return intervalType;
      },
      lanes: (context, args) =>
        truncateInterval(context, unitOf(context.module, arg(args, 0)), intervalOf(context, arg(args, 1))),
    }),
  ],
};

export const dateTruncFunctions: readonly ScalarFunction[] = [dateTrunc];
