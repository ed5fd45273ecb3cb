/**
 * Text to INTERVAL as PostgreSQL reads it: `1 year 2 mons -3 days 04:05:06.5`, `1.5 hours ago`, `1-2` (years
 * and months), `3 04:05:06` (days and time), and ISO 8601, `P1Y2M3DT4H5M6.5S`. A fraction runs over into the
 * next smaller part: of a year into months, of a month into days (30) and time, of a day into time.
 */
import type { FunctionBuilder, Local } from '../../wasm/function-builder.ts';
import { call, i32, i64, select } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import { intervalParts, parseIntervalUnit } from '../date-time/interval-unit.ts';
import { takeMicros } from '../date-time/parse-time-of-day.ts';
import {
  ifNext,
  ifNextWord,
  peekByte,
  refuseIf,
  skipBlanks,
  type TextReader,
  takeNumber,
} from '../date-time/text-reader.ts';
import { isDigit, isSpace, trimBlanks } from '../digits.ts';
import { parsedHigh, parsedI64, parseStatus } from '../parse-result.ts';
import { applySign } from './parse-integer.ts';

const params = { address: 'i32', byteCount: 'i32' } as const;
const nanos = 1_000_000_000n;
/** A whole number past this is out of range in every unit that a product is formed with. */
const wholeMax = 1_000_000_000_000_000_000n;

interface Total {
  readonly months: Local<'i64'>;
  readonly days: Local<'i64'>;
  readonly micros: Local<'i64'>;
}

/** One number of the text: -1 or 0 as a mask for its sign, the whole part, and billionths. */
interface Quantity {
  readonly negative: Local<'i64'>;
  readonly whole: Local<'i64'>;
  readonly fraction: Local<'i64'>;
}

/**
 * `parse_interval(address, byteCount) -> status`; microseconds in `parsedI64`, months and days in
 * `parsedHigh`.
 */
export function parseInterval(module: ModuleBuilder): FunctionSlot {
  return module.routine('parse_interval', () =>
    module.function('parse_interval', params, 'i32', (f, { address, byteCount }) => {
      const reader: TextReader = { f, ...trimBlanks(f, address, byteCount) };
      const total: Total = {
        months: f.local('i64', 'months'),
        days: f.local('i64', 'days'),
        micros: f.local('i64', 'micros'),
      };
      // 0: PostgreSQL's form, 1: the date part of ISO 8601, 2: its time part.
      const iso = f.local('i32', 'iso');
      ifNext(reader, '@', () => {});
      ifNext(reader, 'P', () => f.set(iso, 1));
      refuseIf(f, i32.ge_u(reader.at, reader.end), parseStatus.invalid);
      const ago = f.local('i64', 'ago');
      const some = f.local('i32', 'some_part');
      const daysAwaitTime = f.local('i32', 'days_await_time');
      f.while(
        'parts',
        () => i32.lt_u(reader.at, reader.end),
        (leave) => {
          skipBlanks(reader);
          f.if(i32.eq(iso, 1), () => ifNext(reader, 'T', () => f.set(iso, 2)));
          ifNextWord(reader, 'ago', () => {
            refuseIf(f, i32.eqz(some), parseStatus.invalid);
            f.set(ago, -1n);
            f.branch(leave);
          });
          takePart(module, reader, total, { iso, daysAwaitTime });
          f.set(some, 1);
        },
      );
      const unfinished = i32.or(i32.lt_u(reader.at, reader.end), daysAwaitTime);
      refuseIf(f, unfinished, parseStatus.invalid);
      for (const part of [total.months, total.days, total.micros]) f.set(part, applySign(part, ago));
      for (const part of [total.months, total.days]) {
        refuseIf(f, i64.ne(i64.extend32_s(part), part), parseStatus.outOfRange);
      }
      f.setGlobal(parsedI64(module), total.micros);
      const low = i64.and(total.months, 0xffff_ffffn);
      f.setGlobal(parsedHigh(module), i64.or(low, i64.shl(total.days, 32)));
      f.return(i32.const(parseStatus.ok));
    }),
  );
}

interface PartContext {
  readonly iso: Expr<'i32'>;
  /** 1 after a bare number of days, until the time that makes it one. */
  readonly daysAwaitTime: Local<'i32'>;
}

/** Emits: takes one number with what follows it. */
function takePart(module: ModuleBuilder, reader: TextReader, total: Total, context: PartContext): void {
  const { iso, daysAwaitTime } = context;
  const { f } = reader;
  const quantity = takeQuantity(reader);
  f.block('part_done', (done) => {
    ifNext(reader, ':', () => {
      takeTime(reader, total, quantity);
      f.set(daysAwaitTime, 0);
      refuseGlued(reader, iso);
      f.branch(done);
    });
    ifNext(reader, '-', () => {
      const months = takeNumber(reader);
      refuseIf(f, i32.gt_u(i32.sub(months.digits, 1), 1), parseStatus.invalid);
      refuseIf(f, i32.gt_u(months.value, 11), parseStatus.outOfRange);
      refuseIf(f, i64.gt_u(quantity.whole, 0xffff_ffffn), parseStatus.outOfRange);
      const all = i64.add(i64.mul(quantity.whole, 12n), i64.extend_i32_u(months.value));
      addTo(f, total.months, applySign(all, quantity.negative));
      refuseGlued(reader, iso);
      f.branch(done);
    });
    skipBlanks(reader);
    const part = f.let('i32', 'part', intervalParts.micros);
    const factor = f.let('i64', 'factor', 1_000_000n);
    const next = peekByte(reader);
    const letter = i32.lt_u(i32.sub(i32.or(next, 0x20), 0x61), 26);
    f.if(
      letter,
      () => {
        const unit = parseIntervalUnit(module);
        const found = call(unit.routine, reader.at, reader.end, iso) as Expr<'i32'>;
        refuseIf(f, i32.eqz(found), parseStatus.invalid);
        f.set(part, unit.part);
        f.set(factor, unit.factor);
        const isShort = f.let('i32', 'is_short', i32.eq(i32.sub(unit.next, reader.at), 1));
        f.set(reader.at, unit.next);
        // As in 1h30m.
        refuseGlued(reader, i32.or(iso, i32.and(isShort, isDigit(peekByte(reader)))));
        const isTime = i32.eq(part, intervalParts.micros);
        refuseIf(f, i32.and(i32.ne(iso, 0), i32.ne(isTime, i32.eq(iso, 2))), parseStatus.invalid);
      },
      () => {
        refuseIf(f, iso, parseStatus.invalid);
        // A bare number is seconds at the end, and days before a time.
        f.if(next, () => {
          f.set(part, intervalParts.days);
          f.set(factor, 1n);
          f.set(daysAwaitTime, 1);
        });
      },
    );
    addQuantity(f, total, quantity, { part, factor });
  });
}

/** Emits: what was read ends here, or a blank follows; a date such as 2024-02-29 is no interval. */
function refuseGlued(reader: TextReader, unless: Expr<'i32'>): void {
  const { f } = reader;
  const glued = i32.and(i32.lt_u(reader.at, reader.end), i32.eqz(isSpace(peekByte(reader))));
  refuseIf(f, i32.and(i32.eqz(unless), glued), parseStatus.invalid);
}

/** Emits: an optional sign, digits, an optional fraction; at least one digit. */
function takeQuantity(reader: TextReader): Quantity {
  const { f, at, end } = reader;
  const negative = f.let('i64', 'negative', 0n);
  ifNext(reader, '-', () => f.set(negative, -1n));
  f.if(i64.eqz(negative), () => ifNext(reader, '+', () => {}));
  skipBlanks(reader);
  const whole = f.let('i64', 'whole', 0n);
  const fraction = f.let('i64', 'fraction', 0n);
  const weight = f.let('i64', 'weight', nanos);
  const byte = f.local('i32', 'byte');
  const start = f.let('i32', 'start', at);
  const takeDigits = (name: string, take: () => void): void =>
    f.while(
      name,
      () => i32.lt_u(at, end),
      (leave) => {
        f.set(byte, i32.load8_u(at));
        f.branchIf(leave, i32.eqz(isDigit(byte)));
        take();
        f.set(at, i32.add(at, 1));
      },
    );
  takeDigits('whole_digits', () => {
    f.set(whole, i64.add(i64.mul(whole, 10n), i64.extend_i32_u(i32.sub(byte, 0x30))));
    refuseIf(f, i64.gt_u(whole, wholeMax), parseStatus.outOfRange);
  });
  ifNext(reader, '.', () => {
    f.set(start, i32.add(start, 1));
    takeDigits('fraction_digits', () => {
      f.set(weight, i64.div_u(weight, 10n));
      f.set(fraction, i64.add(fraction, i64.mul(weight, i64.extend_i32_u(i32.sub(byte, 0x30)))));
    });
  });
  refuseIf(f, i32.le_s(i32.sub(at, start), 0), parseStatus.invalid);
  return { negative, whole, fraction };
}

/** Emits: the rest of `hh:mm[:ss[.ffffff]]`, whose hours were read and whose first colon was passed. */
function takeTime(reader: TextReader, total: Total, { negative, whole, fraction }: Quantity): void {
  const { f } = reader;
  refuseIf(f, i64.ne(fraction, 0n), parseStatus.invalid);
  refuseIf(f, i64.gt_u(whole, 2_562_047_788n), parseStatus.outOfRange);
  const micros = f.let('i64', 'time_micros', i64.mul(whole, 3_600_000_000n));
  const minutes = takeNumber(reader);
  refuseIf(f, i32.gt_u(i32.sub(minutes.digits, 1), 1), parseStatus.invalid);
  refuseIf(f, i32.gt_u(minutes.value, 59), parseStatus.outOfRange);
  f.set(micros, i64.add(micros, i64.mul(i64.extend_i32_u(minutes.value), 60_000_000n)));
  ifNext(reader, ':', () => {
    const seconds = takeNumber(reader);
    refuseIf(f, i32.gt_u(i32.sub(seconds.digits, 1), 1), parseStatus.invalid);
    refuseIf(f, i32.gt_u(seconds.value, 60), parseStatus.outOfRange);
    f.set(micros, i64.add(micros, i64.mul(i64.extend_i32_u(seconds.value), 1_000_000n)));
    ifNext(reader, '.', () => f.set(micros, i64.add(micros, takeMicros(reader))));
  });
  refuseIf(f, i64.lt_s(micros, 0n), parseStatus.outOfRange);
  addTo(f, total.micros, applySign(micros, negative));
}

interface UnitLocals {
  readonly part: Expr<'i32'>;
  readonly factor: Expr<'i64'>;
}

/** Emits: adds whole and fraction, in the unit, to the parts they fall into. */
function addQuantity(
  f: FunctionBuilder,
  total: Total,
  { negative, whole, fraction }: Quantity,
  { part, factor }: UnitLocals,
): void {
  refuseIf(f, i64.gt_u(whole, i64.div_u(0x7fff_ffff_ffff_ffffn, factor)), parseStatus.outOfRange);
  const amount = f.let('i64', 'amount', applySign(i64.mul(whole, factor), negative));
  f.if(i32.eq(part, intervalParts.micros), () => {
    // Whole units of the fraction first: a billion times an hour does not fit 64 bits.
    const rounded = multiplyRounded(f, fraction, factor);
    addTo(f, total.micros, amount);
    addTo(f, total.micros, applySign(rounded, negative));
  });
  f.if(i32.eq(part, intervalParts.days), () => {
    addTo(f, total.days, amount);
    addDayFraction(f, total, i64.mul(fraction, factor), negative);
  });
  f.if(i32.eq(part, intervalParts.months), () => {
    addTo(f, total.months, amount);
    f.if(
      i64.eq(factor, 1n),
      () => addDayFraction(f, total, i64.mul(fraction, 30n), negative),
      () => addTo(f, total.months, applySign(multiplyRounded(f, fraction, factor), negative)),
    );
  });
}

/** Emits: billionths of a day as days and microseconds. */
function addDayFraction(
  f: FunctionBuilder,
  total: Total,
  billionths: Expr<'i64'>,
  negative: Expr<'i64'>,
): void {
  const all = f.let('i64', 'day_billionths', billionths);
  const whole = f.let('i64', 'whole_days', i64.div_u(all, nanos));
  addTo(f, total.days, applySign(whole, negative));
  const rest = f.let('i64', 'rest', i64.sub(all, i64.mul(whole, nanos)));
  addTo(f, total.micros, applySign(multiplyRounded(f, rest, i64.const(86_400_000_000n)), negative));
}

/** Emits: billionths * factor / 10^9, rounded half to even. */
function multiplyRounded(f: FunctionBuilder, billionths: Expr<'i64'>, factor: Expr<'i64'>): Local<'i64'> {
  // factor = high * 10^6 + low, so that no product passes 64 bits.
  const million = 1_000_000n;
  const high = f.let('i64', 'factor_high', i64.div_u(factor, million));
  const low = f.let('i64', 'factor_low', i64.rem_u(factor, million));
  // billionths * factor / 10^9 = (billionths * high * 10^6 + billionths * low) / 10^9
  const product = f.let('i64', 'product_high', i64.mul(billionths, high));
  const whole = f.let('i64', 'product_whole', i64.div_u(product, 1000n));
  const rest = i64.mul(i64.rem_u(product, 1000n), million);
  const last = f.let('i64', 'product_rest', i64.add(rest, i64.mul(billionths, low)));
  const quotient = f.let('i64', 'rounded', i64.add(whole, i64.div_u(last, nanos)));
  const left = f.let('i64', 'left', i64.rem_u(last, nanos));
  const tie = i64.eq(left, nanos / 2n);
  const up = select('i32', tie, i32.wrap_i64(i64.and(quotient, 1n)), i64.gt_u(left, nanos / 2n));
  f.set(quotient, i64.add(quotient, i64.extend_i32_u(up)));
  return quotient;
}

/** Emits: adds; returns `outOfRange` where that leaves 64 bits. */
function addTo(f: FunctionBuilder, total: Local<'i64'>, amount: Expr<'i64'>): void {
  const added = f.let('i64', 'added', amount);
  const sum = f.let('i64', 'sum', i64.add(total, added));
  const overflow = i64.lt_s(i64.and(i64.xor(total, sum), i64.xor(added, sum)), 0n);
  refuseIf(f, overflow, parseStatus.outOfRange);
  f.set(total, sum);
}
