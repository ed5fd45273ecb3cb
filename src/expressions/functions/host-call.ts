/** Calls of the host's mathematics (wasm/host-functions.ts): doubles in, a double out. */
import { call } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Arg, Expr } from '../../wasm/types.ts';

/** A call of the host function of that name. */
export function callHost(module: ModuleBuilder, name: string, ...args: readonly Arg<'f64'>[]): Expr<'f64'> {
  const params = args.map(() => 'f64' as const);
  return call(module.importFunction(name, params, 'f64'), ...args) as Expr<'f64'>;
}
