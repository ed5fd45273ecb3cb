/** BOOLEAN to text: `true` or `false`. */
import { i32, i64 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { FunctionSlot } from '../../wasm/types.ts';

/** `write_boolean(value, out) -> bytes`, 4 or 5. */
export function writeBoolean(module: ModuleBuilder): FunctionSlot {
  return module.routine('write_boolean', () =>
    module.function('write_boolean', { value: 'i32', out: 'i32' }, 'i32', (f, { value, out }) => {
      f.if(value, () => {
        f.do(i32.store(out, 0x6575_7274));
        f.return(i32.const(4));
      });
      f.do(i64.store32(out, 0x736c_6166n), i32.store8(out, 0x65, 4));
      f.return(i32.const(5));
    }),
  );
}
