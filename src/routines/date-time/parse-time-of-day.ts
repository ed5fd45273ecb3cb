/**
 * The text of a time of day: `hh:mm`, `hh:mm:ss`, `hh:mm:ss.ffffff`; 24:00:00 and a 60th second are taken
 * too.
 */
import type { FunctionBuilder, Global } from '../../wasm/function-builder.ts';
import { i32, i64 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { FunctionSlot } from '../../wasm/types.ts';
import { microsPerDay, microsPerHour, microsPerMinute } from '../calendar.ts';
import { isDigit } from '../digits.ts';
import { parseStatus } from '../parse-result.ts';
import { ifNext, type NumberRead, refuseIf, type TextReader, takeNumber } from './text-reader.ts';

/** A routine `(at, end) -> status`, and what it leaves: the value and where it stopped reading. */
export interface TimeOfDayParser {
  readonly routine: FunctionSlot;
  readonly micros: Global<'i64'>;
  readonly next: Global<'i32'>;
}

const parserOf = new WeakMap<ModuleBuilder, TimeOfDayParser>();

export function parseTimeOfDay(module: ModuleBuilder): TimeOfDayParser {
  const known = parserOf.get(module);
  if (known) return known;
  const micros = module.global('i64', 'time_of_day_micros', 0n);
  const next = module.global('i32', 'time_of_day_next', 0);
  const params = { at: 'i32', end: 'i32' } as const;
  const routine = module.function('parse_time_of_day', params, 'i32', (f, { at, end }) => {
    const reader: TextReader = { f, at, end };
    const hour = takeNumber(reader);
    checkField(f, hour, 24);
    const minute = f.local('i32', 'minute');
    const second = f.local('i32', 'second');
    const fraction = f.local('i64', 'fraction');
    const hasMinute = f.local('i32', 'has_minute');
    ifNext(reader, ':', () => {
      const read = takeNumber(reader);
      checkField(f, read, 59);
      f.set(minute, read.value);
      f.set(hasMinute, 1);
      ifNext(reader, ':', () => {
        const seconds = takeNumber(reader);
        checkField(f, seconds, 60);
        f.set(second, seconds.value);
        ifNext(reader, '.', () => f.set(fraction, takeMicros(reader)));
      });
    });
    refuseIf(f, i32.eqz(hasMinute), parseStatus.invalid);
    const total = i64.add(
      i64.add(i64.mul(i64.extend_i32_u(hour.value), microsPerHour), fraction),
      i64.add(
        i64.mul(i64.extend_i32_u(minute), microsPerMinute),
        i64.mul(i64.extend_i32_u(second), 1_000_000n),
      ),
    );
    f.setGlobal(micros, total);
    f.setGlobal(next, at);
    // A leap second runs into the next minute, but a day ends at 24:00:00.
    refuseIf(f, i64.gt_u(micros, microsPerDay), parseStatus.outOfRange);
    f.return(i32.const(parseStatus.ok));
  });
  const parser = { routine, micros, next };
  parserOf.set(module, parser);
  return parser;
}

function checkField(f: FunctionBuilder, { value, digits }: NumberRead, valueMax: number): void {
  refuseIf(f, i32.gt_u(i32.sub(digits, 1), 1), parseStatus.invalid);
  refuseIf(f, i32.gt_u(value, valueMax), parseStatus.outOfRange);
}

/** Emits: takes the digits after the point as microseconds, rounded half to even. */
export function takeMicros({ f, at, end }: TextReader): ReturnType<typeof f.local<'i64'>> {
  const micros = f.let('i64', 'micros', 0n);
  const count = f.let('i32', 'fraction_digits', 0);
  const byte = f.local('i32', 'fraction_byte');
  const half = f.let('i32', 'half', 0);
  const rest = f.let('i32', 'rest', 0);
  f.while(
    'fraction',
    () => i32.lt_u(at, end),
    (leave) => {
      f.set(byte, i32.load8_u(at));
      f.branchIf(leave, i32.eqz(isDigit(byte)));
      f.if(
        i32.lt_u(count, 6),
        () => f.set(micros, i64.add(i64.mul(micros, 10n), i64.extend_i32_u(i32.sub(byte, 0x30)))),
        () => {
          f.if(
            i32.eq(count, 6),
            () => f.set(half, i32.sub(byte, 0x30)),
            () => f.set(rest, i32.or(rest, i32.sub(byte, 0x30))),
          );
        },
      );
      f.set(count, i32.add(count, 1));
      f.set(at, i32.add(at, 1));
    },
  );
  f.while(
    'scale',
    () => i32.lt_u(count, 6),
    () => {
      f.set(micros, i64.mul(micros, 10n));
      f.set(count, i32.add(count, 1));
    },
  );
  const odd = i32.wrap_i64(i64.and(micros, 1n));
  const tie = i32.and(i32.eq(half, 5), i32.eqz(rest));
  const roundsUp = i32.and(i32.ge_u(half, 5), i32.or(i32.eqz(tie), odd));
  f.set(micros, i64.add(micros, i64.extend_i32_u(roundsUp)));
  return micros;
}
