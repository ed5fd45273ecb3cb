/** Seconds since 1970-01-01T00:00:00Z: TO_TIMESTAMP (FROM_UNIXTIME) and UNIX_TIMESTAMP. */
import { bigintType, timestamptzType } from '../../../columns/sql-type.ts';
import { floorDivide, microsPerSecond } from '../../../routines/calendar.ts';
import { f64, i32, i64 } from '../../../wasm/instructions.ts';
import type { Expr } from '../../../wasm/types.ts';
import type { EmitContext } from '../../emit-context.ts';
import { addChecked } from '../../interval/parts.ts';
import { checkTimestamp } from '../../interval/range.ts';
import type { ScalarFunction } from '../../scalar-function.ts';
import { f64Lane, i64Lane } from '../../value.ts';
import { arg, strict } from '../overload.ts';

/** PostgreSQL counts from 2000, and rounds the fraction after it has moved the origin. */
const origin2000Seconds = 946_684_800;

function fromSeconds(context: EmitContext, seconds: Expr<'f64'>): Expr<'i64'> {
  const { f } = context;
  const moved = f64.mul(f64.sub(seconds, origin2000Seconds), 1e6);
  const micros = f.let('f64', 'since_2000', f64.nearest(moved));
  const fits = i32.and(f64.ge(micros, -(2 ** 63)), f64.lt(micros, 2 ** 63));
  f.if(i32.eqz(fits), () => context.fail('numeric_out_of_range'));
  const origin = BigInt(origin2000Seconds) * microsPerSecond;
  return checkTimestamp(context, addChecked(context, i64.trunc_sat_f64_s(micros), i64.const(origin)));
}

export const unixTimeFunctions: readonly ScalarFunction[] = [
  {
    name: 'to_timestamp',
    aliases: ['from_unixtime'],
    overloads: [
      strict({
        params: ['double'],
        result: timestamptzType,
        fallible: true,
        lanes: (context, args) => [fromSeconds(context, f64Lane(arg(args, 0)))],
      }),
    ],
  },
  {
    name: 'unix_timestamp',
    overloads: [
      strict({
        params: ['timestamptz'],
        result: bigintType,
        lanes: ({ f }, args) => [floorDivide(f, i64Lane(arg(args, 0)), microsPerSecond)],
      }),
    ],
  },
];
