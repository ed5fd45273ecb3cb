/**
 * TIMESTAMP and TIMESTAMPTZ to text, PostgreSQL's ISO style: `2024-01-15 10:20:30.5`, with an offset `+02`,
 * `+05:30` or `-00:01:15` behind it; the fraction without trailing zeros; ` BC` at the end before the year 1.
 * The ISO 8601 form, for JSON, has `T` in the middle, and `Z` behind an instant.
 */
import type { FunctionBuilder, Local } from '../../wasm/function-builder.ts';
import { i32, i64 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import { floorDivide, microsPerDay } from '../calendar.ts';
import { twoDigits } from '../digits.ts';
import { writeCivilDate, writeEra } from './write-date.ts';
import { writeDigits } from './write-integer.ts';

/** `write_timestamp(micros, out) -> bytes`, at most 32. */
export function writeTimestamp(module: ModuleBuilder): FunctionSlot {
  return module.routine('write_timestamp', () =>
    module.function('write_timestamp', { micros: 'i64', out: 'i32' }, 'i32', (f, { micros, out }) => {
      const at = f.let('i32', 'at', out);
      const civil = writeDateAndTime(module, f, { micros, at, separator: 0x20 });
      writeEra(f, civil, at);
      f.return(i32.sub(at, out));
    }),
  );
}

/**
 * `write_timestamptz(micros, offsetSeconds, out) -> bytes`, at most 41: the wall clock at that offset, and
 * the offset.
 */
export function writeTimestamptz(module: ModuleBuilder): FunctionSlot {
  const params = { micros: 'i64', offsetSeconds: 'i32', out: 'i32' } as const;
  return module.routine('write_timestamptz', () =>
    module.function('write_timestamptz', params, 'i32', (f, { micros, offsetSeconds, out }) => {
      const at = f.let('i32', 'at', out);
      const local = f.let(
        'i64',
        'local_micros',
        i64.add(micros, i64.mul(i64.extend_i32_s(offsetSeconds), 1_000_000n)),
      );
      const civil = writeDateAndTime(module, f, { micros: local, at, separator: 0x20 });
      writeOffset(f, offsetSeconds, at);
      writeEra(f, civil, at);
      f.return(i32.sub(at, out));
    }),
  );
}

/** `write_iso_timestamp(micros, out) -> bytes`, at most 32: `2024-01-15T10:20:30.5`, without a zone. */
export function writeIsoTimestamp(module: ModuleBuilder): FunctionSlot {
  return isoWriter(module, 'write_iso_timestamp', false);
}

/** `write_iso_timestamptz(micros, out) -> bytes`, at most 33: `2024-01-15T10:20:30.5Z`. */
export function writeIsoTimestamptz(module: ModuleBuilder): FunctionSlot {
  return isoWriter(module, 'write_iso_timestamptz', true);
}

function isoWriter(module: ModuleBuilder, name: string, isInstant: boolean): FunctionSlot {
  return module.routine(name, () =>
    module.function(name, { micros: 'i64', out: 'i32' }, 'i32', (f, { micros, out }) => {
      const at = f.let('i32', 'at', out);
      const civil = writeDateAndTime(module, f, { micros, at, separator: 0x54 });
      if (isInstant) {
        f.do(i32.store8(at, 0x5a));
        f.set(at, i32.add(at, 1));
      }
      writeEra(f, civil, at);
      f.return(i32.sub(at, out));
    }),
  );
}

interface DateAndTime {
  readonly micros: Expr<'i64'>;
  readonly at: Local<'i32'>;
  readonly separator: number;
}

/** Emits: date, separator and time of day at `at`, which moves past them; yields the civil date. */
function writeDateAndTime(module: ModuleBuilder, f: FunctionBuilder, text: DateAndTime): Local<'i64'> {
  const { micros, at, separator } = text;
  const days = floorDivide(f, micros, microsPerDay);
  const civil = writeCivilDate(module, f, i32.wrap_i64(days), at);
  f.do(i32.store8(at, separator));
  f.set(at, i32.add(at, 1));
  writeTimeOfDay(module, f, i64.sub(micros, i64.mul(days, microsPerDay)), at);
  return civil;
}

/** Emits: `hh:mm:ss` and the fraction, if any, for 0 to 86,399,999,999 microseconds. */
function writeTimeOfDay(
  module: ModuleBuilder,
  f: FunctionBuilder,
  microsOfDay: Expr<'i64'>,
  at: Local<'i32'>,
): void {
  const micros = f.let('i64', 'micros_of_day', microsOfDay);
  const seconds = f.let('i32', 'second_of_day', i32.wrap_i64(i64.div_u(micros, 1_000_000n)));
  const minutes = f.let('i32', 'minute_of_day', i32.div_u(seconds, 60));
  const hours = f.let('i32', 'hour', i32.div_u(minutes, 60));
  const minute = f.let('i32', 'minute', i32.sub(minutes, i32.mul(hours, 60)));
  const second = f.let('i32', 'second', i32.sub(seconds, i32.mul(minutes, 60)));
  f.do(
    i32.store16(at, twoDigits(hours)),
    i32.store8(at, 0x3a, 2),
    i32.store16(at, twoDigits(minute), 3),
    i32.store8(at, 0x3a, 5),
    i32.store16(at, twoDigits(second), 6),
  );
  f.set(at, i32.add(at, 8));
  writeFraction(module, f, i64.sub(micros, i64.mul(i64.extend_i32_u(seconds), 1_000_000n)), at);
}

/** Emits: a point and up to six digits without trailing zeros; nothing for 0. */
export function writeFraction(
  module: ModuleBuilder,
  f: FunctionBuilder,
  microsOfSecond: Expr<'i64'>,
  at: Local<'i32'>,
): void {
  const fraction = f.let('i64', 'fraction', microsOfSecond);
  f.if(i64.ne(fraction, 0n), () => {
    f.do(i32.store8(at, 0x2e));
    f.call(writeDigits(module), fraction, 6, i32.add(at, 1));
    f.set(at, i32.add(at, 7));
    f.while(
      'trailing_zeros',
      () => i32.eq(i32.load8_u(i32.sub(at, 1)), 0x30),
      () => f.set(at, i32.sub(at, 1)),
    );
  });
}

/** Emits: `+hh`, with minutes and seconds only where they are not 0. */
function writeOffset(f: FunctionBuilder, offsetSeconds: Expr<'i32'>, at: Local<'i32'>): void {
  const sign = f.let('i32', 'offset_sign', i32.shr_s(offsetSeconds, 31));
  const seconds = f.let('i32', 'offset_size', i32.sub(i32.xor(offsetSeconds, sign), sign));
  const minutes = f.let('i32', 'offset_minutes', i32.div_u(seconds, 60));
  const hours = f.let('i32', 'offset_hours', i32.div_u(minutes, 60));
  const minute = f.let('i32', 'offset_minute', i32.sub(minutes, i32.mul(hours, 60)));
  const second = f.let('i32', 'offset_second', i32.sub(seconds, i32.mul(minutes, 60)));
  // '-' is two above '+'.
  f.do(i32.store8(at, i32.sub(0x2b, i32.shl(sign, 1))), i32.store16(at, twoDigits(hours), 1));
  f.set(at, i32.add(at, 3));
  f.if(i32.or(minute, second), () => {
    f.do(i32.store8(at, 0x3a), i32.store16(at, twoDigits(minute), 1));
    f.set(at, i32.add(at, 3));
  });
  f.if(second, () => {
    f.do(i32.store8(at, 0x3a), i32.store16(at, twoDigits(second), 1));
    f.set(at, i32.add(at, 3));
  });
}
