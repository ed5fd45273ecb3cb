/**
 * DATEDIFF(unit, a, b): how many borders of the unit lie between a and b, as in SQL Server and Snowflake:
 * from 23:59 to 00:01 is one day. Weeks begin on Monday, centuries in the year 1; of a TIMESTAMPTZ the
 * session's wall clock counts.
 */
import { bigintType } from '../../../columns/sql-type.ts';
import { civilMonth, floorDivide, microsPerDay } from '../../../routines/calendar.ts';
import { i32, i64 } from '../../../wasm/instructions.ts';
import type { Expr } from '../../../wasm/types.ts';
import type { EmitContext, Value } from '../../emit-context.ts';
import { subtractChecked } from '../../interval/parts.ts';
import type { ScalarFunction } from '../../scalar-function.ts';
import { i32Lane } from '../../value.ts';
import { arg, strict } from '../overload.ts';
import { unitMicros } from './date-trunc.ts';
import { localMicros, momentOf } from './fields/moment.ts';
import { civilOf, yearOf } from './fields/moment-fields.ts';
import { checkUnit, type Field, fieldNamed, timeUnits, unitOf } from './fields/units.ts';

const yearsPer: Readonly<Partial<Record<Field, bigint>>> = { century: 100n, millennium: 1000n };

/** Emits: the number of the unit that the time lies in, counted from any origin. */
function unitNumber(context: EmitContext, unit: Field, value: Value): Expr<'i64'> {
  const { f } = context;
  const size = unitMicros[unit];
  if (size !== undefined && value.type.kind !== 'date') {
    return floorDivide(f, localMicros(context, value), size);
  }
  const { days } = momentOf(context, value);
  if (size !== undefined) return i64.mul(i64.extend_i32_s(i32Lane(value)), microsPerDay / size);
  if (unit === 'week') return floorDivide(f, i64.add(i64.extend_i32_s(days), 3n), 7n);
  const civil = civilOf(context, days);
  const year = yearOf(civil);
  switch (unit) {
    case 'month':
      return i64.add(i64.mul(year, 12n), i64.extend_i32_u(civilMonth(civil)));
    case 'quarter': {
      const quarter = i32.div_u(i32.sub(civilMonth(civil), 1), 3);
      return i64.add(i64.mul(year, 4n), i64.extend_i32_u(quarter));
    }
    case 'decade':
      return floorDivide(f, year, 10n);
    case 'year':
      return year;
    default:
      return floorDivide(f, i64.sub(year, 1n), yearsPer[unit] ?? 1n);
  }
}

export const dateDiffFunctions: readonly ScalarFunction[] = [
  {
    name: 'datediff',
    aliases: ['date_diff'],
    overloads: (['date', 'timestamp', 'timestamptz'] as const).map((kind) =>
      strict({
        params: ['varchar', kind, kind],
        result: (_, [unit]) => {
          checkUnit(unit, { functionName: 'datediff', typeName: kind, fields: timeUnits });
          return bigintType;
        },
        fallible: true,
        canFailWith: ([unit]) => fieldNamed(unit) === 'microsecond',
        lanes: (context, args) => {
          const unit = unitOf(context.module, arg(args, 0));
          const from = context.f.let('i64', 'from', unitNumber(context, unit, arg(args, 1)));
          return [subtractChecked(context, unitNumber(context, unit, arg(args, 2)), from)];
        },
      }),
    ),
  },
];
