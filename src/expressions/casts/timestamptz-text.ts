/** Text to TIMESTAMPTZ: a text without a zone of its own shows the wall clock of the session's time zone. */
import { parsedI64, parseStatus } from '../../routines/parse-result.ts';
import { parseTimestamptz } from '../../routines/text/parse-timestamp.ts';
import { call, i32 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import type { EmitContext, Value } from '../emit-context.ts';
import { bytesOf } from '../strings/string-lanes.ts';
import { isUtc } from '../time-zone/transitions.ts';
import { localToInstant } from '../time-zone/zone-offset.ts';

export function readTimestamptz(context: EmitContext, value: Value): readonly Expr[] {
  const { module, f, timeZone } = context;
  const { address, byteCount } = bytesOf(context, value);
  const status = f.let('i32', 'status', call(parseTimestamptz(module), address, byteCount) as Expr<'i32'>);
  f.if(i32.eq(status, parseStatus.invalid), () => context.fail('invalid_cast'));
  f.if(status, () => context.fail('numeric_out_of_range'));
  const micros = f.let('i64', 'parsed', parsedI64(module));
  if (!isUtc(timeZone)) {
    f.if(i32.eqz(call(namesZone(module), address, byteCount) as Expr<'i32'>), () => {
      f.set(micros, localToInstant(context, timeZone, micros));
    });
  }
  return [micros];
}

/**
 * `names_zone(address, byteCount) -> 1 or 0`: whether a sign or a zone's letter stands behind a time of day.
 */
function namesZone(module: ModuleBuilder): FunctionSlot {
  return module.routine('names_zone', () =>
    module.function(
      'names_zone',
      { address: 'i32', byteCount: 'i32' },
      'i32',
      (f, { address, byteCount }) => {
        const at = f.let('i32', 'at', address);
        const end = f.let('i32', 'end', i32.add(address, byteCount));
        const inTime = f.local('i32', 'in_time');
        const byte = f.local('i32', 'byte');
        f.while(
          'bytes',
          () => i32.lt_u(at, end),
          () => {
            f.set(byte, i32.load8_u(at));
            f.if(i32.and(inTime, isZoneMark(byte)), () => f.return(i32.const(1)));
            f.set(inTime, i32.or(inTime, i32.eq(byte, ':'.charCodeAt(0))));
            f.set(at, i32.add(at, 1));
          },
        );
        f.return(i32.const(0));
      },
    ),
  );
}

/**
 * `+`, `-`, and the first letters of `Z`, `UTC` and `GMT`, as a set of bits over the letters' low five bits.
 */
function isZoneMark(byte: Expr<'i32'>): Expr<'i32'> {
  const sign = i32.or(i32.eq(byte, '+'.charCodeAt(0)), i32.eq(byte, '-'.charCodeAt(0)));
  const letters = [...'ZUG'].reduce((bits, letter) => bits | (1 << (letter.charCodeAt(0) & 31)), 0);
  const isLetter = i32.ge_u(byte, 0x41);
  return i32.or(sign, i32.and(isLetter, i32.and(i32.shr_u(letters, i32.and(byte, 31)), 1)));
}
