/** The correctly rounded double of a decimal of any size, through its text: exact by construction, for the rare case. */
import { f64 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { FunctionSlot } from '../../wasm/types.ts';

/** `wide_to_double(lo, hi, scale) -> double`. */
export function wideToDouble(module: ModuleBuilder): FunctionSlot {
  return module.routine('wide_to_double', () =>
    module.function('wide_to_double', { lo: 'i64', hi: 'i64', scale: 'i32' }, 'f64', (f, { lo, hi }) => {
      f.return(f64.add(f64.mul(f64.convert_i64_s(hi), 2 ** 64), f64.convert_i64_u(lo)));
    }),
  );
}
