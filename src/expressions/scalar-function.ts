/**
 * What a scalar function or operator is: its overloads, and for each the result type and the one
 * implementation. The catalogue (catalogue.ts) lists them all; adding a function means adding one entry
 * there.
 */
import type { SqlType } from '../columns/sql-type.ts';
import type { BoundExpression } from './bound-expression.ts';
import type { EmitContext, Value } from './emit-context.ts';

export interface ScalarOverload {
  /**
   * Parameter types a call must match after coercion. `decimal` parameters accept any precision and scale.
   */
  readonly params: readonly SqlType['kind'][];
  /** The last parameter may be repeated. */
  readonly variadic?: boolean;
  /** The result type from the actual argument types; constant arguments may decide a decimal's scale. */
  readonly resultType: (args: readonly SqlType[], expressions: readonly BoundExpression[]) => SqlType;
  /**
   * `strict` (the usual): any NULL argument makes the result NULL and the emitter runs on non-NULL values
   * only. `custom`: the emitter sees the null-ness and decides.
   */
  readonly nulls: 'strict' | 'custom';
  /** Whether some argument values end in an evaluation error. */
  readonly fallible: boolean;
  /** Of a fallible overload: whether it still is with these arguments, such as a constant divisor. */
  readonly canFailWith?: (args: readonly BoundExpression[]) => boolean;
  /** Whether NULL can come out of arguments that are not NULL or, with `custom` nulls, at all. */
  readonly mayReturnNull?: boolean;
  /** Emits the computation into `context.f`; for `strict` overloads the arguments' `isNull` is undefined. */
  readonly emit: (context: EmitContext, args: readonly Value[], resultType: SqlType) => Value;
}

export interface ScalarFunction {
  /** SQL name, lower case; operators have the names of bind-operators.ts (`add`, `less_than`, ...). */
  readonly name: string;
  readonly aliases?: readonly string[];
  /** Written by the planner only: SQL has no call for it. */
  readonly internal?: boolean;
  readonly overloads: readonly ScalarOverload[];
}
