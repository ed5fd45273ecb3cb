/**
 * The proleptic Gregorian calendar: days since 1970-01-01 to year, month, day and back. Years are
 * astronomical (0 is 1 BC). Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
 *
 * A civil date travels as one word: year in bits 16 and up (signed), month in bits 8 to 15, day in bits 0 to
 * 7.
 */
import type { FunctionBuilder, Local } from '../wasm/function-builder.ts';
import { i32, i64, select } from '../wasm/instructions.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import type { Arg, Expr, FunctionSlot } from '../wasm/types.ts';

export const microsPerSecond = 1_000_000n;
export const microsPerMinute = 60_000_000n;
export const microsPerHour = 3_600_000_000n;
export const microsPerDay = 86_400_000_000n;

const daysPerEra = 146_097n;
/** From 0000-03-01, where an era begins, to 1970-01-01. */
const eraStartDays = 719_468n;

export function civilYear(civil: Expr<'i64'>): Expr<'i32'> {
  return i32.wrap_i64(i64.shr_s(civil, 16));
}

/** 1 to 12. */
export function civilMonth(civil: Expr<'i64'>): Expr<'i32'> {
  return i32.and(i32.shr_u(i32.wrap_i64(civil), 8), 0xff);
}

/** 1 to 31. */
export function civilDay(civil: Expr<'i64'>): Expr<'i32'> {
  return i32.and(i32.wrap_i64(civil), 0xff);
}

/** Emits: the quotient rounded towards minus infinity; `divisor` is positive. */
export function floorDivide(f: FunctionBuilder, dividend: Arg<'i64'>, divisor: bigint): Local<'i64'> {
  const n = f.let('i64', 'dividend', dividend);
  const quotient = f.let('i64', 'quotient', i64.div_s(n, divisor));
  const below = i64.lt_s(n, i64.mul(quotient, divisor));
  f.set(quotient, i64.sub(quotient, i64.extend_i32_u(below)));
  return quotient;
}

/** `civil_from_days(days) -> civil`, for every 32-bit day number. */
export function civilFromDays(module: ModuleBuilder): FunctionSlot {
  return module.routine('civil_from_days', () =>
    module.function('civil_from_days', { days: 'i32' }, 'i64', (f, { days }) => {
      const shifted = f.let('i64', 'shifted', i64.add(i64.extend_i32_s(days), eraStartDays));
      const era = floorDivide(f, shifted, daysPerEra);
      const dayOfEra = f.let('i32', 'day_of_era', i32.wrap_i64(i64.sub(shifted, i64.mul(era, daysPerEra))));
      const leapDays = i32.sub(
        i32.add(i32.sub(dayOfEra, i32.div_u(dayOfEra, 1460)), i32.div_u(dayOfEra, 36_524)),
        i32.div_u(dayOfEra, 146_096),
      );
      const yearOfEra = f.let('i32', 'year_of_era', i32.div_u(leapDays, 365));
      const yearStart = i32.add(
        i32.sub(i32.mul(yearOfEra, 365), i32.div_u(yearOfEra, 100)),
        i32.div_u(yearOfEra, 4),
      );
      const dayOfYear = f.let('i32', 'day_of_year', i32.sub(dayOfEra, yearStart));
      const monthFromMarch = f.let(
        'i32',
        'month_from_march',
        i32.div_u(i32.add(i32.mul(dayOfYear, 5), 2), 153),
      );
      const monthStart = i32.div_u(i32.add(i32.mul(monthFromMarch, 153), 2), 5);
      const day = f.let('i32', 'day', i32.add(i32.sub(dayOfYear, monthStart), 1));
      const month = f.let(
        'i32',
        'month',
        i32.add(monthFromMarch, select('i32', i32.lt_u(monthFromMarch, 10), 3, -9)),
      );
      const yearFromMarch = i64.add(i64.extend_i32_u(yearOfEra), i64.mul(era, 400n));
      const year = i64.add(yearFromMarch, i64.extend_i32_u(i32.le_u(month, 2)));
      const monthAndDay = i32.or(i32.shl(month, 8), day);
      f.return(i64.or(i64.shl(year, 16), i64.extend_i32_u(monthAndDay)));
    }),
  );
}

/**
 * `days_from_civil(year, month, day) -> days`. The month is 1 to 12; a day past the month's end runs into the
 * next. Exact for years up to 5,874,897 on either side of 0.
 */
export function daysFromCivil(module: ModuleBuilder): FunctionSlot {
  const params = { year: 'i32', month: 'i32', day: 'i32' } as const;
  return module.routine('days_from_civil', () =>
    module.function('days_from_civil', params, 'i32', (f, { year, month, day }) => {
      const shiftedYear = i32.sub(year, i32.le_u(month, 2));
      const y = f.let('i64', 'year_from_march', i64.extend_i32_s(shiftedYear));
      const era = floorDivide(f, y, 400n);
      const yearOfEra = f.let('i32', 'year_of_era', i32.wrap_i64(i64.sub(y, i64.mul(era, 400n))));
      const monthFromMarch = i32.add(month, select('i32', i32.gt_u(month, 2), -3, 9));
      const dayOfYear = f.let(
        'i32',
        'day_of_year',
        i32.sub(i32.add(i32.div_u(i32.add(i32.mul(monthFromMarch, 153), 2), 5), day), 1),
      );
      const yearDays = i32.sub(
        i32.add(i32.mul(yearOfEra, 365), i32.div_u(yearOfEra, 4)),
        i32.div_u(yearOfEra, 100),
      );
      const dayOfEra = i64.extend_i32_s(i32.add(yearDays, dayOfYear));
      f.return(i32.wrap_i64(i64.sub(i64.add(i64.mul(era, daysPerEra), dayOfEra), eraStartDays)));
    }),
  );
}

/** `days_in_month(year, month) -> 28 to 31`. */
export function daysInMonth(module: ModuleBuilder): FunctionSlot {
  return module.routine('days_in_month', () =>
    module.function('days_in_month', { year: 'i32', month: 'i32' }, 'i32', (f, { year, month }) => {
      f.if(i32.eq(month, 2), () => {
        const leap = i32.and(
          i32.eqz(i32.and(year, 3)),
          i32.or(i32.ne(i32.rem_s(year, 100), 0), i32.eqz(i32.rem_s(year, 400))),
        );
        f.return(i32.add(28, leap));
      });
      // The long months alternate, and the beat is lost once, between July and August.
      f.return(i32.or(30, i32.and(i32.xor(month, i32.shr_u(month, 3)), 1)));
    }),
  );
}
