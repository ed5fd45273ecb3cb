/**
 * What an aggregate is: a fixed-size state of fields inside a group's entry, and four emitters over it. The
 * group table (kernels/) lays the state out and loops; an aggregate never sees a group's key or address
 * arithmetic beyond `state`.
 */
import type { SqlType, Storage } from '../columns/sql-type.ts';
import type { FunctionBuilder } from '../wasm/function-builder.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import type { Expr } from '../wasm/types.ts';
import type { KeyOrder } from './bound-expression.ts';
import type { Value } from './emit-context.ts';
import type { EvaluationError } from './evaluation-error.ts';

/**
 * A field of the state. A `view` field owns its long string's bytes (the store keeps a copy in the table's
 * slabs).
 */
export interface StateField {
  readonly name: string;
  readonly storage: Storage;
}

/** Access to one group's state while a kernel runs. Field access is by name. */
export interface StateAccess {
  readonly module: ModuleBuilder;
  readonly f: FunctionBuilder;
  load(field: string): readonly Expr[];
  /** Stores the lanes; for a `view` field a long string is copied in and the one it replaces is freed. */
  store(field: string, lanes: readonly Expr[]): void;
  /** Emits: the group's value cannot be given (a sum beyond 38 digits). Control does not come back. */
  fail(error: EvaluationError): void;
}

export interface AggregateOverload {
  readonly params: readonly SqlType['kind'][];
  readonly resultType: (args: readonly SqlType[]) => SqlType;
  /**
   * Whether a group with rows can still have a NULL result (all arguments NULL, one row for a sample
   * variance).
   */
  readonly nullable: boolean;
  /** Whether the row's position decides the result (FIRST, LAST); then `update` gets it. */
  readonly needsPosition: boolean;
  readonly state: (args: readonly SqlType[]) => readonly StateField[];
  /**
   * Emits the update by one row. The caller has skipped rows whose FILTER is not true and, unless
   * `seesNulls`, rows with a NULL argument. A fresh state is all zero bytes: the overload must treat that as
   * empty.
   */
  readonly update: (state: StateAccess, args: readonly Value[], position: Expr<'i64'> | undefined) => void;
  /** Emits: merge another state of the same group into `into`, in any order, to the same result. */
  readonly merge: (into: StateAccess, from: StateAccess, args: readonly SqlType[]) => void;
  /** Emits the result. */
  readonly finish: (state: StateAccess, resultType: SqlType, args: readonly SqlType[]) => Value;
  readonly seesNulls: boolean;
  /** Whether a value that comes twice can give another result than one that comes once. */
  readonly countsDuplicates: boolean;
  /**
   * The same over rows in an order of the aggregate's own, whose keys follow the arguments; undefined where
   * no order changes the result.
   */
  readonly inOrder: ((order: readonly KeyOrder[]) => AggregateOverload) | undefined;
}

export interface AggregateFunction {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly overloads: readonly AggregateOverload[];
}
