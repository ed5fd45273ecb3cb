/**
 * Expressions to WebAssembly. NULLs travel beside the lanes and are tested only where they can occur; what a
 * branch of CASE, AND, OR or COALESCE does not need is not run, so it cannot fail either.
 *
 *   a + b   with b nullable   →   null = b_null; if (null) r = 0 else { r = a + b; if (overflow) fail }
 */
import { assert, unreachable } from '../base/assert.ts';
import { i32 } from '../wasm/instructions.ts';
import type { Expr } from '../wasm/types.ts';
import type { BoundCall, BoundCase, BoundCoalesce, BoundExpression, BoundLogic } from './bound-expression.ts';
import { emitCast } from './casts/emit-cast.ts';
import { findFunction } from './catalogue.ts';
import type { EmitContext, Value } from './emit-context.ts';
import type { ScalarOverload } from './scalar-function.ts';
import {
  anyNull,
  booleanValue,
  constantValue,
  declareSlot,
  i32Lane,
  isConstantNull,
  nameLanes,
  nullValue,
  setSlot,
} from './value.ts';

/** Emits the expression into the context's function; `column` supplies the input columns' values. */
export function emitExpression(
  context: EmitContext,
  expression: BoundExpression,
  column: (index: number) => Value,
): Value {
  const emit = (inner: BoundExpression): Value => emitExpression(context, inner, column);
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
    emit: (present) => overload.emit(context, present, call.type),
  });
}

function emitCastOf(context: EmitContext, cast: BoundExpression, arg: Value): Value {
  return emitStrict(context, [arg], {
    name: 'cast',
    type: cast.type,
    mayReturnNull: false,
    emit: ([present]) => emitCast(context, present ?? arg, cast.type),
  });
}

interface StrictPiece {
  readonly name: string;
  readonly type: BoundExpression['type'];
  readonly mayReturnNull: boolean;
  readonly emit: (present: readonly Value[]) => Value;
}

/** Emits: the piece on values that are not NULL, and NULL where any argument is. */
function emitStrict({ f }: EmitContext, args: readonly Value[], piece: StrictPiece): Value {
  if (args.some(isConstantNull)) return nullValue(piece.type);
  const isNull = anyNull(args);
  const present = args.map(({ type, lanes }) => ({ type, lanes, isNull: undefined }));
  if (isNull === undefined) return nameLanes(f, piece.emit(present), piece.name);
  const slot = declareSlot(f, piece.type, true, piece.name);
  f.if(
    isNull,
    () => setSlot(f, slot, nullValue(piece.type)),
    () => setSlot(f, slot, piece.emit(present)),
  );
  return slot;
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

/** Emits: 1 where the condition is true, 0 where it is false or NULL. */
export function emitCondition(
  context: EmitContext,
  condition: BoundExpression,
  column: (index: number) => Value,
): Expr<'i32'> {
  return i32Lane(booleanValue(i32Lane(emitExpression(context, condition, column))));
}
