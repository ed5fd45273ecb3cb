/** Integers to decimal text, eight digits at a time. */
import type { FunctionBuilder, Local } from '../../wasm/function-builder.ts';
import { i32, i64 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import { countDigits, emitEightDigits } from '../digits.ts';
import { applySign } from './parse-integer.ts';

/** Room a writer of numbers or dates may use at `out`, beyond the bytes it returns included. */
export const writeRoomBytes = 64;

const eightDigits = 100_000_000n;

/** `write_integer(value, out) -> bytes`, at most 20. */
export function writeInteger(module: ModuleBuilder): FunctionSlot {
  return module.routine('write_integer', () => {
    const writeUnsigned = writeDigits(module);
    return module.function('write_integer', { value: 'i64', out: 'i32' }, 'i32', (f, { value, out }) => {
      const negative = f.let('i64', 'negative', i64.shr_s(value, 63));
      f.set(value, applySign(value, negative));
      const signBytes = f.let('i32', 'sign_bytes', i32.wrap_i64(i64.sub(0n, negative)));
      f.do(i32.store8(out, 0x2d));
      const count = countDigits(module, f, value);
      f.call(writeUnsigned, value, count, i32.add(out, signBytes));
      f.return(i32.add(count, signBytes));
    });
  });
}

/**
 * `write_digits(value, count, out)`: the last `count` decimal digits (1 to 20) of an unsigned number, leading
 * zeros included. Of few digits, the bytes up to the eighth are written, too.
 */
export function writeDigits(module: ModuleBuilder): FunctionSlot {
  const params = { value: 'i64', count: 'i32', out: 'i32' } as const;
  return module.routine('write_digits', () =>
    module.function('write_digits', params, undefined, (f, { value, count, out }) => {
      f.if(i32.le_u(count, 8), () => {
        const digits = emitEightDigits(f, i64.rem_u(value, eightDigits));
        f.do(i64.store(out, lastBytes(digits, count)));
        f.return();
      });
      const at = f.let('i32', 'at', i32.add(out, count));
      const rest = f.local('i64', 'rest');
      f.while(
        'blocks',
        () => i32.ge_u(i32.sub(at, out), 8),
        () => {
          f.set(at, i32.sub(at, 8));
          f.set(rest, i64.div_u(value, eightDigits));
          f.do(i64.store(at, emitEightDigits(f, i64.sub(value, i64.mul(rest, eightDigits)))));
          f.set(value, rest);
        },
      );
      const left = f.let('i32', 'left', i32.sub(at, out));
      f.if(i32.eqz(left), () => f.return());
      const digits = emitEightDigits(f, i64.rem_u(value, eightDigits));
      storeLast(f, digits, left, out);
    }),
  );
}

/** The last `count` (1 to 8) bytes of the word, in its lowest bytes. */
function lastBytes(word: Expr<'i64'>, count: Expr<'i32'>): Expr<'i64'> {
  return i64.shr_u(word, i64.extend_i32_u(i32.shl(i32.sub(8, count), 3)));
}

/** Emits: stores the last `count` (1 to 7) bytes of the word at `out`, and nothing else. */
function storeLast(f: FunctionBuilder, word: Expr<'i64'>, count: Expr<'i32'>, out: Expr<'i32'>): void {
  const bytes: Local<'i64'> = f.let('i64', 'bytes', lastBytes(word, count));
  const at = f.let('i32', 'store_at', out);
  for (const [size, store] of [
    [4, i64.store32],
    [2, i64.store16],
    [1, i64.store8],
  ] as const) {
    f.if(i32.and(count, size), () => {
      f.do(store(at, bytes));
      f.set(at, i32.add(at, size));
      f.set(bytes, i64.shr_u(bytes, BigInt(8 * size)));
    });
  }
}
