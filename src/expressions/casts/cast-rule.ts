/** What a cast between two kinds of types is: an emitter from lanes to lanes, and whether it can fail. */
import type { SqlType, SqlTypeKind } from '../../columns/sql-type.ts';
import type { Expr } from '../../wasm/types.ts';
import type { EmitContext, Value } from '../emit-context.ts';

export interface CastRule {
  readonly from: SqlTypeKind;
  readonly to: SqlTypeKind;
  readonly canFail: (from: SqlType, to: SqlType) => boolean;
  /** Emits the result's lanes from a value that is not NULL. */
  readonly lanes: (context: EmitContext, value: Value, to: SqlType) => readonly Expr[];
}

export const never = (): boolean => false;
export const sometimes = (): boolean => true;
