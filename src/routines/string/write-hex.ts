/** An unsigned 64-bit number in hexadecimal, lower case, without leading zeros. */
import { i32, i64 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { FunctionSlot } from '../../wasm/types.ts';

/** `write_hex(value, out) -> bytes`, 1 to 16. */
export function writeHex(module: ModuleBuilder): FunctionSlot {
  return module.routine('write_hex', () =>
    module.function('write_hex', { value: 'i64', out: 'i32' }, 'i32', (f, { value, out }) => {
      const zeroBits = i32.wrap_i64(i64.clz(i64.or(value, 1n)));
      const size = f.let('i32', 'size', i32.sub(16, i32.shr_u(zeroBits, 2)));
      const left = f.let('i32', 'left', size);
      const digit = f.local('i32', 'digit');
      f.while(
        'digits',
        () => left,
        () => {
          f.set(left, i32.sub(left, 1));
          f.set(digit, i32.wrap_i64(i64.and(value, 15n)));
          // A digit from 10 on is a letter: 39 places behind the digits.
          f.set(digit, i32.add(i32.add(digit, 0x30), i32.mul(i32.gt_u(digit, 9), 39)));
          f.do(i32.store8(i32.add(out, left), digit));
          f.set(value, i64.shr_u(value, 4n));
        },
      );
      f.return(size);
    }),
  );
}
