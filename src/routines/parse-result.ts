/**
 * What the routines that read text give back: a status as their result and the value in globals of the
 * module. A value is valid after status `ok` only, until the next such call.
 */
import type { Global } from '../wasm/function-builder.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';

export const parseStatus = {
  ok: 0,
  /** The text is not of the type's form. */
  invalid: 1,
  /** The text has the right form, but no value of the type stands for it. */
  outOfRange: 2,
} as const;

interface ParseGlobals {
  readonly low: Global<'i64'>;
  readonly high: Global<'i64'>;
  readonly double: Global<'f64'>;
}

const globalsOf = new WeakMap<ModuleBuilder, ParseGlobals>();

function parseGlobals(module: ModuleBuilder): ParseGlobals {
  let globals = globalsOf.get(module);
  if (!globals) {
    globals = {
      low: module.global('i64', 'parsed_i64', 0n),
      high: module.global('i64', 'parsed_high', 0n),
      double: module.global('f64', 'parsed_f64', 0),
    };
    globalsOf.set(module, globals);
  }
  return globals;
}

/** The integer read: a 64-bit value, days, microseconds, 0 or 1, or the low word of a 128-bit one. */
export function parsedI64(module: ModuleBuilder): Global<'i64'> {
  return parseGlobals(module).low;
}

/** The high word of a 128-bit value; an interval's months (low 32 bits) and days (high 32 bits). */
export function parsedHigh(module: ModuleBuilder): Global<'i64'> {
  return parseGlobals(module).high;
}

export function parsedF64(module: ModuleBuilder): Global<'f64'> {
  return parseGlobals(module).double;
}
