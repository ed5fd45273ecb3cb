/**
 * What the pieces of the fast paths share: their locals, the way out, and the comparison of literal text.
 * Every piece reads forward from `at`; whenever it is unsure it leaves, nothing it did until then counts, and
 * the value is read again from its start.
 */
import type { BatchColumn } from '../../../columns/batch-layout.ts';
import { storageBytes } from '../../../columns/sql-type.ts';
import type { FunctionBuilder, Local } from '../../../wasm/function-builder.ts';
import { i8x16, i32, i64, v128 } from '../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../wasm/module-builder.ts';
import type { Expr, Label } from '../../../wasm/types.ts';
import type { ValueForm } from './scan-plan.ts';
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
  /** The bytes of the value being read. */
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
  { at, row }: Pick<FastPath, 'at' | 'row'>,
): FastPath {
  return {
    ...{ module, f, globals, at, row },
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

/** Emits: leaves if the condition holds. */
export function leaveIf({ f, left }: StatePath, condition: Expr<'i32'>): void {
  f.branchIf(left, condition);
}

/** Emits: leaves unless the text is at `at`. */
export function matchLiteral(path: StatePath, literal: Uint8Array): void {
  const { module, at } = path;
  // In order, so that no block is looked at unless those before it match: none lies far past the record's
  // end.
  for (let offset = 0; offset < literal.length; offset += 16) {
    const bytes = new Uint8Array(16);
    const count = Math.min(16, literal.length - offset);
    bytes.set(literal.subarray(offset, offset + count));
    const all = (1 << count) - 1;
    const equal = i8x16.bitmask(i8x16.eq(v128.load(at, offset), module.vector(bytes)));
    leaveIf(path, i32.ne(count === 16 ? equal : i32.and(equal, all), all));
  }
}

/** The address of the row's value; store with the column's `valuesAddress` as offset. */
export function rowOffset({ row }: FastPath, column: BatchColumn): Expr<'i32'> {
  return i32.shl(row, Math.log2(storageBytes[column.storage]));
}

/** Emits: a value that may be `null`; `read` is run for any other. */
export function readNullable(path: StatePath, form: ValueForm, read: () => void): void {
  const { f, at } = path;
  const { hasNulls, column } = form;
  const takesNull = hasNulls && (!column || column.nullsAddress !== undefined);
  if (!takesNull) return read();
  f.if(
    i32.eq(i32.load(at), fourBytes('null')),
    () => {
      if (column) storeNullValue(path, column);
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
