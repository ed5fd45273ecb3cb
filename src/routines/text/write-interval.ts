/**
 * INTERVAL to text, PostgreSQL's own style: `1 year 2 mons -3 days +04:05:06.5`; a part of 0 is left out, and
 * a positive part after a negative one carries a plus.
 */
import type { FunctionBuilder, Local } from '../../wasm/function-builder.ts';
import { call, i32, i64 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import { countDigits, twoDigits } from '../digits.ts';
import { applySign } from './parse-integer.ts';
import { writeDigits, writeInteger } from './write-integer.ts';
import { writeFraction } from './write-timestamp.ts';

/** The longest: years, months, days and hours all negative and of the most digits. */
export const intervalTextBytesMax = 80;

const params = { micros: 'i64', monthsAndDays: 'i64', out: 'i32' } as const;

interface Written {
  readonly at: Local<'i32'>;
  /** 1 once a part has been written. */
  readonly some: Local<'i32'>;
  /** 1 when the part before was negative. */
  readonly afterNegative: Local<'i32'>;
}

/** `write_interval(micros, monthsAndDays, out) -> bytes`, at most 80. */
export function writeInterval(module: ModuleBuilder): FunctionSlot {
  return module.routine('write_interval', () =>
    module.function('write_interval', params, 'i32', (f, { micros, monthsAndDays, out }) => {
      const written: Written = {
        at: f.let('i32', 'at', out),
        some: f.local('i32', 'some'),
        afterNegative: f.local('i32', 'after_negative'),
      };
      const months = f.let('i32', 'months', i32.wrap_i64(monthsAndDays));
      const days = f.let('i32', 'days', i32.wrap_i64(i64.shr_u(monthsAndDays, 32)));
      const years = f.let('i32', 'years', i32.div_s(months, 12));
      writePart(module, f, written, { value: years, unit: ' year' });
      writePart(module, f, written, { value: i32.sub(months, i32.mul(years, 12)), unit: ' mon' });
      writePart(module, f, written, { value: days, unit: ' day' });
      f.if(i32.or(i64.ne(micros, 0n), i32.eqz(written.some)), () => {
        writeTime(module, f, written, micros);
      });
      f.return(i32.sub(written.at, out));
    }),
  );
}

interface Part {
  readonly value: Expr<'i32'>;
  readonly unit: string;
}

function writePart(module: ModuleBuilder, f: FunctionBuilder, written: Written, part: Part): void {
  const { at, some, afterNegative } = written;
  const value = f.let('i32', 'part', part.value);
  f.if(value, () => {
    writeSeparator(f, written);
    f.if(i32.and(afterNegative, i32.gt_s(value, 0)), () => appendText(f, at, '+'));
    const bytes = call(writeInteger(module), i64.extend_i32_s(value), at) as Expr<'i32'>;
    f.set(at, i32.add(at, bytes));
    appendText(f, at, part.unit);
    f.if(i32.ne(value, 1), () => appendText(f, at, 's'));
    f.set(some, 1);
    f.set(afterNegative, i32.lt_s(value, 0));
  });
}

function writeSeparator(f: FunctionBuilder, { at, some }: Written): void {
  f.if(some, () => appendText(f, at, ' '));
}

function appendText(f: FunctionBuilder, at: Local<'i32'>, text: string): void {
  for (let i = 0; i < text.length; i++) f.do(i32.store8(at, text.charCodeAt(i), i));
  f.set(at, i32.add(at, text.length));
}

function writeTime(module: ModuleBuilder, f: FunctionBuilder, written: Written, micros: Expr<'i64'>): void {
  const { at, afterNegative } = written;
  writeSeparator(f, written);
  f.if(
    i64.lt_s(micros, 0n),
    () => appendText(f, at, '-'),
    () => f.if(afterNegative, () => appendText(f, at, '+')),
  );
  const size = f.let('i64', 'size', applySign(micros, i64.shr_s(micros, 63)));
  const seconds = f.let('i64', 'seconds', i64.div_u(size, 1_000_000n));
  const hours = f.let('i64', 'hours', i64.div_u(seconds, 3600n));
  const secondOfHour = f.let('i32', 'second_of_hour', i32.wrap_i64(i64.rem_u(seconds, 3600n)));
  const minute = f.let('i32', 'minute', i32.div_u(secondOfHour, 60));
  const count = countDigits(module, f, hours);
  f.if(i32.lt_u(count, 2), () => f.set(count, 2));
  f.call(writeDigits(module), hours, count, at);
  f.set(at, i32.add(at, count));
  const second = f.let('i32', 'second', i32.sub(secondOfHour, i32.mul(minute, 60)));
  f.do(
    i32.store8(at, 0x3a),
    i32.store16(at, twoDigits(minute), 1),
    i32.store8(at, 0x3a, 3),
    i32.store16(at, twoDigits(second), 4),
  );
  f.set(at, i32.add(at, 6));
  writeFraction(module, f, i64.sub(size, i64.mul(seconds, 1_000_000n)), at);
}
