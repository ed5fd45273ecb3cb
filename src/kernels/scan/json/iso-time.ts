/**
 * Dates and times as almost everybody writes them, `2024-11-06T08:05:00.123Z`, read by words instead of
 * characters. Any other form is left to the routines that know them all.
 *
 *   YYYY-MM-DD [ ('T' | ' ') hh:mm:ss [ '.' 1 to 6 digits ] [ 'Z' ] ]
 */
import { daysFromCivil, daysInMonth } from '../../../routines/calendar.ts';
import { eightDigitsValue, isEightDigits, powerOfTen, zeroDigits } from '../../../routines/digits.ts';
import { parsedI64 } from '../../../routines/parse-result.ts';
import type { FunctionBuilder, Local } from '../../../wasm/function-builder.ts';
import { call, i32, i64, i64x2, shuffle, v128 } from '../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../../wasm/types.ts';

const dash = 0x2d;
const dateBytes = 10;
const secondsEnd = 19;

/** `json_read_iso_date(at, bytes) -> 1 or 0`; days since 1970 in `parsedI64`. */
export function readIsoDate(module: ModuleBuilder): FunctionSlot {
  return module.routine('json_read_iso_date', () => {
    const lastWord = module.global('i64', 'json_last_date', 0n);
    const lastDays = module.global('i64', 'json_last_days', 0n);
    const params = { at: 'i32', bytes: 'i32' } as const;
    return module.function('json_read_iso_date', params, 'i32', (f, { at, bytes }) => {
      const fail = (condition: Expr<'i32'>): void => f.if(condition, () => f.return(i32.const(0)));
      fail(i32.ne(bytes, dateBytes));
      fail(i32.or(i32.ne(i32.load8_u(at, 4), dash), i32.ne(i32.load8_u(at, 7), dash)));
      const text = v128.load(at);
      const lanes = [0, 1, 2, 3, 5, 6, 8, 9, 0, 0, 0, 0, 0, 0, 0, 0];
      const word = f.let('i64', 'word', i64x2.extract_lane(0, shuffle(lanes, text, text)));
      // Most records are of the day of the one before.
      f.if(i64.ne(word, lastWord), () => {
        fail(i32.eqz(isEightDigits(word)));
        const number = f.let('i32', 'number', i32.wrap_i64(eightDigitsValue(word)));
        const year = f.let('i32', 'year', i32.div_u(number, 10_000));
        const month = f.let('i32', 'month', i32.rem_u(i32.div_u(number, 100), 100));
        const day = f.let('i32', 'day', i32.rem_u(number, 100));
        fail(i32.or(i32.eqz(year), i32.gt_u(i32.sub(month, 1), 11)));
        const daysMax = call(daysInMonth(module), year, month) as Expr<'i32'>;
        fail(i32.ge_u(i32.sub(day, 1), daysMax));
        const days = call(daysFromCivil(module), year, month, day) as Expr<'i32'>;
        f.setGlobal(lastDays, i64.extend_i32_s(days));
        f.setGlobal(lastWord, word);
      });
      f.setGlobal(parsedI64(module), lastDays);
      f.return(i32.const(1));
    });
  });
}

/**
 * `json_read_iso_time(at, bytes) -> 1 or 0`; microseconds since 1970 in `parsedI64`, as UTC or wall clock.
 */
export function readIsoTime(module: ModuleBuilder): FunctionSlot {
  return module.routine('json_read_iso_time', () => {
    const readDate = readIsoDate(module);
    const params = { at: 'i32', bytes: 'i32' } as const;
    return module.function('json_read_iso_time', params, 'i32', (f, { at, bytes }) => {
      const fail = (condition: Expr<'i32'>): void => f.if(condition, () => f.return(i32.const(0)));
      const micros = f.local('i64', 'micros');
      f.if(i32.ne(bytes, dateBytes), () => {
        fail(i32.lt_u(bytes, secondsEnd));
        const between = f.let('i32', 'between', i32.load8_u(at, dateBytes));
        fail(i32.and(i32.ne(between, 0x54), i32.ne(between, 0x20)));
        f.set(micros, i64.mul(readClock(f, i64.load(at, dateBytes + 1), fail), 1_000_000n));
        const last = i32.load8_u(i32.sub(i32.add(at, bytes), 1));
        const rest = f.let('i32', 'rest', i32.sub(bytes, i32.add(i32.eq(last, 0x5a), secondsEnd)));
        f.if(rest, () => readMicros(module, f, { at, rest, micros, fail }));
      });
      fail(i32.eqz(call(readDate, at, dateBytes) as Expr<'i32'>));
      const days = i64.mul(parsedI64(module), 86_400_000_000n);
      f.setGlobal(parsedI64(module), i64.add(days, micros));
      f.return(i32.const(1));
    });
  });
}

/** Emits: the second of the day from the word `hh:mm:ss`. */
function readClock(
  f: FunctionBuilder,
  text: Expr<'i64'>,
  fail: (condition: Expr<'i32'>) => void,
): Expr<'i64'> {
  // With zeros for the colons; a colon is no other than 0x3a, and any other byte then is no digit.
  const word = f.let('i64', 'clock', i64.xor(text, 0x0000_0a00_000a_0000n));
  const colons = i64.and(word, 0x0000_ff00_00ff_0000n);
  fail(i32.or(i64.ne(colons, 0x0000_3000_0030_0000n), i32.eqz(isEightDigits(word))));
  const ones = f.let('i64', 'clock_digits', i64.and(word, 0x0f0f_0f0f_0f0f_0f0fn));
  const pairs = f.let('i64', 'clock_pairs', i64.add(i64.mul(ones, 10n), i64.shr_u(ones, 8)));
  const part = (name: string, index: number): Local<'i64'> =>
    f.let('i64', name, i64.and(i64.shr_u(pairs, 8 * index), 0xff));
  const hour = part('hour', 0);
  const minute = part('minute', 3);
  const second = part('second', 6);
  fail(i32.or(i64.gt_u(hour, 23), i32.or(i64.gt_u(minute, 59), i64.gt_u(second, 59))));
  return i64.add(i64.mul(i64.add(i64.mul(hour, 60), minute), 60), second);
}

interface MicrosText {
  readonly at: Expr<'i32'>;
  /** The bytes of the dot and its digits. */
  readonly rest: Expr<'i32'>;
  readonly micros: Local<'i64'>;
  readonly fail: (condition: Expr<'i32'>) => void;
}

/** Emits: adds the fraction of a second. */
function readMicros(module: ModuleBuilder, f: FunctionBuilder, { at, rest, micros, fail }: MicrosText): void {
  const isDot = i32.eq(i32.load8_u(at, secondsEnd), 0x2e);
  fail(i32.or(i32.eqz(isDot), i32.gt_u(i32.sub(rest, 2), 5)));
  const count = f.let('i32', 'count', i32.sub(rest, 1));
  const shift = f.let('i64', 'shift', i64.extend_i32_u(i32.sub(64, i32.shl(count, 3))));
  const digits = i64.shl(i64.load(at, secondsEnd + 1), shift);
  const padding = i64.shr_u(zeroDigits, i64.sub(64, shift));
  const word = f.let('i64', 'fraction', i64.or(digits, padding));
  fail(i32.eqz(isEightDigits(word)));
  const scaled = i64.mul(eightDigitsValue(word), powerOfTen(module, i32.sub(6, count)));
  f.set(micros, i64.add(micros, scaled));
}
