/**
 * What the states of the fast path share: the locals of the scan's loop, the way out, and the comparison of
 * literal text. Every emitter reads forward from `at`; whenever it is unsure it leaves for the tolerant path,
 * with `at` as it found it, and nothing it did until then counts.
 */

import type { BatchColumn } from '../../../columns/batch-layout.ts';
import { storageBytes } from '../../../columns/sql-type.ts';
import type { FunctionBuilder, Local } from '../../../wasm/function-builder.ts';
import { i8x16, i32, i64, v128 } from '../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../wasm/module-builder.ts';
import type { Expr, Label } from '../../../wasm/types.ts';
import type { ScanState } from './scan-plan.ts';
import type { ScanGlobals } from './tolerant/scan-globals.ts';
import { fourBytes } from './tolerant/skip-value.ts';

export interface FastPath {
  readonly module: ModuleBuilder;
  readonly f: FunctionBuilder;
  readonly globals: ScanGlobals;
  /** Where the text goes on. */
  readonly at: Local<'i32'>;
  /** The row being filled. */
  readonly row: Local<'i32'>;
  /** The record's first byte, and its length once it is read. */
  readonly record: Local<'i32'>;
  readonly length: Local<'i32'>;
  /** The state that the fast path was entered at. */
  readonly state: Local<'i32'>;
  /** Whether this record has left the fast path before. */
  readonly drifted: Local<'i32'>;
  /** Why it is left now: see tolerant/drift.ts. */
  readonly code: Local<'i32'>;
  /** How many bytes before `at` the value begins. */
  readonly consumed: Local<'i32'>;
  readonly scratch: {
    readonly block: Local<'v128'>;
    readonly word: Local<'i64'>;
    readonly mask: Local<'i32'>;
    readonly size: Local<'i32'>;
    readonly isNegative: Local<'i32'>;
  };
}

/** The fast path within the block that leaving it goes to the end of. */
export interface StatePath extends FastPath {
  readonly left: Label;
}

export function createFastPath(
  module: ModuleBuilder,
  f: FunctionBuilder,
  globals: ScanGlobals,
  at: Local<'i32'>,
): FastPath {
  return {
    module,
    f,
    globals,
    at,
    row: f.local('i32', 'row'),
    record: f.local('i32', 'record'),
    length: f.local('i32', 'length'),
    state: f.local('i32', 'state'),
    drifted: f.local('i32', 'drifted'),
    code: f.local('i32', 'code'),
    consumed: f.local('i32', 'consumed'),
    scratch: {
      block: f.local('v128', 'block'),
      word: f.local('i64', 'word'),
      mask: f.local('i32', 'mask'),
      size: f.local('i32', 'size'),
      isNegative: f.local('i32', 'is_negative'),
    },
  };
}

/** Emits: leaves the value at `at` to the tolerant path if the condition holds. */
export function leaveIf({ f, code, left }: StatePath, state: ScanState, condition: Expr<'i32'>): void {
  f.if(condition, () => {
    f.set(code, 2 * state.index);
    f.branch(left);
  });
}

/**
 * Emits: moves past the text; leaves if it is not there. `index` is the state just read, 0 at the record's
 * start.
 */
export function matchLiteral({ f, at, code, left }: StatePath, literal: Uint8Array, index: number): void {
  const leave = (condition: Expr<'i32'>): void => {
    f.if(condition, () => {
      f.set(code, 2 * index + 1);
      f.branch(left);
    });
  };
  // In order, so that no block is looked at unless those before it match: none lies far past the record's
  // end.
  for (let offset = 0; offset < literal.length; offset += 16) {
    const bytes = new Uint8Array(16);
    const count = Math.min(16, literal.length - offset);
    bytes.set(literal.subarray(offset, offset + count));
    const all = (1 << count) - 1;
    const equal = i8x16.bitmask(i8x16.eq(v128.load(at, offset), v128.const(bytes)));
    leave(i32.ne(count === 16 ? equal : i32.and(equal, all), all));
  }
  f.set(at, i32.add(at, literal.length));
}

/** The address of the row's value; store with the column's `valuesAddress` as offset. */
export function rowOffset({ row }: FastPath, column: BatchColumn): Expr<'i32'> {
  return i32.shl(row, Math.log2(storageBytes[column.storage]));
}

/** Emits: a value that was seen to be `null` at times; `read` is run for any other. */
export function readNullable(path: StatePath, state: ScanState, read: () => void): void {
  const { f, at, consumed } = path;
  const { key, column } = state;
  const takesNull = (key.hasNulls || key.kind === 'null') && (!column || column.nullsAddress !== undefined);
  if (!takesNull) return read();
  f.if(
    i32.eq(i32.load(at), fourBytes('null')),
    () => {
      if (column) storeNullValue(path, column);
      f.set(consumed, 4);
      f.set(at, i32.add(at, 4));
    },
    read,
  );
}

function storeNullValue(path: FastPath, column: BatchColumn): void {
  const { f, row } = path;
  const address = column.valuesAddress;
  const offset = rowOffset(path, column);
  f.do(i32.store8(row, 1, column.nullsAddress!));
  switch (storageBytes[column.storage]) {
    case 1:
      return f.do(i32.store8(offset, 0, address));
    case 4:
      return f.do(i32.store(offset, 0, address));
    case 8:
      return f.do(i64.store(offset, 0n, address));
    default:
      return f.do(v128.store(offset, v128.const(new Uint8Array(16)), address));
  }
}
