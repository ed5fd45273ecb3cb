/**
 * `x AT TIME ZONE zone`, as the function TIMEZONE(zone, x): the instant at which the zone's wall clock shows
 * a TIMESTAMP, and the wall clock at a TIMESTAMPTZ. The zone is a constant name, or an INTERVAL beyond UTC.
 */
import { timestampType, timestamptzType } from '../../../columns/sql-type.ts';
import { microsPerSecond } from '../../../routines/calendar.ts';
import type { Local } from '../../../wasm/function-builder.ts';
import { i32, i64 } from '../../../wasm/instructions.ts';
import type { EmitContext, Value } from '../../emit-context.ts';
import { addChecked, intervalOf, subtractChecked } from '../../interval/parts.ts';
import { checkTimestamp } from '../../interval/range.ts';
import type { ScalarFunction } from '../../scalar-function.ts';
import { instantToLocal, localToInstant } from '../../time-zone/zone-offset.ts';
import { i64Lane } from '../../value.ts';
import { arg, strict } from '../overload.ts';
import { checkZone, zoneOf } from './zones.ts';

/** Emits: the offset in whole seconds' microseconds; months and days have no fixed length. */
function offsetOf(context: EmitContext, value: Value): Local<'i64'> {
  const { f } = context;
  const { months, days, micros } = intervalOf(context, value);
  f.if(i32.or(months, days), () => context.fail('zone_of_days'));
  return f.let('i64', 'offset', i64.sub(micros, i64.rem_s(micros, microsPerSecond)));
}

export const timeZoneFunctions: readonly ScalarFunction[] = [
  {
    name: 'timezone',
    overloads: [
      strict({
        params: ['varchar', 'timestamp'],
        result: (_, [zone]) => {
          checkZone(zone);
          return timestamptzType;
        },
        fallible: true,
        lanes: (context, args) => {
          const zone = zoneOf(context.module, arg(args, 0));
          const instant = localToInstant(context, zone, i64Lane(arg(args, 1)));
          return [checkTimestamp(context, context.f.let('i64', 'instant', instant))];
        },
      }),
      strict({
        params: ['varchar', 'timestamptz'],
        result: (_, [zone]) => {
          checkZone(zone);
          return timestampType;
        },
        fallible: true,
        lanes: (context, args) => {
          const zone = zoneOf(context.module, arg(args, 0));
          const local = instantToLocal(context, zone, i64Lane(arg(args, 1)));
          return [checkTimestamp(context, context.f.let('i64', 'local', local))];
        },
      }),
      strict({
        params: ['interval', 'timestamp'],
        result: timestamptzType,
        fallible: true,
        lanes: (context, args) => {
          const offset = offsetOf(context, arg(args, 0));
          return [checkTimestamp(context, subtractChecked(context, i64Lane(arg(args, 1)), offset))];
        },
      }),
      strict({
        params: ['interval', 'timestamptz'],
        result: timestampType,
        fallible: true,
        lanes: (context, args) => {
          const offset = offsetOf(context, arg(args, 0));
          return [checkTimestamp(context, addChecked(context, i64Lane(arg(args, 1)), offset))];
        },
      }),
    ],
  },
];
