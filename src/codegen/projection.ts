/**
 * The expressions of a map kernel's rows. Many or large ones are computed by functions of their own, some of
 * them in each, and left in static cells: what an engine needs to compile a function grows faster than the
 * function.
 */
import type { SqlType } from '../columns/sql-type.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import type { Value } from '../expressions/emit-context.ts';
import { emitExpression } from '../expressions/emit-expression.ts';
import { laneTypesOf, storeLanes } from '../expressions/value.ts';
import { expressionSize } from '../plan/expression-columns.ts';
import type { FunctionBuilder, Local } from '../wasm/function-builder.ts';
import { call, f64, i32, i64 } from '../wasm/instructions.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import type { Expr, FunctionSlot, Label } from '../wasm/types.ts';
import type { RowLoop } from './row-loop.ts';

/** The frame for the rows of another function: the row, and where to go when it cannot be evaluated. */
export type OpenLoop = (f: FunctionBuilder, row: Local<'i32'>, nextRow: Label) => RowLoop;

/** Emits: the row's values. */
export type EmitProjection = (loop: RowLoop, row: Local<'i32'>, nextRow: Label) => readonly Value[];

/** Nodes of all expressions together that are still compiled fast as a part of the loop. */
const nodesInLoopMax = 600;
/** Nodes of a function; a larger expression has one alone. */
const nodesInPartMax = 300;

/** Two lanes and the null flag. */
const cellBytes = 24;
const nullOffset = 16;

export function emitProjection(
  module: ModuleBuilder,
  expressions: readonly BoundExpression[],
  openLoop: OpenLoop,
): EmitProjection {
  const total = expressions.reduce((sum, expression) => sum + sizeOf(expression), 0);
  if (total <= nodesInLoopMax) {
    return (loop) => {
      loop.load(expressions);
      return expressions.map((expression) => emitExpression(loop.context, expression, loop.column));
    };
  }
  const cells = module.reserve(cellBytes * expressions.length, 8);
  const parts = partsOf(expressions).map((part) => emitPart(module, { expressions, part, cells }, openLoop));
  return (loop, row, nextRow) => {
    const { f } = loop.context;
    for (const { slot } of parts) f.branchIf(nextRow, call(slot, row) as Expr<'i32'>);
    const computed = new Map(parts.flatMap(({ values }) => [...values]));
    loop.load(expressions.filter((_, i) => !computed.has(i)));
    return expressions.map(
      (expression, i) => computed.get(i) ?? emitExpression(loop.context, expression, loop.column),
    );
  };
}

/** No more than matters. */
function sizeOf(expression: BoundExpression): number {
  return expressionSize(expression, nodesInLoopMax + 1);
}

/** Which expressions go into one function; what stands for itself goes into none. */
function partsOf(expressions: readonly BoundExpression[]): readonly (readonly number[])[] {
  const parts: number[][] = [];
  let room = 0;
  for (const [i, expression] of expressions.entries()) {
    const nodes = sizeOf(expression);
    if (nodes === 1) continue;
    if (nodes > room) {
      parts.push([]);
      room = nodesInPartMax;
    }
    parts.at(-1)?.push(i);
    room -= nodes;
  }
  return parts;
}

interface PartSpec {
  readonly expressions: readonly BoundExpression[];
  readonly part: readonly number[];
  readonly cells: number;
}

interface Part {
  /** `project_<i>(row) -> 0`, or 1 when the row cannot be evaluated. */
  readonly slot: FunctionSlot;
  /** What it leaves in the cells. */
  readonly values: ReadonlyMap<number, Value>;
}

function emitPart(module: ModuleBuilder, { expressions, part, cells }: PartSpec, openLoop: OpenLoop): Part {
  const values = new Map<number, Value>();
  const slot = module.function(`project_${part[0]}`, { row: 'i32' }, 'i32', (f, { row }) => {
    f.block('failed', (failed) => {
      const loop = openLoop(f, row, failed);
      loop.load(part.map((i) => expressions[i]!));
      for (const i of part) {
        const cell = cells + cellBytes * i;
        const value = emitExpression(loop.context, expressions[i]!, loop.column);
        storeLanes(f, cell, value);
        if (value.isNull) f.do(i32.store(cell + nullOffset, value.isNull));
        values.set(i, inCell(cell, value.type, value.isNull !== undefined));
      }
      f.return(i32.const(0));
    });
    f.return(i32.const(1));
  });
  return { slot, values };
}

function inCell(cell: number, type: SqlType, isNullable: boolean): Value {
  const lanes = laneTypesOf(type).map((laneType, i): Expr => {
    const address = i32.const(cell + 8 * i);
    if (laneType === 'i32') return i32.load(address);
    return laneType === 'i64' ? i64.load(address) : f64.load(address);
  });
  return { type, lanes, isNull: isNullable ? i32.load(i32.const(cell + nullOffset)) : undefined };
}
