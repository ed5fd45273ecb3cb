/** What the conversions of values to columns share. */
import type { FunctionBuilder, Local } from '../../../../wasm/function-builder.ts';
import { call, i32 } from '../../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../../wasm/module-builder.ts';
import type { Expr } from '../../../../wasm/types.ts';
import { reasonCode, type ScanGlobals } from './scan-globals.ts';
import { unescapeString } from './strings.ts';

/** The parameters of a conversion: the column's entry, the checked value's text, and where the value goes. */
export const conversionParams = { entry: 'i32', at: 'i32', end: 'i32', value: 'i32' } as const;

/** Emits: narrows the text of a string to its value, unescaped where it has to be. */
export function openString(
  module: ModuleBuilder,
  globals: ScanGlobals,
  f: FunctionBuilder,
  at: Local<'i32'>,
  end: Local<'i32'>,
): void {
  f.set(at, i32.add(at, 1));
  f.set(end, i32.sub(end, 1));
  f.if(globals.isEscaped, () => {
    f.set(at, call(unescapeString(module, globals), at, end) as Expr<'i32'>);
    f.set(end, i32.add(at, globals.unescapedBytes));
  });
}

/** Emits: ends a conversion. */
export function failConversion(f: FunctionBuilder, reason: 'wrong_type' | 'out_of_range'): void {
  f.return(i32.const(reasonCode(reason)));
}
