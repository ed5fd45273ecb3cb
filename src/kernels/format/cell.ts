/** What the formatter gets of a value, and what each format makes of it. */
import type { SqlType } from '../../columns/sql-type.ts';
import type { FunctionBuilder } from '../../wasm/function-builder.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr } from '../../wasm/types.ts';

/** One value of a row: its lanes (all zero where NULL) and its null-ness. */
export interface Cell {
  readonly type: SqlType;
  readonly lanes: readonly Expr[];
  readonly isNull: Expr<'i32'> | undefined;
}

/** A text format of rows. */
export interface CellFormat {
  /** Bytes in front of the cell of column `index`, and behind the last. */
  before(index: number): Uint8Array;
  readonly after: Uint8Array;
  /** The bytes of a NULL. */
  readonly nullText: Uint8Array;
  /** The most bytes that a value takes whose size does not depend on it; undefined for strings. */
  bytesMax(type: SqlType): number | undefined;
  /** The most bytes that a string takes for each of its own, beside two. */
  readonly stringFactor: number;
  /** Emits: write a value that is not NULL at `out`; yields the bytes written. */
  emitValue(module: ModuleBuilder, f: FunctionBuilder, cell: Cell, out: Expr<'i32'>): Expr<'i32'>;
}
