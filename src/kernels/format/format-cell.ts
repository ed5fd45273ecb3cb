/** A value that a row formatter writes, as the row loop holds it; the same shape as an expression's value. */
import type { SqlType, Storage } from '../../columns/sql-type.ts';
import type { Expr } from '../../wasm/types.ts';

export interface FormatCell {
  readonly storage: Storage;
  readonly type: SqlType;
  /** As `storageLanes` says; cheap to repeat. */
  readonly lanes: readonly Expr[];
  /** Undefined: never NULL. */
  readonly isNull: Expr<'i32'> | undefined;
}
