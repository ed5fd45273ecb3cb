/** The usual shape of an overload: NULL in, NULL out; lanes in, lanes out. */
import type { SqlType, SqlTypeKind } from '../../columns/sql-type.ts';
import type { Expr } from '../../wasm/types.ts';
import type { BoundExpression } from '../bound-expression.ts';
import type { EmitContext, Value } from '../emit-context.ts';
import type { ScalarOverload } from '../scalar-function.ts';

export interface StrictOverload {
  readonly params: readonly SqlTypeKind[];
  readonly result: SqlType | ((args: readonly SqlType[], expressions: readonly BoundExpression[]) => SqlType);
  /** Whether it can end in an evaluation error. Defaults to false. */
  readonly fallible?: boolean;
  readonly canFailWith?: ScalarOverload['canFailWith'];
  readonly variadic?: boolean;
  /** Emits the result's lanes from arguments that are not NULL. */
  readonly lanes: (context: EmitContext, args: readonly Value[], resultType: SqlType) => readonly Expr[];
}

export function strict(spec: StrictOverload): ScalarOverload {
  const { params, result, fallible = false, variadic = false, lanes } = spec;
  return {
    params,
    variadic,
    resultType: typeof result === 'function' ? result : () => result,
    nulls: 'strict',
    fallible,
    ...(spec.canFailWith ? { canFailWith: spec.canFailWith } : {}),
    emit: (context, args, type) => ({ type, lanes: lanes(context, args, type), isNull: undefined }),
  };
}

/** An argument by position; the overload's parameters say that it is there. */
export function arg(args: readonly Value[], index: number): Value {
  const value = args[index];
  if (value === undefined) throw new Error(`assertion failed: argument ${index} is given`);
  return value;
}
