/**
 * The length of an interval in microseconds, in which equal intervals are the same number: what groups by
 * intervals groups by this.
 */
import { decimalType } from '../../columns/sql-type.ts';
import { microsPerDay } from '../../routines/calendar.ts';
import { emitIntervalLength } from '../../routines/date-time/interval-length.ts';
import { add128, extend128, multiplyWideSigned } from '../../routines/integer128.ts';
import { i64 } from '../../wasm/instructions.ts';
import type { ScalarFunction } from '../scalar-function.ts';
import { i64Lane } from '../value.ts';
import { arg, strict } from './overload.ts';

/** 2^31 months and days, and 2^63 microseconds, are less than 10^22 microseconds. */
const digits = 22;

export const intervalLength: readonly ScalarFunction[] = [
  {
    name: 'interval_length',
    internal: true,
    overloads: [
      strict({
        params: ['interval'],
        result: decimalType(digits, 0),
        lanes: ({ f }, args) => {
          const interval = arg(args, 0);
          const { days, micros } = emitIntervalLength(f, i64Lane(interval), i64Lane(interval, 1));
          const inDays = multiplyWideSigned(f, days, i64.const(microsPerDay));
          const { lo, hi } = add128(f, inDays, extend128(f, micros));
          return [lo, hi];
        },
      }),
    ],
  },
];
