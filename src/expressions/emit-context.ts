/**
 * What an emitter works with: values as lanes with their null-ness beside them, and the surroundings of the
 * row loop it writes into. The row loop (codegen/) supplies the context; an emitter never sees where columns
 * or rows lie.
 */
import type { SqlType } from '../columns/sql-type.ts';
import type { FunctionBuilder } from '../wasm/function-builder.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import type { Expr } from '../wasm/types.ts';
import type { EvaluationError } from './evaluation-error.ts';

/**
 * One SQL value inside a kernel. `lanes` follow `storageLanes[storageOf(type)]` and are cheap to repeat:
 * locals or constants. Where `isNull` is true the lanes are all zero. `isNull` undefined means: never NULL.
 */
export interface Value {
  readonly type: SqlType;
  readonly lanes: readonly Expr[];
  readonly isNull: Expr<'i32'> | undefined;
}

/** Where code goes; enough for what never fails and makes no string. */
export interface CodeContext {
  readonly module: ModuleBuilder;
  readonly f: FunctionBuilder;
}

/** What an emitter that can fail needs: an expression's context, or an aggregate's state. */
export interface FailingContext extends CodeContext {
  /**
   * Emits: give up the row, or the group, with an error about `subject`. Control does not come back.
   */
  fail(error: EvaluationError, subject?: string): void;
}

export interface EmitContext extends FailingContext {
  /**
   * Emits: set `byteCount` bytes aside that live until the batch is done; yields their address. For strings
   * that an expression makes. Memory grows as needed.
   */
  allocate(byteCount: Expr<'i32'>): Expr<'i32'>;
  /** The session's time zone for TIMESTAMPTZ text and fields, an IANA name. */
  readonly timeZone: string;
}
