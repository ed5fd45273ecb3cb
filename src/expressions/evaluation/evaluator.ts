/**
 * One expression as a module of its own, run on one row of literal values at a time: constant folding, and
 * tests. Slow by intent and exactly as right as the kernels, because the emitter is the same.
 */
import { assert } from '../../base/assert.ts';
import type { Schema } from '../../columns/schema.ts';
import { arenaAllocate } from '../../routines/arena.ts';
import { memoryMap, staticBase } from '../../routines/memory-map.ts';
import { compileModule, createPrivateMemory, instantiate } from '../../wasm/instantiate.ts';
import { call, i32, toExpr } from '../../wasm/instructions.ts';
import { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr } from '../../wasm/types.ts';
import type { BoundExpression, LiteralValue } from '../bound-expression.ts';
import type { EmitContext, Value } from '../emit-context.ts';
import { emitExpression } from '../emit-expression.ts';
import { type EvaluationError, evaluationErrors } from '../evaluation-error.ts';
import { loadLanes, storeLanes } from '../value.ts';
import { readLiteral, writeLiteral } from './literal-memory.ts';

export type Evaluation = { readonly value: LiteralValue } | { readonly error: EvaluationError };

export interface Evaluator {
  /** Whether the result depends on the session's time zone. */
  readonly usesTimeZone: boolean;
  evaluate(row: readonly LiteralValue[]): Evaluation;
}

/** 16 bytes for the lanes, 8 for the null flag. */
const cellBytes = 24;
const nullOffset = 16;
const wasmPageBytes = 65_536;
const heapPagesMax = 4096;

export interface EvaluatorOptions {
  /** UTC unless said otherwise. */
  readonly timeZone?: string | undefined;
  /** A memory to work in, which no other evaluator in use has; a new one unless given. */
  readonly memory?: WebAssembly.Memory | undefined;
}

/** Builds the module: `evaluate() -> 0`, or 1 + the error's position; row and result lie in static cells. */
export function compileEvaluator(
  expression: BoundExpression,
  columns: Schema,
  options: EvaluatorOptions = {},
): Evaluator {
  const module = new ModuleBuilder('evaluate', staticBase);
  const row = module.reserve(cellBytes * columns.length);
  const result = module.reserve(cellBytes);
  let usesTimeZone = false;
  module.export('evaluate', {}, 'i32', (f) => {
    const context: EmitContext = {
      module,
      f,
      get timeZone() {
        usesTimeZone = true;
        return options.timeZone ?? 'UTC';
      },
      fail: (error) => f.return(i32.const(1 + evaluationErrors.indexOf(error))),
      allocate: (byteCount) => call(arenaAllocate(module), byteCount) as Expr<'i32'>,
    };
    const values = columns.map(({ type, nullable, name }, i): Value => {
      const address = row + cellBytes * i;
      const isNull = nullable ? f.let('i32', `${name}_null`, i32.load(address + nullOffset)) : undefined;
      return { type, lanes: loadLanes(f, address, type, name), isNull };
    });
    const value = emitExpression(context, expression, (index) => {
      const found = values[index];
      assert(found, `column ${index} is in the row`);
      return found;
    });
    storeLanes(f, result, value);
    f.do(i32.store(result + nullOffset, toExpr('i32', value.isNull ?? 0)));
    f.return(i32.const(0));
  });
  return instantiateEvaluator(module, { expression, columns, row, result, usesTimeZone }, options.memory);
}

interface Placed {
  readonly expression: BoundExpression;
  readonly columns: Schema;
  readonly row: number;
  readonly result: number;
  readonly usesTimeZone: boolean;
}

function instantiateEvaluator(
  module: ModuleBuilder,
  placed: Placed,
  memory: WebAssembly.Memory = createPrivateMemory(wasmPageBytes),
): Evaluator {
  const { expression, columns, row, result } = placed;
  const missing = module.staticEnd - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / wasmPageBytes));
  const { exports } = instantiate(compileModule(module.encode()), memory);
  const run = exports.evaluate as () => number;
  return {
    usesTimeZone: placed.usesTimeZone,
    evaluate: (values) => {
      let top = module.staticEnd;
      for (const [i, { type }] of columns.entries()) {
        const value = values[i] ?? null;
        const address = row + cellBytes * i;
        top = writeLiteral(memory, address, type, value, top);
        new DataView(memory.buffer).setUint32(address + nullOffset, value === null ? 1 : 0, true);
      }
      resetHeap(memory, top);
      const status = run();
      const error = evaluationErrors[status - 1];
      if (error) return { error };
      const isNull = new DataView(memory.buffer).getUint32(result + nullOffset, true) === 1;
      return { value: isNull ? null : readLiteral(memory, result, expression.type) };
    },
  };
}

function resetHeap(memory: WebAssembly.Memory, top: number): void {
  const base = Math.ceil(top / 4096) * 4096;
  const cells = new DataView(memory.buffer);
  for (let at = 0; at < staticBase; at += 4) cells.setUint32(at, 0, true);
  cells.setUint32(memoryMap.heapTop, base, true);
  cells.setUint32(memoryMap.heapLimit, base + heapPagesMax * wasmPageBytes, true);
}
