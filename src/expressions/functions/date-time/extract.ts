/**
 * EXTRACT, whose result is an exact DECIMAL, DATE_PART, whose result is a DOUBLE, and the short forms such as
 * YEAR(x), whose result is an INT.
 */
import {
  decimalType,
  doubleType,
  intType,
  type SqlType,
  type SqlTypeKind,
} from '../../../columns/sql-type.ts';
import { f64, i32, i64 } from '../../../wasm/instructions.ts';
import type { Expr } from '../../../wasm/types.ts';
import type { EmitContext, Value } from '../../emit-context.ts';
import { intervalOf } from '../../interval/parts.ts';
import type { ScalarFunction, ScalarOverload } from '../../scalar-function.ts';
import { offsetSecondsAt } from '../../time-zone/zone-offset.ts';
import { i32Lane, i64Lane } from '../../value.ts';
import { arg, strict } from '../overload.ts';
import { emitIntervalField, emitIntervalMicros, emitIntervalSeconds } from './fields/interval-fields.ts';
import { momentOf } from './fields/moment.ts';
import { emitMomentField } from './fields/moment-fields.ts';
import { checkUnit, type Field, timeUnits, unitOf } from './fields/units.ts';

type TimeKind = 'date' | 'timestamp' | 'timestamptz' | 'interval';

const timeOfDay: readonly Field[] = ['microsecond', 'millisecond', 'second', 'minute', 'hour'];
const calendarFields: readonly Field[] = ['isoyear', 'dow', 'isodow', 'doy', 'epoch'];
const zoneFields: readonly Field[] = ['timezone', 'timezone_hour', 'timezone_minute'];

const timestampFields: readonly Field[] = [...timeUnits, ...calendarFields];
const fieldsOf: Readonly<Record<TimeKind, readonly Field[]>> = {
  date: timestampFields.filter((field) => !timeOfDay.includes(field)),
  timestamp: timestampFields,
  timestamptz: [...timestampFields, ...zoneFields],
  interval: [...timeUnits, 'epoch'],
};

const epochTypes: Readonly<Record<TimeKind, SqlType>> = {
  date: decimalType(15, 0),
  timestamp: decimalType(19, 6),
  timestamptz: decimalType(19, 6),
  interval: decimalType(22, 6),
};

function extractedType(kind: TimeKind, field: Field | undefined): SqlType {
  if (field === 'second') return decimalType(8, 6);
  if (field === 'millisecond') return decimalType(8, 3);
  return field === 'epoch' ? epochTypes[kind] : decimalType(10, 0);
}

/** Emits: a field that is a whole number, or microseconds. */
function wholeField(context: EmitContext, field: Field, value: Value): Expr<'i64'> {
  if (value.type.kind === 'interval') return emitIntervalField(context, field, intervalOf(context, value));
  if (!zoneFields.includes(field)) return emitMomentField(context, field, momentOf(context, value));
  const offset = context.f.let('i32', 'offset', offsetSecondsAt(context, context.timeZone, i64Lane(value)));
  if (field === 'timezone') return i64.extend_i32_s(offset);
  return i64.extend_i32_s(
    field === 'timezone_hour' ? i32.div_s(offset, 3600) : i32.div_s(i32.rem_s(offset, 3600), 60),
  );
}

function emitExtract(context: EmitContext, field: Field, value: Value): readonly Expr[] {
  if (field !== 'epoch') return [wholeField(context, field, value)];
  switch (value.type.kind) {
    case 'date':
      return [i64.mul(i64.extend_i32_s(i32Lane(value)), 86_400n)];
    case 'interval': {
      const { lo, hi } = emitIntervalMicros(context, intervalOf(context, value));
      return [lo, hi];
    }
    default:
      return [i64Lane(value), i64.shr_s(i64Lane(value), 63n)];
  }
}

function emitDatePart(context: EmitContext, field: Field, value: Value): Expr<'f64'> {
  const { f } = context;
  if (field === 'epoch') {
    if (value.type.kind === 'interval') return emitIntervalSeconds(intervalOf(context, value));
    if (value.type.kind === 'date') return f64.mul(f64.convert_i32_s(i32Lane(value)), 86_400);
    return f64.div(f64.convert_i64_s(i64Lane(value)), 1e6);
  }
  const whole = f.let('i64', 'field', wholeField(context, field, value));
  if (field !== 'second' && field !== 'millisecond') return f64.convert_i64_s(whole);
  // Seconds and their fraction are added as doubles, because PostgreSQL's sum rounds twice too.
  const seconds = f64.convert_i64_s(i64.div_s(whole, 1_000_000n));
  const micros = f64.convert_i64_s(i64.rem_s(whole, 1_000_000n));
  return field === 'second'
    ? f64.add(seconds, f64.div(micros, 1e6))
    : f64.add(f64.mul(seconds, 1000), f64.div(micros, 1000));
}

const timeKinds: readonly TimeKind[] = ['date', 'timestamp', 'timestamptz', 'interval'];

const extract: ScalarFunction = {
  name: 'extract',
  overloads: timeKinds.map((kind) =>
    strict({
      params: ['varchar', kind],
      result: (_, [unit]) => {
        const rule = { functionName: 'extract', typeName: kind, fields: fieldsOf[kind] };
        return extractedType(kind, checkUnit(unit, rule));
      },
      lanes: (context, args) => emitExtract(context, unitOf(context.module, arg(args, 0)), arg(args, 1)),
    }),
  ),
};

/** A DATE has the fields of its midnight too, as in PostgreSQL. */
const datePart: ScalarFunction = {
  name: 'date_part',
  aliases: ['datepart'],
  overloads: timeKinds.map((kind) =>
    strict({
      params: ['varchar', kind],
      result: (_, [unit]) => {
        const fields = kind === 'date' ? timestampFields : fieldsOf[kind];
        checkUnit(unit, { functionName: 'date_part', typeName: kind, fields });
        return doubleType;
      },
      lanes: (context, args) => [emitDatePart(context, unitOf(context.module, arg(args, 0)), arg(args, 1))],
    }),
  ),
};

const shortFields: readonly Field[] = ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second'];

function shortForm(field: Field): ScalarFunction {
  const overload = (kind: SqlTypeKind): ScalarOverload =>
    strict({
      params: [kind],
      result: intType,
      lanes: (context, args) => {
        const whole = wholeField(context, field, arg(args, 0));
        return [i32.wrap_i64(field === 'second' ? i64.div_u(whole, 1_000_000n) : whole)];
      },
    });
  return { name: field, overloads: [overload('date'), overload('timestamp'), overload('timestamptz')] };
}

export const extractFunctions: readonly ScalarFunction[] = [extract, datePart, ...shortFields.map(shortForm)];
