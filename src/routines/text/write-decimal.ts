/** DECIMAL to text: exactly `scale` digits after the point, as PostgreSQL writes NUMERIC. */
import type { FunctionBuilder, Local } from '../../wasm/function-builder.ts';
import { i32, i64, select } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import { countDigits, insertPoint } from '../digits.ts';
import { divRemU64 } from '../divide128.ts';
import { abs128, call128, type Int128, int128Globals } from '../integer128.ts';
import { writeDigits } from './write-integer.ts';

const params = { lo: 'i64', hi: 'i64', scale: 'i32', out: 'i32' } as const;
const tenTo19 = 10_000_000_000_000_000_000n;

/** `write_decimal(lo, hi, scale, out) -> bytes`, at most 41, for a scale of 0 to 38. */
export function writeDecimal(module: ModuleBuilder): FunctionSlot {
  return module.routine('write_decimal', () =>
    module.function('write_decimal', params, 'i32', (f, { lo, hi, scale, out }) => {
      const value = abs128(f, { lo, hi });
      const at = f.let('i32', 'at', out);
      f.if(i64.lt_s(hi, 0n), () => {
        f.do(i32.store8(at, 0x2d));
        f.set(at, i32.add(at, 1));
      });
      f.if(
        i64.eqz(value.hi),
        () => {
          const count = countDigits(module, f, value.lo);
          // At least one digit stands before the point.
          f.set(count, select('i32', i32.gt_s(count, scale), count, i32.add(scale, 1)));
          writeAll(module, f, { value, count, at });
          f.set(at, i32.add(at, count));
        },
        () => {
          const count = countWide(module, f, value);
          f.set(count, select('i32', i32.gt_s(count, scale), count, i32.add(scale, 1)));
          writeAll(module, f, { value, count, at });
          f.set(at, i32.add(at, count));
        },
      );
      f.if(scale, () => {
        insertPoint(f, i32.sub(at, scale), scale);
        f.set(at, i32.add(at, 1));
      });
      f.return(i32.sub(at, out));
    }),
  );
}

/** Emits: the digits of an unsigned 128-bit number of more than 64 bits, up to 39. */
function countWide(module: ModuleBuilder, f: FunctionBuilder, value: Int128): Local<'i32'> {
  const upper = call128(module, f, divRemU64(module), [value.lo, value.hi, tenTo19]);
  const count = f.local('i32', 'wide_count');
  f.if(
    i64.eqz(upper.hi),
    () => f.set(count, i32.add(countDigits(module, f, upper.lo), 19)),
    () => f.set(count, 39),
  );
  return count;
}

interface Digits {
  readonly value: Int128;
  readonly count: Expr<'i32'>;
  readonly at: Expr<'i32'>;
}

/** Emits: the last `count` digits, leading zeros included, in runs of up to 19. */
function writeAll(module: ModuleBuilder, f: FunctionBuilder, { value, count, at }: Digits): void {
  const write = writeDigits(module);
  f.if(i32.le_s(count, 19), () => f.call(write, value.lo, count, at));
  f.if(i32.gt_s(count, 19), () => {
    const upper = call128(module, f, divRemU64(module), [value.lo, value.hi, tenTo19]);
    const low = f.let('i64', 'low_digits', int128Globals(module).remainderLow);
    const upperCount = f.let('i32', 'upper_count', i32.sub(count, 19));
    // From the front, because a short run writes past its end.
    f.if(
      i32.le_s(upperCount, 19),
      () => f.call(write, upper.lo, upperCount, at),
      () => {
        // 39 digits in all: one digit, then 19.
        const top = call128(module, f, divRemU64(module), [upper.lo, upper.hi, tenTo19]);
        const middle = f.let('i64', 'middle_digits', int128Globals(module).remainderLow);
        f.call(write, top.lo, i32.sub(upperCount, 19), at);
        f.call(write, middle, 19, i32.add(at, i32.sub(upperCount, 19)));
      },
    );
    f.call(write, low, 19, i32.add(at, upperCount));
  });
}
