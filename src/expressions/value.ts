/**
 * Making and taking apart the values of a kernel: lanes of a type, constants, and names for lanes that are
 * not cheap to repeat. Everything here keeps the contract of emit-context.ts.
 */
import { assert } from '../base/assert.ts';
import { booleanType, type SqlType, storageLanes, storageOf } from '../columns/sql-type.ts';
import type { FunctionBuilder, Local } from '../wasm/function-builder.ts';
import { f64, i32, i64, toExpr } from '../wasm/instructions.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import type { Expr } from '../wasm/types.ts';
import type { Interval, LiteralValue } from './bound-expression.ts';
import type { Value } from './emit-context.ts';
import { stringLanes } from './strings/constant-text.ts';

export type LaneType = 'i32' | 'i64' | 'f64';

export function laneTypesOf(type: SqlType): readonly LaneType[] {
  return storageLanes[storageOf(type)];
}

/** A value that is never NULL. */
export function present(type: SqlType, ...lanes: readonly Expr[]): Value {
  return { type, lanes, isNull: undefined };
}

export function booleanValue(lane: Expr<'i32'>, isNull?: Expr<'i32'>): Value {
  return { type: booleanType, lanes: [lane], isNull };
}

/** The value's lane as an `i32`: BOOLEAN, INT, DATE. */
export function i32Lane(value: Value): Expr<'i32'> {
  return lane(value, 0, 'i32') as Expr<'i32'>;
}

/** The value's lane as an `i64`: BIGINT, TIMESTAMP, TIMESTAMPTZ, a narrow DECIMAL, or one of two lanes. */
export function i64Lane(value: Value, index = 0): Expr<'i64'> {
  return lane(value, index, 'i64') as Expr<'i64'>;
}

export function f64Lane(value: Value): Expr<'f64'> {
  return lane(value, 0, 'f64') as Expr<'f64'>;
}

function lane(value: Value, index: number, type: LaneType): Expr {
  const found = value.lanes[index];
  assert(found?.type === type, `lane ${index} of a ${value.type.kind} is an ${type}`);
  return found;
}

export function zeroOf(type: LaneType): Expr {
  return toExpr(type, 0);
}

/** The lanes of a NULL, without saying that it is one. */
export function zeroValue(type: SqlType): Value {
  return { type, lanes: laneTypesOf(type).map(zeroOf), isNull: undefined };
}

export function nullValue(type: SqlType): Value {
  return { ...zeroValue(type), isNull: i32.const(1) };
}

/** Whether the value is known to be NULL when the kernel is made. */
export function isConstantNull(value: Value): boolean {
  return value.isNull?.kind === 'const' && value.isNull.value === 1;
}

export function constantValue(module: ModuleBuilder, type: SqlType, value: LiteralValue): Value {
  if (value === null) return nullValue(type);
  switch (type.kind) {
    case 'boolean':
      return present(type, i32.const(value ? 1 : 0));
    case 'int':
    case 'date':
      return present(type, i32.const(Number(value)));
    case 'double':
      return present(type, f64.const(Number(value)));
    case 'varchar':
      return present(type, ...stringLanes(module, String(value)));
    case 'interval': {
      const { months, days, micros } = value as Interval;
      return present(type, i64.const(micros), i64.const(packMonthsAndDays(months, days)));
    }
    default: {
      const integer = BigInt(value as bigint | number);
      const words = [i64.const(BigInt.asIntN(64, integer)), i64.const(BigInt.asIntN(64, integer >> 64n))];
      return present(type, ...words.slice(0, laneTypesOf(type).length));
    }
  }
}

/** The second lane of an interval: months in the low half, days in the high one. */
export function packMonthsAndDays(months: number, days: number): bigint {
  return BigInt.asIntN(64, (BigInt(days) << 32n) | BigInt.asUintN(32, BigInt(months)));
}

/** Whether the lane may be repeated: a constant or a local. */
export function isCheap(expr: Expr): boolean {
  return expr.kind === 'const' || expr.kind === 'local.get';
}

/** Emits: names for the lanes that are not cheap to repeat. */
export function nameLanes(f: FunctionBuilder, value: Value, name: string): Value {
  const lanes = value.lanes.map((expr) => (isCheap(expr) ? expr : f.let(expr.type, name, expr)));
  const isNull =
    value.isNull && !isCheap(value.isNull) ? f.let('i32', `${name}_null`, value.isNull) : value.isNull;
  return { type: value.type, lanes, isNull };
}

/** Locals to hold a value that control flow decides. */
export interface ValueSlot {
  readonly type: SqlType;
  readonly lanes: readonly Local[];
  readonly isNull: Local<'i32'> | undefined;
}

export function declareSlot(f: FunctionBuilder, type: SqlType, nullable: boolean, name: string): ValueSlot {
  return {
    type,
    lanes: laneTypesOf(type).map((laneType) => f.local(laneType, name)),
    isNull: nullable ? f.local('i32', `${name}_null`) : undefined,
  };
}

/** Emits: assigns the value; a value that may be NULL needs a slot that may be. */
export function setSlot(f: FunctionBuilder, slot: ValueSlot, value: Value): void {
  slot.lanes.forEach((local, i) => {
    f.set(local, toExpr(local.type, value.lanes[i] ?? zeroOf(local.type as LaneType)) as Expr);
  });
  assert(
    slot.isNull !== undefined || value.isNull === undefined,
    'a value that may be NULL has a place for it',
  );
  if (slot.isNull) f.set(slot.isNull, value.isNull ?? i32.const(0));
}

/** Whether any of the values is NULL; undefined where none can be. */
export function anyNull(args: readonly Value[]): Expr<'i32'> | undefined {
  return args.reduce<Expr<'i32'> | undefined>((any, { isNull }) => {
    if (isNull === undefined || any === undefined) return any ?? isNull;
    return any === isNull ? any : i32.or(any, isNull);
  }, undefined);
}

/** How a kernel leaves a value in memory: its lanes, 8 bytes each. */
export function storeLanes(f: FunctionBuilder, address: number, value: Value): void {
  value.lanes.forEach((expr, i) => {
    const at = address + 8 * i;
    if (expr.type === 'i32') f.do(i32.store(at, expr as Expr<'i32'>));
    else if (expr.type === 'i64') f.do(i64.store(at, expr as Expr<'i64'>));
    else f.do(f64.store(at, expr as Expr<'f64'>));
  });
}

/** The lanes stored so, by name. */
export function loadLanes(f: FunctionBuilder, address: number, type: SqlType, name: string): Expr[] {
  return laneTypesOf(type).map((laneType, i) => {
    const at = address + 8 * i;
    if (laneType === 'i32') return f.let('i32', name, i32.load(at));
    return laneType === 'i64' ? f.let('i64', name, i64.load(at)) : f.let('f64', name, f64.load(at));
  });
}
