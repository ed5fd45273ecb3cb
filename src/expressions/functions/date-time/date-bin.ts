/**
 * DATE_BIN(stride, time, origin): the start of the stride that the time lies in, strides counted from the
 * origin.
 */
import { intervalType, timestampType, timestamptzType } from '../../../columns/sql-type.ts';
import { microsPerDay } from '../../../routines/calendar.ts';
import type { Local } from '../../../wasm/function-builder.ts';
import { i32, i64 } from '../../../wasm/instructions.ts';
import type { Expr } from '../../../wasm/types.ts';
import type { EmitContext, Value } from '../../emit-context.ts';
import { addChecked, intervalOf, subtractChecked } from '../../interval/parts.ts';
import { checkTimestamp } from '../../interval/range.ts';
import type { ScalarFunction } from '../../scalar-function.ts';
import { i64Lane } from '../../value.ts';
import { arg, strict } from '../overload.ts';

const strideDaysMax = 106_751_991;

/** Emits: the stride in microseconds, at least one; months have no fixed length. */
function strideOf(context: EmitContext, value: Value): Local<'i64'> {
  const { f } = context;
  const { months, days, micros } = intervalOf(context, value);
  const isTooLong = i32.gt_u(i32.add(days, strideDaysMax), 2 * strideDaysMax);
  f.if(months, () => context.fail('bin_of_months'));
  f.if(isTooLong, () => context.fail('numeric_out_of_range'));
  const ofDays = i64.mul(i64.extend_i32_s(days), microsPerDay);
  const stride = f.let('i64', 'stride', addChecked(context, ofDays, micros));
  f.if(i64.le_s(stride, 0n), () => context.fail('stride_not_positive'));
  return stride;
}

function emitDateBin(context: EmitContext, args: readonly Value[]): Expr<'i64'> {
  const { f } = context;
  const stride = strideOf(context, arg(args, 0));
  const origin = i64Lane(arg(args, 2));
  const distance = f.let('i64', 'distance', subtractChecked(context, i64Lane(arg(args, 1)), origin));
  const rest = f.let('i64', 'rest', i64.rem_s(distance, stride));
  const start = f.let('i64', 'start', addChecked(context, origin, i64.sub(distance, rest)));
  // A rest below zero was cut towards the origin: the stride begins one earlier.
  f.if(i64.lt_s(rest, 0n), () => f.set(start, subtractChecked(context, start, stride)));
  return checkTimestamp(context, start);
}

export const dateBinFunctions: readonly ScalarFunction[] = [
  {
    name: 'date_bin',
    overloads: [timestampType, timestamptzType].map((type) =>
      strict({
        params: [intervalType.kind, type.kind, type.kind],
        result: type,
        fallible: true,
        lanes: (context, args) => [emitDateBin(context, args)],
      }),
    ),
  },
];
