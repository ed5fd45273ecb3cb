/**
 * Constant folding: an expression without columns is run once, by its own emitter, and replaced by its value.
 * One that fails is left as it is, to fail when a row is evaluated; so is one that depends on the session's
 * time zone where that is not known.
 */

import { VelostreamError } from '../base/error.ts';
import { createPrivateMemory } from '../wasm/instantiate.ts';
import { literal } from './binding/literals.ts';
import { type BoundExpression, nodesOf, rewriteExpression } from './bound-expression.ts';
import { compileEvaluator } from './evaluation/evaluator.ts';
import { type CastResult, castLiteral } from './evaluation/literal-cast.ts';

export interface FoldOptions {
  /** The session's time zone, where it is known: when a statement is planned, not when it is bound. */
  readonly timeZone?: string;
}

/** A longer string stays an expression, because plans carry literals. */
const stringLengthMax = 65_536;
/** A memory that has grown beyond this is not kept for the next expression. */
const memoryBytesMax = 1 << 24;

/** The expression's value as a literal, if it has no columns and evaluates without an error. */
export function foldConstant(expression: BoundExpression, options: FoldOptions = {}): BoundExpression {
  if (expression.kind === 'literal' || !isConstant(expression)) return expression;
  const result = evaluateConstant(expression, options);
  if (result === undefined || !('value' in result)) return expression;
  const { value } = result;
  if (typeof value === 'string' && value.length > stringLengthMax) return expression;
  return literal(expression.type, value, expression.span);
}

export function isConstant(expression: BoundExpression): boolean {
  for (const node of nodesOf(expression)) if (node.kind === 'column') return false;
  return true;
}

/** What the constant expression gives; undefined where it is too large to be found out here. */
function evaluateConstant(expression: BoundExpression, options: FoldOptions): CastResult | undefined {
  const converted = convertLiterals(expression, options);
  if (converted.kind === 'literal') return converted;
  try {
    const evaluator = compileEvaluator(converted, [], { ...options, memory: foldingMemory() });
    const result = evaluator.evaluate([]);
    return evaluator.usesTimeZone && options.timeZone === undefined ? { dependsOnTimeZone: true } : result;
  } catch (error) {
    // Out of memory, or too large for one function: its parts may still fold, and a kernel will say so.
    const isTooLarge = error instanceof VelostreamError && error.code === 'resource_limit';
    if (error instanceof WebAssembly.RuntimeError || isTooLarge) return undefined;
    throw error;
  }
}

/** Casts of literals done, each by itself: there can be thousands of one kind, and a cast's code is large. */
function convertLiterals(expression: BoundExpression, options: FoldOptions): BoundExpression {
  return rewriteExpression(expression, {
    leave: (node) => {
      if (node.kind !== 'cast' || node.arg.kind !== 'literal') return node;
      const result = castLiteral(node.arg, node.type, options.timeZone);
      return 'value' in result ? literal(node.type, result.value, node.span) : node;
    },
  });
}

let memory: WebAssembly.Memory | undefined;

/** One memory for all folding, because each takes address space and none outlives its one evaluation. */
function foldingMemory(): WebAssembly.Memory {
  if (memory === undefined || memory.buffer.byteLength > memoryBytesMax) memory = createPrivateMemory(65_536);
  return memory;
}
