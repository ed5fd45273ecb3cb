/**
 * The correctly rounded double of a decimal of any size, through its text: exact by construction, for the
 * rare case.
 */
import { parsedF64 } from '../../routines/parse-result.ts';
import { parseDouble } from '../../routines/text/parse-double.ts';
import { writeDecimal } from '../../routines/text/write-decimal.ts';
import { writeRoomBytes } from '../../routines/text/write-integer.ts';
import { call } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';

/** `wide_to_double(lo, hi, scale) -> double`. */
export function wideToDouble(module: ModuleBuilder): FunctionSlot {
  const params = { lo: 'i64', hi: 'i64', scale: 'i32' } as const;
  return module.routine('wide_to_double', () => {
    const text = module.table('decimal_text', () => new Uint8Array(2 * writeRoomBytes));
    return module.function('wide_to_double', params, 'f64', (f, { lo, hi, scale }) => {
      const written = call(writeDecimal(module), lo, hi, scale, text) as Expr<'i32'>;
      f.call(parseDouble(module), text, f.let('i32', 'written', written));
      f.return(parsedF64(module));
    });
  });
}
