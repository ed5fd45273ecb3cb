/** The usual shape of an aggregate's overload, and access to its state by name. */
import { assert } from '../../base/assert.ts';
import type { SqlType, SqlTypeKind } from '../../columns/sql-type.ts';
import type { Expr } from '../../wasm/types.ts';
import type { AggregateOverload, StateAccess, StateField } from '../aggregate-function.ts';
import type { Value } from '../emit-context.ts';

export interface AggregateSpec {
  readonly params: readonly SqlTypeKind[];
  readonly result: SqlType | ((args: readonly SqlType[]) => SqlType);
  readonly state: readonly StateField[] | ((args: readonly SqlType[]) => readonly StateField[]);
  readonly update: AggregateOverload['update'];
  readonly merge: AggregateOverload['merge'];
  readonly finish: AggregateOverload['finish'];
  /** Defaults to true: a group whose arguments are all NULL has a NULL result. */
  readonly nullable?: boolean;
  readonly needsPosition?: boolean;
  readonly seesNulls?: boolean;
  /** Defaults to true. */
  readonly countsDuplicates?: boolean;
  readonly inOrder?: AggregateOverload['inOrder'];
}

export function aggregate(spec: AggregateSpec): AggregateOverload {
  const { result, state } = spec;
  return {
    params: spec.params,
    resultType: typeof result === 'function' ? result : () => result,
    nullable: spec.nullable ?? true,
    needsPosition: spec.needsPosition ?? false,
    seesNulls: spec.seesNulls ?? false,
    countsDuplicates: spec.countsDuplicates ?? true,
    inOrder: spec.inOrder,
    state: typeof state === 'function' ? state : () => state,
    update: spec.update,
    merge: spec.merge,
    finish: spec.finish,
  };
}

/** Emits: the field's lanes by name, as they are now. */
export function loadField(state: StateAccess, field: string): readonly Expr[] {
  return state.load(field).map((lane) => state.f.let(lane.type, field, lane));
}

export function loadI32(state: StateAccess, field: string): Expr<'i32'> {
  return single(state, field, 'i32') as Expr<'i32'>;
}

export function loadI64(state: StateAccess, field: string): Expr<'i64'> {
  return single(state, field, 'i64') as Expr<'i64'>;
}

export function loadF64(state: StateAccess, field: string): Expr<'f64'> {
  return single(state, field, 'f64') as Expr<'f64'>;
}

function single(state: StateAccess, field: string, type: 'i32' | 'i64' | 'f64'): Expr {
  const [lane] = loadField(state, field);
  assert(lane?.type === type, `field ${field} is an ${type}`);
  return lane;
}

/** The aggregate's only argument. */
export function argument(args: readonly Value[]): Value {
  const [value] = args;
  assert(value, 'the aggregate has an argument');
  return value;
}

export function typeOfArgument(args: readonly SqlType[]): SqlType {
  const [type] = args;
  assert(type, 'the aggregate has an argument');
  return type;
}
