/** The order of intervals, as PostgreSQL's: by length. */
import { emitIntervalLength } from '../../routines/date-time/interval-length.ts';
import { i32, i64, select } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { FunctionSlot } from '../../wasm/types.ts';

const params = { micros0: 'i64', monthsAndDays0: 'i64', micros1: 'i64', monthsAndDays1: 'i64' } as const;

/** `compare_intervals(a, b) -> -1, 0 or 1`. */
export function compareIntervals(module: ModuleBuilder): FunctionSlot {
  return module.routine('compare_intervals', () =>
    module.function(
      'compare_intervals',
      params,
      'i32',
      (f, { micros0, monthsAndDays0, micros1, monthsAndDays1 }) => {
        const a = emitIntervalLength(f, micros0, monthsAndDays0);
        const b = emitIntervalLength(f, micros1, monthsAndDays1);
        f.if(i64.ne(a.days, b.days), () => f.return(select('i32', i64.lt_s(a.days, b.days), -1, 1)));
        f.return(i32.sub(i64.gt_s(a.micros, b.micros), i64.lt_s(a.micros, b.micros)));
      },
    ),
  );
}
