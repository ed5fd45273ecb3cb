/**
 * AGE(a, b): the years, months, days and time from b to a as a calendar counts them. Days borrow from the
 * month of the earlier of the two. Two TIMESTAMPTZ are compared as the session's wall clock shows them.
 */
import { intervalType } from '../../../columns/sql-type.ts';
import { civilDay, civilMonth, civilYear, daysInMonth, microsPerDay } from '../../../routines/calendar.ts';
import type { Local } from '../../../wasm/function-builder.ts';
import { call, i64, select } from '../../../wasm/instructions.ts';
import type { Expr } from '../../../wasm/types.ts';
import type { EmitContext, Value } from '../../emit-context.ts';
import { lanesOfParts } from '../../interval/parts.ts';
import type { ScalarFunction } from '../../scalar-function.ts';
import { i64Lane } from '../../value.ts';
import { arg, strict } from '../overload.ts';
import { momentOf } from './fields/moment.ts';
import { civilOf, yearOf } from './fields/moment-fields.ts';

interface Fields {
  readonly months: Local<'i64'>;
  readonly day: Local<'i64'>;
  readonly micros: Expr<'i64'>;
  readonly monthDays: Expr<'i64'>;
}

function fieldsOf(context: EmitContext, value: Value): Fields {
  const { module, f } = context;
  const { days, microsOfDay } = momentOf(context, value);
  const civil = civilOf(context, days);
  const monthDays = call(daysInMonth(module), civilYear(civil), civilMonth(civil)) as Expr<'i32'>;
  const months = i64.add(i64.mul(yearOf(civil), 12n), i64.extend_i32_u(civilMonth(civil)));
  return {
    months: f.let('i64', 'months', months),
    day: f.let('i64', 'day', i64.extend_i32_u(civilDay(civil))),
    micros: microsOfDay,
    monthDays: f.let('i64', 'month_days', i64.extend_i32_u(monthDays)),
  };
}

function emitAge(context: EmitContext, left: Value, right: Value): readonly Expr[] {
  const { f } = context;
  const [a, b] = [fieldsOf(context, left), fieldsOf(context, right)];
  const isNegative = f.let('i32', 'is_negative', i64.lt_s(i64Lane(left), i64Lane(right)));
  const sign = f.let('i64', 'sign', select('i64', isNegative, -1n, 1n));
  const distance = (name: string, x: Expr<'i64'>, y: Expr<'i64'>): Local<'i64'> =>
    f.let('i64', name, i64.mul(sign, i64.sub(x, y)));
  const months = distance('months', a.months, b.months);
  const days = distance('days', a.day, b.day);
  const micros = distance('micros', a.micros, b.micros);
  f.if(i64.lt_s(micros, 0n), () => {
    f.set(micros, i64.add(micros, microsPerDay));
    f.set(days, i64.sub(days, 1n));
  });
  const monthDays = f.let('i64', 'borrowed', select('i64', isNegative, a.monthDays, b.monthDays));
  f.while(
    'borrow',
    () => i64.lt_s(days, 0n),
    () => {
      f.set(days, i64.add(days, monthDays));
      f.set(months, i64.sub(months, 1n));
    },
  );
  return lanesOfParts(context, {
    months: i64.mul(sign, months),
    days: i64.mul(sign, days),
    micros: i64.mul(sign, micros),
  });
}

export const ageFunctions: readonly ScalarFunction[] = [
  {
    name: 'age',
    overloads: (['timestamp', 'timestamptz'] as const).map((kind) =>
      strict({
        params: [kind, kind],
        result: intervalType,
        lanes: (context, args) => emitAge(context, arg(args, 0), arg(args, 1)),
      }),
    ),
  },
];
