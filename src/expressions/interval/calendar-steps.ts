/**
 * Months and days added to a wall clock time: the day of the month is kept where the target month has it,
 * else its last.
 */
import {
  civilDay,
  civilFromDays,
  civilMonth,
  civilYear,
  daysFromCivil,
  daysInMonth,
  floorDivide,
  microsPerDay,
} from '../../routines/calendar.ts';
import { call, i32, i64, select } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import type { EmitContext } from '../emit-context.ts';
import { addChecked, type IntervalParts } from './parts.ts';

/** Years beyond these have no timestamp. */
const yearMax = 294_247;
const yearMin = -4713;
const dayRangeMax = 110_000_000;

/** Emits: the time after adding the interval's months and days. */
export function addCalendar(context: EmitContext, micros: Expr<'i64'>, by: IntervalParts): Expr<'i64'> {
  const { module, f } = context;
  const moved = f.let('i64', 'moved', micros);
  f.if(by.months, () => {
    const days = floorDivide(f, moved, microsPerDay);
    const target = f.let(
      'i64',
      'target',
      call(addMonths(module), i32.wrap_i64(days), by.months) as Expr<'i64'>,
    );
    f.if(i64.gt_u(i64.add(target, dayRangeMax), 2 * dayRangeMax), () => context.fail('numeric_out_of_range'));
    const change = f.let('i64', 'change', i64.mul(i64.sub(target, days), microsPerDay));
    f.set(moved, addChecked(context, moved, change));
  });
  f.if(by.days, () => {
    // Within 32 bits of days, the product stays within 64 bits only up to about 106 million days.
    const days = f.let('i64', 'days', i64.extend_i32_s(by.days));
    f.if(i64.gt_u(i64.add(days, dayRangeMax), 2 * dayRangeMax), () => context.fail('numeric_out_of_range'));
    const change = addMicrosOfDays(context, moved, days);
    f.set(moved, change);
  });
  return moved;
}

/**
 * Emits: adds days to a time; in two halves, because the days alone may leave the range that the sum is in.
 */
function addMicrosOfDays(context: EmitContext, micros: Expr<'i64'>, days: Expr<'i64'>): Expr<'i64'> {
  const { f } = context;
  const half = f.let('i64', 'half', i64.div_s(days, 2n));
  const first = addChecked(context, micros, i64.mul(half, microsPerDay));
  return addChecked(context, first, i64.mul(i64.sub(days, half), microsPerDay));
}

/** `add_months(days, months) -> days`, far outside every timestamp where the year would be. */
export function addMonths(module: ModuleBuilder): FunctionSlot {
  return module.routine('add_months', () =>
    module.function('add_months', { days: 'i32', months: 'i32' }, 'i64', (f, { days, months }) => {
      const civil = f.let('i64', 'civil', call(civilFromDays(module), days) as Expr<'i64'>);
      const yearMonths = i64.mul(i64.extend_i32_s(civilYear(civil)), 12n);
      const monthIndex = i64.extend_i32_s(i32.sub(civilMonth(civil), 1));
      const total = f.let('i64', 'total', i64.add(i64.add(yearMonths, monthIndex), i64.extend_i32_s(months)));
      const wideYear = floorDivide(f, total, 12n);
      const outside = i32.or(i64.gt_s(wideYear, BigInt(yearMax)), i64.lt_s(wideYear, BigInt(yearMin)));
      f.if(outside, () => f.return(i64.const(0x7fff_ffff_ffffn)));
      const year = f.let('i32', 'year', i32.wrap_i64(wideYear));
      const month = f.let('i32', 'month', i32.add(i32.wrap_i64(i64.sub(total, i64.mul(wideYear, 12n))), 1));
      const last = f.let('i32', 'last', call(daysInMonth(module), year, month) as Expr<'i32'>);
      const day = f.let('i32', 'day', civilDay(civil));
      const kept = select('i32', i32.gt_s(day, last), last, day);
      f.return(i64.extend_i32_s(call(daysFromCivil(module), year, month, kept) as Expr<'i32'>));
    }),
  );
}
