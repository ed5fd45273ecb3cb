/**
 * The module variables that the pieces of a scan share: why a record failed, what the last string or number
 * was like, and what the host reads.
 */
import type { FunctionBuilder, Global } from '../../../../wasm/function-builder.ts';
import { i32 } from '../../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../../wasm/module-builder.ts';
import type { Expr } from '../../../../wasm/types.ts';
import { type BadRecordReason, badRecordReasons } from '../../scan-contract.ts';

export interface ScanGlobals {
  /** Where the next call starts; exported. */
  readonly next: Global<'i32'>;
  /** Entries of the bad-record list; exported. */
  readonly badCount: Global<'i32'>;
  /** Why the record is bad: the reason's index, and the column's or -1. */
  readonly error: Global<'i32'>;
  readonly errorField: Global<'i32'>;
  /** Whether the last string held escapes. */
  readonly isEscaped: Global<'i32'>;
  /** Whether the last number was written with neither fraction nor exponent. */
  readonly isInteger: Global<'i32'>;
  /** The byte count of the last string unescaped. */
  readonly unescapedBytes: Global<'i32'>;
  /** The last key read, between its quotes. */
  readonly keyStart: Global<'i32'>;
  readonly keyEnd: Global<'i32'>;
}

export function declareGlobals(module: ModuleBuilder): ScanGlobals {
  return {
    next: module.global('i32', 'scan_next', 0, true),
    badCount: module.global('i32', 'scan_bad_count', 0, true),
    error: module.global('i32', 'scan_error', 0),
    errorField: module.global('i32', 'scan_error_field', -1),
    isEscaped: module.global('i32', 'json_is_escaped', 0),
    isInteger: module.global('i32', 'json_is_integer', 0),
    unescapedBytes: module.global('i32', 'json_unescaped_bytes', 0),
    keyStart: module.global('i32', 'json_key_start', 0),
    keyEnd: module.global('i32', 'json_key_end', 0),
  };
}

/** The code of a reason. Conversions give 0 for success, which they cannot confuse with a syntax error. */
export function reasonCode(reason: BadRecordReason): number {
  return badRecordReasons.indexOf(reason);
}

/** Emits: notes why the record is bad and returns 0 from a function that gives an address. */
export function failWith(f: FunctionBuilder, globals: ScanGlobals, reason: BadRecordReason): void {
  f.setGlobal(globals.error, reasonCode(reason));
  f.setGlobal(globals.errorField, -1);
  f.return(i32.const(0));
}

/** A blank within a record: space, tab or carriage return. `byte` is evaluated three times. */
export function isBlank(byte: Expr<'i32'>): Expr<'i32'> {
  return i32.or(i32.eq(byte, 0x20), i32.or(i32.eq(byte, 0x09), i32.eq(byte, 0x0d)));
}
