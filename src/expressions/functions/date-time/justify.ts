/**
 * JUSTIFY_HOURS, JUSTIFY_DAYS and JUSTIFY_INTERVAL: 24 hours become a day, 30 days a month, and the parts
 * then have one sign.
 */
import { intervalType } from '../../../columns/sql-type.ts';
import { microsPerDay } from '../../../routines/calendar.ts';
import type { Local } from '../../../wasm/function-builder.ts';
import { i32, i64 } from '../../../wasm/instructions.ts';
import type { Expr } from '../../../wasm/types.ts';
import type { EmitContext } from '../../emit-context.ts';
import { intervalOf, lanesOfParts } from '../../interval/parts.ts';
import type { ScalarFunction } from '../../scalar-function.ts';
import { arg, strict } from '../overload.ts';

const daysPerMonth = 30n;

interface Parts {
  readonly months: Local<'i64'>;
  readonly days: Local<'i64'>;
  readonly micros: Local<'i64'>;
}

interface Step {
  readonly small: Local<'i64'>;
  readonly large: Local<'i64'>;
  readonly size: bigint;
}

/** Emits: as many whole large units as there are, out of the small ones. */
function carry({ f }: EmitContext, { small, large, size }: Step): void {
  f.set(large, i64.add(large, i64.div_s(small, size)));
  f.set(small, i64.rem_s(small, size));
}

/**
 * Emits: one large unit back where the small part, or what `below` says is left of it, has the other sign.
 */
function alignSigns({ f }: EmitContext, { small, large, size }: Step, below?: Local<'i64'>): void {
  const hasSign = (compare: typeof i64.lt_s): Expr<'i32'> => {
    const own = compare(small, 0n);
    return below ? i32.or(own, i32.and(i64.eqz(small), compare(below, 0n))) : own;
  };
  const move = (step: 1n | -1n): void => {
    f.set(small, i64.add(small, step * size));
    f.set(large, i64.sub(large, step));
  };
  f.if(
    i32.and(i64.gt_s(large, 0n), hasSign(i64.lt_s)),
    () => move(1n),
    () => f.if(i32.and(i64.lt_s(large, 0n), hasSign(i64.gt_s)), () => move(-1n)),
  );
}

function justify(name: string, emit: (context: EmitContext, parts: Parts) => void): ScalarFunction {
  return {
    name,
    overloads: [
      strict({
        params: ['interval'],
        result: intervalType,
        fallible: true,
        lanes: (context, args) => {
          const { f } = context;
          const { months, days, micros } = intervalOf(context, arg(args, 0));
          const parts = {
            months: f.let('i64', 'months', i64.extend_i32_s(months)),
            days: f.let('i64', 'days', i64.extend_i32_s(days)),
            micros: f.let('i64', 'micros', micros),
          };
          emit(context, parts);
          return lanesOfParts(context, parts);
        },
      }),
    ],
  };
}

const toDays = ({ days, micros }: Parts): Step => ({ small: micros, large: days, size: microsPerDay });
const toMonths = ({ months, days }: Parts): Step => ({ small: days, large: months, size: daysPerMonth });

export const justifyFunctions: readonly ScalarFunction[] = [
  justify('justify_hours', (context, parts) => {
    carry(context, toDays(parts));
    alignSigns(context, toDays(parts));
  }),
  justify('justify_days', (context, parts) => {
    carry(context, toMonths(parts));
    alignSigns(context, toMonths(parts));
  }),
  justify('justify_interval', (context, parts) => {
    carry(context, toDays(parts));
    carry(context, toMonths(parts));
    alignSigns(context, toMonths(parts), parts.micros);
    alignSigns(context, toDays(parts));
  }),
];
