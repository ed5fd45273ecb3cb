/**
 * Expressions to WebAssembly. NULLs travel beside the lanes and are tested only where they can occur; what a
 * branch of CASE, AND, OR or COALESCE does not need is not run, so it cannot fail either.
 *
 *   a + b   with b nullable   →   null = b_null; if (null) r = 0 else { r = a + b; if (overflow) fail }
 */
import { assert, unreachable } from '../base/assert.ts';
import { type SqlType, type Storage, storageOf } from '../columns/sql-type.ts';
import { i32 } from '../wasm/instructions.ts';
import type { Expr } from '../wasm/types.ts';
import {
  type BoundCall,
  type BoundCase,
  type BoundCoalesce,
  type BoundExpression,
  type BoundLogic,
  chainOf,
} from './bound-expression.ts';
import { castCanFail, emitCast } from './casts/emit-cast.ts';
import { findFunction } from './catalogue.ts';
import type { EmitContext, Value } from './emit-context.ts';
import type { ScalarOverload } from './scalar-function.ts';
import {
  anyNull,
  constantValue,
  declareSlot,
  i32Lane,
  isCheap,
  isConstantNull,
  nameLanes,
  nullValue,
  setSlot,
  zeroValue,
} from './value.ts';

/** Emits the expression into the context's function; `column` supplies the input columns' values. */
export function emitExpression(
  context: EmitContext,
  expression: BoundExpression,
  column: (index: number) => Value,
): Value {
  let below: { readonly node: BoundExpression; readonly value: Value } | undefined;
  const emit = (inner: BoundExpression): Value =>
    inner === below?.node ? below.value : emitExpression(context, inner, column);
  for (const node of chainOf(expression)) {
    below = { node, value: emitNode(context, node, column, emit) };
  }
  assert(below, 'a chain has a node');
  return below.value;
}

function emitNode(
  context: EmitContext,
  expression: BoundExpression,
  column: (index: number) => Value,
  emit: Emit,
): Value {
  switch (expression.kind) {
    case 'column':
      return column(expression.index);
    case 'literal':
      return constantValue(context.module, expression.type, expression.value);
    case 'call':
      return emitCall(context, expression, expression.args.map(emit));
    case 'cast':
      return emitCastOf(context, expression, emit(expression.arg));
    case 'and':
    case 'or':
      return emitLogic(context, expression, emit);
    case 'case':
      return emitCase(context, expression, emit);
    case 'coalesce':
      return emitCoalesce(context, expression, emit);
    default:
      return unreachable(expression);
  }
}

type Emit = (expression: BoundExpression) => Value;

/** The overload that a bound call means: its arguments have exactly the parameters' types. */
export function overloadOf(call: BoundCall): ScalarOverload {
  const found = findFunction(call.name)?.overloads.find(({ params, variadic }) => {
    const counts = variadic ? call.args.length >= params.length : call.args.length === params.length;
    return counts && call.args.every((arg, i) => arg.type.kind === (params[i] ?? params.at(-1)));
  });
  assert(found, `${call.name}(${call.args.map((arg) => arg.type.kind).join(', ')}) is in the catalogue`);
  return found;
}

function emitCall(context: EmitContext, call: BoundCall, args: readonly Value[]): Value {
  const overload = overloadOf(call);
  if (overload.nulls === 'custom') {
    return nameLanes(context.f, overload.emit(context, args, call.type), call.name);
  }
  return emitStrict(context, args, {
    name: call.name,
    type: call.type,
    mayReturnNull: overload.mayReturnNull === true,
    guard: overload.fallible || call.type.kind !== 'boolean' ? 'branch' : guardOf(args, 'mask'),
    emit: (present) => overload.emit(context, present, call.type),
  });
}

function emitCastOf(context: EmitContext, cast: BoundExpression, arg: Value): Value {
  return emitStrict(context, [arg], {
    name: 'cast',
    type: cast.type,
    mayReturnNull: false,
    guard: castCanFail(arg.type, cast.type) || !keepsZero(cast.type) ? 'branch' : guardOf([arg], 'none'),
    emit: ([present]) => emitCast(context, present ?? arg, cast.type),
  });
}

/** Whether a cast to the type makes a zero of zero lanes: among numbers it does. */
function keepsZero(type: SqlType): boolean {
  return type.kind === 'bigint' || type.kind === 'double' || type.kind === 'decimal';
}

/** The guard, where the arguments are plain numbers that cost nothing to compute with in vain. */
function guardOf(args: readonly Value[], guard: StrictPiece['guard']): StrictPiece['guard'] {
  return args.every(({ type }) => plainStorages.has(storageOf(type))) ? guard : 'branch';
}

const plainStorages: ReadonlySet<Storage> = new Set<Storage>(['i8', 'i32', 'i64', 'f64']);

interface StrictPiece {
  readonly name: string;
  readonly type: SqlType;
  readonly mayReturnNull: boolean;
  /**
   * How a NULL argument leads to zero lanes: `branch` around the piece; `mask` its one lane, because it is
   * cheap and cannot fail; `none`, because it makes zeros of zeros.
   */
  readonly guard: 'branch' | 'mask' | 'none';
  readonly emit: (present: readonly Value[]) => Value;
}

/** Emits: the piece on values that are not NULL, and NULL where any argument is. */
function emitStrict({ f }: EmitContext, args: readonly Value[], piece: StrictPiece): Value {
  if (args.some(isConstantNull)) return nullValue(piece.type);
  const present = args.map(({ type, lanes }) => ({ type, lanes, isNull: undefined }));
  const anyIsNull = anyNull(args);
  if (anyIsNull === undefined) return nameLanes(f, piece.emit(present), piece.name);
  const isNull = isCheap(anyIsNull) ? anyIsNull : f.let('i32', `${piece.name}_null`, anyIsNull);
  if (piece.guard !== 'branch' && !piece.mayReturnNull) {
    const { lanes } = piece.emit(present);
    const kept =
      piece.guard === 'none' ? lanes : lanes.map((lane) => i32.and(lane as Expr<'i32'>, i32.eqz(isNull)));
    return nameLanes(f, { type: piece.type, lanes: kept, isNull }, piece.name);
  }
  const slot = declareSlot(f, piece.type, piece.mayReturnNull, piece.name);
  f.if(
    isNull,
    () => setSlot(f, slot, piece.mayReturnNull ? nullValue(piece.type) : zeroValue(piece.type)),
    () => setSlot(f, slot, piece.emit(present)),
  );
  return piece.mayReturnNull ? slot : { ...slot, isNull };
}

/**
 * Emits AND (OR): one operand after the other until one is false (true). A NULL operand is remembered and
 * decides when none did.
 */
function emitLogic({ f }: EmitContext, logic: BoundLogic, emit: Emit): Value {
  const decisive = logic.kind === 'or';
  const slot = declareSlot(f, logic.type, logic.nullable, logic.kind);
  const [result] = slot.lanes;
  assert(result, 'a boolean has a lane');
  const { isNull } = slot;
  if (isNull) f.set(isNull, 0);
  f.set(result, i32.const(decisive ? 1 : 0));
  f.block(`${logic.kind}_decided`, (decided) => {
    for (const operand of logic.args) {
      const value = emit(operand);
      const lane = i32Lane(value);
      if (value.isNull && isNull) {
        const holds = decisive ? lane : i32.eqz(i32.or(lane, value.isNull));
        f.if(holds, () => {
          f.set(isNull, 0);
          f.branch(decided);
        });
        f.set(isNull, i32.or(isNull, value.isNull));
      } else if (isNull) {
        f.if(decisive ? lane : i32.eqz(lane), () => {
          f.set(isNull, 0);
          f.branch(decided);
        });
      } else {
        f.branchIf(decided, decisive ? lane : i32.eqz(lane));
      }
    }
    f.set(result, decisive || !isNull ? i32.const(decisive ? 0 : 1) : i32.eqz(isNull));
  });
  return slot;
}

function emitCase({ f }: EmitContext, expression: BoundCase, emit: Emit): Value {
  const slot = declareSlot(f, expression.type, expression.nullable, 'case');
  f.block('case_decided', (decided) => {
    for (const { condition, result } of expression.branches) {
      // A condition that is NULL has a zero lane, so the lane alone decides.
      f.if(i32Lane(emit(condition)), () => {
        setSlot(f, slot, emit(result));
        f.branch(decided);
      });
    }
    setSlot(f, slot, emit(expression.otherwise));
  });
  return slot;
}

function emitCoalesce({ f }: EmitContext, expression: BoundCoalesce, emit: Emit): Value {
  const slot = declareSlot(f, expression.type, expression.nullable, 'coalesce');
  f.block('coalesce_decided', (decided) => {
    for (const [i, arg] of expression.args.entries()) {
      const value = emit(arg);
      if (value.isNull === undefined || i === expression.args.length - 1) {
        setSlot(f, slot, slot.isNull ? value : { ...value, isNull: undefined });
        return;
      }
      f.if(i32.eqz(value.isNull), () => {
        setSlot(f, slot, { ...value, isNull: undefined });
        f.branch(decided);
      });
    }
  });
  return slot;
}

/**
 * Emits: 1 where the condition is true, 0 where it is false or NULL. Which of the two it is need not be found
 * out, so AND and OR track no NULLs here.
 */
export function emitCondition(
  context: EmitContext,
  condition: BoundExpression,
  column: (index: number) => Value,
): Expr<'i32'> {
  if (condition.kind !== 'and' && condition.kind !== 'or') {
    return i32Lane(emitExpression(context, condition, column));
  }
  const { f } = context;
  const decisive = condition.kind === 'or';
  const holds = f.let('i32', 'holds', decisive ? 1 : 0);
  f.block('condition_decided', (decided) => {
    for (const operand of condition.args) {
      const isTrue = emitCondition(context, operand, column);
      f.branchIf(decided, decisive ? isTrue : i32.eqz(isTrue));
    }
    f.set(holds, decisive ? 0 : 1);
  });
  return holds;
}
