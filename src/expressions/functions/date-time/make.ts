/**
 * MAKE_DATE, MAKE_TIMESTAMP, MAKE_TIMESTAMPTZ and MAKE_INTERVAL: values from their parts. A negative year is
 * BC; a part out of its range is an error.
 */
import {
  dateType,
  intervalType,
  type SqlTypeKind,
  timestampType,
  timestamptzType,
} from '../../../columns/sql-type.ts';
import { daysFromCivil, daysInMonth, microsPerHour, microsPerMinute } from '../../../routines/calendar.ts';
import type { Local } from '../../../wasm/function-builder.ts';
import { call, f64, i32, i64 } from '../../../wasm/instructions.ts';
import type { Expr } from '../../../wasm/types.ts';
import { midnightOf } from '../../casts/date-casts.ts';
import type { EmitContext, Value } from '../../emit-context.ts';
import { addChecked, lanesOfParts } from '../../interval/parts.ts';
import { checkDate, checkTimestamp } from '../../interval/range.ts';
import type { ScalarFunction } from '../../scalar-function.ts';
import { localToInstant } from '../../time-zone/zone-offset.ts';
import { f64Lane, i32Lane } from '../../value.ts';
import { arg, strict } from '../overload.ts';
import { checkZone, zoneOf } from './zones.ts';

const yearMax = 5_874_898;

/** Emits: the day of a year (not 0), month and day. */
function emitDay(context: EmitContext, args: readonly Value[]): Local<'i32'> {
  const { module, f } = context;
  const [given, month, day] = [i32Lane(arg(args, 0)), i32Lane(arg(args, 1)), i32Lane(arg(args, 2))];
  const isNoYear = i32.or(i32.eqz(given), i32.gt_u(i32.add(given, yearMax), 2 * yearMax));
  const isNoMonth = i32.gt_u(i32.sub(month, 1), 11);
  f.if(i32.or(isNoYear, isNoMonth), () => context.fail('no_such_date'));
  const year = f.let('i32', 'year', i32.add(given, i32.lt_s(given, 0)));
  const last = call(daysInMonth(module), year, month) as Expr<'i32'>;
  f.if(i32.ge_u(i32.sub(day, 1), last), () => context.fail('no_such_date'));
  const days = f.let('i32', 'days', call(daysFromCivil(module), year, month, day) as Expr<'i32'>);
  checkDate(context, i64.extend_i32_s(days));
  return days;
}

/** Emits: the microseconds of the day; 24:00:00 and a second of 60 are allowed, as in PostgreSQL. */
function emitTime(context: EmitContext, args: readonly Value[]): Expr<'i64'> {
  const { f } = context;
  const [hour, minute, second] = [i32Lane(arg(args, 3)), i32Lane(arg(args, 4)), f64Lane(arg(args, 5))];
  const isNoSecond = i32.eqz(i32.and(f64.ge(second, 0), f64.le(second, 60)));
  const isNoTime = i32.or(i32.gt_u(hour, 24), i32.or(i32.gt_u(minute, 59), isNoSecond));
  const isPastMidnight = i32.and(i32.eq(hour, 24), i32.or(i32.ne(minute, 0), f64.gt(second, 0)));
  f.if(i32.or(isNoTime, isPastMidnight), () => context.fail('no_such_time'));
  const clock = i64.add(
    i64.mul(i64.extend_i32_u(hour), microsPerHour),
    i64.mul(i64.extend_i32_u(minute), microsPerMinute),
  );
  return i64.add(clock, i64.trunc_sat_f64_s(f64.nearest(f64.mul(second, 1e6))));
}

function emitTimestamp(context: EmitContext, args: readonly Value[]): Local<'i64'> {
  const midnight = midnightOf(context, emitDay(context, args));
  const micros = addChecked(context, midnight, emitTime(context, args));
  return context.f.let('i64', 'micros', checkTimestamp(context, context.f.let('i64', 'made', micros)));
}

const timestampParams: readonly SqlTypeKind[] = ['int', 'int', 'int', 'int', 'int', 'double'];

const makeTimestamptz: ScalarFunction = {
  name: 'make_timestamptz',
  overloads: [
    strict({
      params: timestampParams,
      result: timestamptzType,
      fallible: true,
      lanes: (context, args) => [localToInstant(context, context.timeZone, emitTimestamp(context, args))],
    }),
    strict({
      params: [...timestampParams, 'varchar'],
      result: (_, expressions) => {
        checkZone(expressions[6]);
        return timestamptzType;
      },
      fallible: true,
      lanes: (context, args) => [
        localToInstant(context, zoneOf(context.module, arg(args, 6)), emitTimestamp(context, args)),
      ],
    }),
  ],
};

const intervalParams: readonly SqlTypeKind[] = ['int', 'int', 'int', 'int', 'int', 'int', 'double'];

/** Years, months, weeks, days, hours, minutes and seconds; those left out are 0. */
function emitInterval(context: EmitContext, args: readonly Value[]): readonly Expr[] {
  const { f } = context;
  const part = (index: number): Expr<'i64'> => {
    const value = args[index];
    return value === undefined ? i64.const(0n) : i64.extend_i32_s(i32Lane(value));
  };
  const scaled = f.let('f64', 'scaled', args[6] ? f64.mul(f64Lane(args[6]), 1e6) : f64.const(0));
  const seconds = f.let('f64', 'seconds', f64.nearest(scaled));
  const fits = i32.and(f64.ge(seconds, -(2 ** 63)), f64.lt(seconds, 2 ** 63));
  f.if(i32.eqz(fits), () => context.fail('numeric_out_of_range'));
  const clock = i64.add(i64.mul(part(4), microsPerHour), i64.mul(part(5), microsPerMinute));
  return lanesOfParts(context, {
    months: i64.add(i64.mul(part(0), 12n), part(1)),
    days: i64.add(i64.mul(part(2), 7n), part(3)),
    micros: addChecked(context, clock, i64.trunc_sat_f64_s(seconds)),
  });
}

export const makeFunctions: readonly ScalarFunction[] = [
  {
    name: 'make_date',
    overloads: [
      strict({
        params: ['int', 'int', 'int'],
        result: dateType,
        fallible: true,
        lanes: (context, args) => [emitDay(context, args)],
      }),
    ],
  },
  {
    name: 'make_timestamp',
    overloads: [
      strict({
        params: timestampParams,
        result: timestampType,
        fallible: true,
        lanes: (context, args) => [emitTimestamp(context, args)],
      }),
    ],
  },
  makeTimestamptz,
  {
    name: 'make_interval',
    overloads: [0, 1, 2, 3, 4, 5, 6, 7].map((count) =>
      strict({
        params: intervalParams.slice(0, count),
        result: intervalType,
        fallible: true,
        lanes: emitInterval,
      }),
    ),
  },
];
