/**
 * The arithmetic operators beyond numbers: dates, timestamps and intervals added, subtracted and scaled, as
 * PostgreSQL's. Months are added first and keep within the month, then days, then microseconds; on a
 * TIMESTAMPTZ months and days move the wall clock of the session's time zone.
 */
import {
  dateType,
  intervalType,
  intType,
  type SqlTypeKind,
  timestampType,
  timestamptzType,
} from '../../columns/sql-type.ts';
import { microsPerDay } from '../../routines/calendar.ts';
import { f64, i32, i64 } from '../../wasm/instructions.ts';
import type { Expr } from '../../wasm/types.ts';
import { midnightOf } from '../casts/date-casts.ts';
import type { EmitContext, FailingContext, Value } from '../emit-context.ts';
import { divideDouble } from '../functions/double-checks.ts';
import { arg, strict } from '../functions/overload.ts';
import type { ScalarOverload } from '../scalar-function.ts';
import { instantToLocal, localToInstant } from '../time-zone/zone-offset.ts';
import { f64Lane, i32Lane, i64Lane } from '../value.ts';
import { addCalendar } from './calendar-steps.ts';
import {
  addChecked,
  type IntervalParts,
  intervalOf,
  lanesOfParts,
  negateParts,
  subtractChecked,
} from './parts.ts';
import { checkDate, checkTimestamp } from './range.ts';
import { scaleInterval } from './scale.ts';

/** Emits: a date some days away. */
function moveDate(context: EmitContext, date: Value, days: Value, operation: 'add' | 'sub'): readonly Expr[] {
  const { f } = context;
  const moved = f.let(
    'i64',
    'moved',
    i64[operation](i64.extend_i32_s(i32Lane(date)), i64.extend_i32_s(i32Lane(days))),
  );
  checkDate(context, moved);
  return [i32.wrap_i64(moved)];
}

/** Emits: a wall clock time an interval away. */
function moveLocal(context: EmitContext, micros: Expr<'i64'>, by: IntervalParts): Expr<'i64'> {
  return checkTimestamp(context, addChecked(context, addCalendar(context, micros, by), by.micros));
}

/** Emits: an instant an interval away. */
function moveInstant(context: EmitContext, micros: Expr<'i64'>, by: IntervalParts): Expr<'i64'> {
  const { f, timeZone } = context;
  const local = f.let('i64', 'local', instantToLocal(context, timeZone, micros));
  const stepped = f.let('i64', 'stepped', addCalendar(context, local, by));
  // Without months and days the wall clock is not asked: an hour is an hour across a change of the offset.
  const instant = f.choose(
    'i64',
    i32.or(by.months, by.days),
    () => localToInstant(context, timeZone, stepped),
    () => micros,
  );
  return checkTimestamp(context, addChecked(context, instant, by.micros));
}

type Move = (context: EmitContext, start: Value, by: IntervalParts) => Expr<'i64'>;

interface Movable {
  readonly kind: SqlTypeKind;
  readonly result: typeof timestampType;
  readonly move: Move;
}

const movables: readonly Movable[] = [
  {
    kind: 'timestamp',
    result: timestampType,
    move: (context, start, by) => moveLocal(context, i64Lane(start), by),
  },
  {
    kind: 'timestamptz',
    result: timestamptzType,
    move: (context, start, by) => moveInstant(context, i64Lane(start), by),
  },
  {
    kind: 'date',
    result: timestampType,
    move: (context, start, by) =>
      moveLocal(context, context.f.let('i64', 'midnight', midnightOf(context, i32Lane(start))), by),
  },
];

const additions: readonly ScalarOverload[] = [
  strict({
    params: ['date', 'int'],
    result: dateType,
    fallible: true,
    lanes: (context, args) => moveDate(context, arg(args, 0), arg(args, 1), 'add'),
  }),
  strict({
    params: ['int', 'date'],
    result: dateType,
    fallible: true,
    lanes: (context, args) => moveDate(context, arg(args, 1), arg(args, 0), 'add'),
  }),
  ...movables.flatMap(({ kind, result, move }) => [
    strict({
      params: [kind, 'interval'],
      result,
      fallible: true,
      lanes: (context, args) => [move(context, arg(args, 0), intervalOf(context, arg(args, 1)))],
    }),
    strict({
      params: ['interval', kind],
      result,
      fallible: true,
      lanes: (context, args) => [move(context, arg(args, 1), intervalOf(context, arg(args, 0)))],
    }),
  ]),
  strict({
    params: ['interval', 'interval'],
    result: intervalType,
    fallible: true,
    lanes: (context, args) => combine(context, args, 'add'),
  }),
];

const subtractions: readonly ScalarOverload[] = [
  strict({
    params: ['date', 'int'],
    result: dateType,
    fallible: true,
    lanes: (context, args) => moveDate(context, arg(args, 0), arg(args, 1), 'sub'),
  }),
  strict({
    params: ['date', 'date'],
    result: intType,
    lanes: (_, args) => [i32.sub(i32Lane(arg(args, 0)), i32Lane(arg(args, 1)))],
  }),
  ...movables.map(({ kind, result, move }) =>
    strict({
      params: [kind, 'interval'],
      result,
      fallible: true,
      lanes: (context, args) => [
        move(context, arg(args, 0), negateParts(context, intervalOf(context, arg(args, 1)))),
      ],
    }),
  ),
  ...(['timestamp', 'timestamptz'] as const).map((kind) =>
    strict({
      params: [kind, kind],
      result: intervalType,
      fallible: true,
      lanes: (context, args) => difference(context, i64Lane(arg(args, 0)), i64Lane(arg(args, 1))),
    }),
  ),
  strict({
    params: ['interval', 'interval'],
    result: intervalType,
    fallible: true,
    lanes: (context, args) => combine(context, args, 'sub'),
  }),
];

/** Emits: the time between two timestamps in whole days and the rest, both of the difference's sign. */
function difference(context: EmitContext, left: Expr<'i64'>, right: Expr<'i64'>): readonly Expr[] {
  const micros = subtractChecked(context, left, right);
  const days = context.f.let('i64', 'days', i64.div_s(micros, microsPerDay));
  return [i64.rem_s(micros, microsPerDay), i64.shl(days, 32n)];
}

/** Emits: intervals added or subtracted part by part. */
function combine(context: EmitContext, args: readonly Value[], operation: 'add' | 'sub'): readonly Expr[] {
  const left = intervalOf(context, arg(args, 0));
  const right = intervalOf(context, arg(args, 1));
  const parts = operation === 'add' ? right : negateParts(context, right);
  return lanesOfParts(context, {
    months: i64.add(i64.extend_i32_s(left.months), i64.extend_i32_s(parts.months)),
    days: i64.add(i64.extend_i32_s(left.days), i64.extend_i32_s(parts.days)),
    micros: addChecked(context, left.micros, parts.micros),
  });
}

const negations: readonly ScalarOverload[] = [
  strict({
    params: ['interval'],
    result: intervalType,
    fallible: true,
    lanes: (context, args) => {
      const { months, days, micros } = negateParts(context, intervalOf(context, arg(args, 0)));
      return lanesOfParts(context, {
        months: i64.extend_i32_s(months),
        days: i64.extend_i32_s(days),
        micros,
      });
    },
  }),
];

const multiplications: readonly ScalarOverload[] = [
  strict({
    params: ['interval', 'double'],
    result: intervalType,
    fallible: true,
    lanes: (context, args) => scaleInterval(context, arg(args, 0), f64Lane(arg(args, 1)), multiply),
  }),
  strict({
    params: ['double', 'interval'],
    result: intervalType,
    fallible: true,
    lanes: (context, args) => scaleInterval(context, arg(args, 1), f64Lane(arg(args, 0)), multiply),
  }),
];

const divisions: readonly ScalarOverload[] = [
  strict({
    params: ['interval', 'double'],
    result: intervalType,
    fallible: true,
    lanes: (context, args) => scaleInterval(context, arg(args, 0), f64Lane(arg(args, 1)), divideDouble),
  }),
];

const multiply = (_: FailingContext, part: Expr<'f64'>, factor: Expr<'f64'>): Expr<'f64'> =>
  f64.mul(part, factor);

/** The overloads that the arithmetic operators have beyond numbers, by the operator's name. */
export const dateArithmetic: ReadonlyMap<string, readonly ScalarOverload[]> = new Map([
  ['add', additions],
  ['subtract', subtractions],
  ['multiply', multiplications],
  ['divide', divisions],
  ['negate', negations],
]);
