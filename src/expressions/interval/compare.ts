/**
 * The order of intervals, as PostgreSQL's: by length, a month being 30 days and a day 24 hours. Different
 * intervals can be equal (`1 month` and `30 days`).
 */
import { floorDivide, microsPerDay } from '../../routines/calendar.ts';
import type { FunctionBuilder, Local } from '../../wasm/function-builder.ts';
import { i32, i64, select } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';

const params = { micros0: 'i64', monthsAndDays0: 'i64', micros1: 'i64', monthsAndDays1: 'i64' } as const;

/** `compare_intervals(a, b) -> -1, 0 or 1`. */
export function compareIntervals(module: ModuleBuilder): FunctionSlot {
  return module.routine('compare_intervals', () =>
    module.function(
      'compare_intervals',
      params,
      'i32',
      (f, { micros0, monthsAndDays0, micros1, monthsAndDays1 }) => {
        const a = lengthOf(f, micros0, monthsAndDays0);
        const b = lengthOf(f, micros1, monthsAndDays1);
        f.if(i64.ne(a.days, b.days), () => f.return(select('i32', i64.lt_s(a.days, b.days), -1, 1)));
        f.return(i32.sub(i64.gt_s(a.micros, b.micros), i64.lt_s(a.micros, b.micros)));
      },
    ),
  );
}

/** Emits: whole days, and the microseconds of the day behind them. */
function lengthOf(
  f: FunctionBuilder,
  micros: Expr<'i64'>,
  monthsAndDays: Expr<'i64'>,
): { readonly days: Local<'i64'>; readonly micros: Local<'i64'> } {
  const wholeDays = floorDivide(f, micros, microsPerDay);
  const months = i64.extend32_s(monthsAndDays);
  const days = i64.add(i64.add(i64.mul(months, 30n), i64.shr_s(monthsAndDays, 32)), wholeDays);
  return {
    days: f.let('i64', 'days', days),
    micros: f.let('i64', 'micros_of_day', i64.sub(micros, i64.mul(wholeDays, microsPerDay))),
  };
}
