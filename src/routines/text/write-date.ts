/**
 * DATE to text, PostgreSQL's ISO style: `2024-01-15`, a year of more digits where it needs them,
 * `0044-03-15 BC` before the year 1.
 */
import type { FunctionBuilder, Local } from '../../wasm/function-builder.ts';
import { call, i32, i64, select } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import { civilDay, civilFromDays, civilMonth, civilYear } from '../calendar.ts';
import { countDigits, twoDigits } from '../digits.ts';
import { writeDigits } from './write-integer.ts';

/** `write_date(days, out) -> bytes`, at most 17. */
export function writeDate(module: ModuleBuilder): FunctionSlot {
  return module.routine('write_date', () =>
    module.function('write_date', { days: 'i32', out: 'i32' }, 'i32', (f, { days, out }) => {
      const at = f.let('i32', 'at', out);
      const civil = writeCivilDate(module, f, days, at);
      writeEra(f, civil, at);
      f.return(i32.sub(at, out));
    }),
  );
}

/** Emits: year, month and day at `at`, which moves past them; yields the civil date for `writeEra`. */
export function writeCivilDate(
  module: ModuleBuilder,
  f: FunctionBuilder,
  days: Expr<'i32'>,
  at: Local<'i32'>,
): Local<'i64'> {
  const civil = f.let('i64', 'civil', call(civilFromDays(module), days) as Expr<'i64'>);
  const year = f.let('i32', 'year', civilYear(civil));
  // The year before 1 AD is 1 BC.
  f.set(year, select('i32', i32.le_s(year, 0), i32.sub(1, year), year));
  f.if(
    i32.lt_u(year, 10_000),
    () => {
      const high = f.let('i32', 'century', i32.div_u(year, 100));
      const low = f.let('i32', 'year_of_century', i32.sub(year, i32.mul(high, 100)));
      f.do(i32.store16(at, twoDigits(high)), i32.store16(at, twoDigits(low), 2));
      f.set(at, i32.add(at, 4));
    },
    () => {
      const count = countDigits(module, f, i64.extend_i32_u(year));
      f.call(writeDigits(module), i64.extend_i32_u(year), count, at);
      f.set(at, i32.add(at, count));
    },
  );
  f.do(
    i32.store8(at, 0x2d),
    i32.store16(at, twoDigits(civilMonth(civil)), 1),
    i32.store8(at, 0x2d, 3),
    i32.store16(at, twoDigits(civilDay(civil)), 4),
  );
  f.set(at, i32.add(at, 6));
  return civil;
}

/** Emits: ` BC` where the year is before 1. */
export function writeEra(f: FunctionBuilder, civil: Expr<'i64'>, at: Local<'i32'>): void {
  f.if(i32.le_s(civilYear(civil), 0), () => {
    f.do(i32.store8(at, 0x20), i32.store16(at, 0x4342, 1));
    f.set(at, i32.add(at, 3));
  });
}
