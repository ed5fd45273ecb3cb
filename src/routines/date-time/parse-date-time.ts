/**
 * The text of a date with an optional time of day and an optional zone, in PostgreSQL's ISO forms:
 *
 *   date  = year "-" month "-" day | year "/" month "/" day | yyyymmdd
 *   time  = hour ":" minute [ ":" second [ "." digits ] ]
 *   zone  = "Z" | "UTC" | "GMT" | ("+" | "-") hh [ ":" mm [ ":" ss ] ] | ("+" | "-") hhmm
 *   all   = date [ ("T" | blanks) time ] [ [ blanks ] zone ] [ blanks ("BC" | "AD") ]
 */
import type { FunctionBuilder, Global, Local } from '../../wasm/function-builder.ts';
import { call, i32, i64 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import { daysFromCivil, daysInMonth } from '../calendar.ts';
import { isDigit, trimBlanks } from '../digits.ts';
import { parseStatus } from '../parse-result.ts';
import { parseTimeOfDay } from './parse-time-of-day.ts';
import { parseZone } from './parse-zone.ts';
import {
  ifNext,
  ifNextWord,
  peekByte,
  refuseIf,
  skipBlanks,
  type TextReader,
  takeNumber,
} from './text-reader.ts';

const yearMax = 5_874_897;
/** 4714 BC. */
const yearMin = -4713;

interface DateTimeGlobals {
  readonly days: Global<'i32'>;
  /** 0 to a whole day and a leap second. */
  readonly microsOfDay: Global<'i64'>;
  /** East of UTC; 0 when there is no zone. */
  readonly zoneSeconds: Global<'i32'>;
}

const globalsOf = new WeakMap<ModuleBuilder, DateTimeGlobals>();

/** What `parse_date_time` leaves. */
export function dateTimeGlobals(module: ModuleBuilder): DateTimeGlobals {
  let globals = globalsOf.get(module);
  if (!globals) {
    globals = {
      days: module.global('i32', 'parsed_days', 0),
      microsOfDay: module.global('i64', 'parsed_micros_of_day', 0n),
      zoneSeconds: module.global('i32', 'parsed_zone_seconds', 0),
    };
    globalsOf.set(module, globals);
  }
  return globals;
}

/** `parse_date_time(address, byteCount) -> status`. */
export function parseDateTime(module: ModuleBuilder): FunctionSlot {
  const params = { address: 'i32', byteCount: 'i32' } as const;
  return module.routine('parse_date_time', () => {
    const globals = dateTimeGlobals(module);
    const time = parseTimeOfDay(module);
    return module.function('parse_date_time', params, 'i32', (f, { address, byteCount }) => {
      const { at, end } = trimBlanks(f, address, byteCount);
      const reader = { f, at, end };
      f.setGlobal(globals.microsOfDay, 0n);
      f.setGlobal(globals.zoneSeconds, 0);
      const date = readDate(reader);
      const blanks = skipBlanks(reader);
      const separated = f.let('i32', 'separated', 0);
      ifNextWord(reader, 't', () => f.set(separated, 1));
      const isTime = isDigit(peekByte(reader));
      refuseIf(f, i32.gt_u(separated, isTime), parseStatus.invalid);
      f.if(i32.and(i32.or(i32.ne(blanks, 0), separated), isTime), () => {
        const status = f.let('i32', 'status', call(time.routine, at, end) as Expr<'i32'>);
        refuseStatus(f, status);
        f.setGlobal(globals.microsOfDay, time.micros);
        f.set(at, time.next);
        readZone(module, reader);
      });
      // Right behind a date, a minus would be one more part of it.
      f.if(i32.ne(peekByte(reader), 0x2d), () => readZone(module, reader));
      skipBlanks(reader);
      ifNextWord(reader, 'bc', () => f.set(date.year, i32.sub(1, date.year)));
      ifNextWord(reader, 'ad', () => {});
      refuseIf(f, i32.lt_u(at, end), parseStatus.invalid);
      checkDate(module, f, date);
      const days = call(daysFromCivil(module), date.year, date.month, date.day) as Expr<'i32'>;
      f.setGlobal(globals.days, days);
      f.return(i32.const(parseStatus.ok));
    });
  });
}

interface DateFields {
  readonly year: Local<'i32'>;
  readonly month: Local<'i32'>;
  readonly day: Local<'i32'>;
}

function readDate(reader: TextReader): DateFields {
  const { f } = reader;
  const first = takeNumber(reader);
  const year = f.let('i32', 'year', first.value);
  const month = f.local('i32', 'month');
  const day = f.local('i32', 'day');
  refuseIf(f, i32.lt_u(first.digits, 3), parseStatus.invalid);
  f.block('date_read', (dateRead) => {
    for (const separator of ['-', '/']) {
      ifNext(reader, separator, () => {
        takeTwoDigits(reader, month);
        refuseIf(f, i32.ne(peekByte(reader), separator.charCodeAt(0)), parseStatus.invalid);
        f.set(reader.at, i32.add(reader.at, 1));
        takeTwoDigits(reader, day);
        f.branch(dateRead);
      });
    }
    refuseIf(f, i32.ne(first.digits, 8), parseStatus.invalid);
    f.set(day, i32.rem_u(first.value, 100));
    f.set(month, i32.rem_u(i32.div_u(first.value, 100), 100));
    f.set(year, i32.div_u(first.value, 10_000));
  });
  refuseIf(f, i32.or(i32.eqz(year), i32.gt_u(year, yearMax)), parseStatus.outOfRange);
  return { year, month, day };
}

function takeTwoDigits(reader: TextReader, into: Local<'i32'>): void {
  const { value, digits } = takeNumber(reader);
  refuseIf(reader.f, i32.gt_u(i32.sub(digits, 1), 1), parseStatus.invalid);
  reader.f.set(into, value);
}

function readZone(module: ModuleBuilder, reader: TextReader): void {
  const { f, at, end } = reader;
  const zone = parseZone(module);
  skipBlanks(reader);
  f.if(i32.lt_u(at, end), () => {
    const status = f.let('i32', 'zone_status', call(zone.routine, at, end) as Expr<'i32'>);
    refuseStatus(f, status);
    f.set(at, zone.next);
    f.setGlobal(dateTimeGlobals(module).zoneSeconds, zone.seconds);
  });
}

function refuseStatus(f: FunctionBuilder, status: Expr<'i32'>): void {
  f.if(status, () => f.return(status));
}

function checkDate(module: ModuleBuilder, f: FunctionBuilder, { year, month, day }: DateFields): void {
  refuseIf(f, i32.gt_u(i32.sub(month, 1), 11), parseStatus.outOfRange);
  const monthDays = call(daysInMonth(module), year, month) as Expr<'i32'>;
  refuseIf(f, i32.gt_u(i32.sub(day, 1), i32.sub(monthDays, 1)), parseStatus.outOfRange);
  // The first day of the Julian period, 4714-11-24 BC, is where PostgreSQL's dates begin.
  const beforeFirst = i32.lt_u(i32.add(i32.shl(month, 5), day), 11 * 32 + 24);
  const tooEarly = i32.or(i32.lt_s(year, yearMin), i32.and(i32.eq(year, yearMin), beforeFirst));
  refuseIf(f, tooEarly, parseStatus.outOfRange);
}

/** Days and time of day together, as microseconds; for the years in which they fit 64 bits. */
export function joinMicros(days: Expr<'i32'>, microsOfDay: Expr<'i64'>): Expr<'i64'> {
  return i64.add(i64.mul(i64.extend_i32_s(days), 86_400_000_000n), microsOfDay);
}
