/**
 * Bound expressions: every name resolved, every type known, every coercion written out as a cast. Plain data;
 * what the planner rewrites and the emitters turn into WebAssembly. Control flow (CASE, AND, OR, COALESCE)
 * has nodes of its own because it decides what is evaluated at all; everything else is a call of a catalogued
 * function.
 */
import type { SourceSpan } from '../base/error.ts';
import type { SqlType } from '../columns/sql-type.ts';

interface BoundBase {
  readonly type: SqlType;
  /** False only where no NULL can come out. */
  readonly nullable: boolean;
  /** Where the user wrote it; undefined for what the planner made. */
  readonly span: SourceSpan | undefined;
}

export type BoundExpression =
  | BoundColumn
  | BoundLiteral
  | BoundCall
  | BoundCast
  | BoundLogic
  | BoundCase
  | BoundCoalesce;

/** A column of the operator's input, by position. */
export interface BoundColumn extends BoundBase {
  readonly kind: 'column';
  readonly index: number;
  readonly name: string;
}

/**
 * A constant. The value's form follows the type: boolean → boolean; int, date → number; bigint, timestamp,
 * timestamptz → bigint; double → number; decimal → bigint (scaled); varchar → string; interval → Interval;
 * NULL → null.
 */
export interface BoundLiteral extends BoundBase {
  readonly kind: 'literal';
  readonly value: LiteralValue;
}

export type LiteralValue = boolean | number | bigint | string | Interval | null;

export interface Interval {
  readonly months: number;
  readonly days: number;
  readonly micros: bigint;
}

/** A call of a scalar function or operator; the arguments have exactly the types the overload takes. */
export interface BoundCall extends BoundBase {
  readonly kind: 'call';
  /** The catalogue's name, such as `add`, `upper`, `date_trunc`. */
  readonly name: string;
  readonly args: readonly BoundExpression[];
}

/** A conversion, explicit or inserted. It can fail on a value, except where the catalogue says it cannot. */
export interface BoundCast extends BoundBase {
  readonly kind: 'cast';
  readonly arg: BoundExpression;
}

/** Three-valued AND and OR, left to right: what is decided is not evaluated further. */
export interface BoundLogic extends BoundBase {
  readonly kind: 'and' | 'or';
  readonly args: readonly BoundExpression[];
}

/** Searched CASE; the simple form is bound to it by comparing. */
export interface BoundCase extends BoundBase {
  readonly kind: 'case';
  readonly branches: readonly { readonly condition: BoundExpression; readonly result: BoundExpression }[];
  readonly otherwise: BoundExpression;
}

export interface BoundCoalesce extends BoundBase {
  readonly kind: 'coalesce';
  readonly args: readonly BoundExpression[];
}

/**
 * One aggregate of a GROUP BY. `args` are over the aggregate's input; a row counts where `filter` is true.
 */
export interface BoundAggregate {
  /** The catalogue's name, such as `count`, `sum`, `stddev_pop`. */
  readonly name: string;
  /** What it is called with, then the keys of its own ORDER BY. */
  readonly args: readonly BoundExpression[];
  /** How the keys of its own ORDER BY compare; empty where it has none, or where none can matter. */
  readonly order: readonly KeyOrder[];
  /** Whether equal arguments count once. */
  readonly distinct: boolean;
  readonly filter: BoundExpression | undefined;
  readonly type: SqlType;
  readonly nullable: boolean;
  readonly span: SourceSpan | undefined;
}

/** How rows compare by one key of an order. */
export interface KeyOrder {
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** The direct operands of an expression, in evaluation order. */
export function operandsOf(expression: BoundExpression): readonly BoundExpression[] {
  switch (expression.kind) {
    case 'column':
    case 'literal':
      return [];
    case 'cast':
      return [expression.arg];
    case 'case':
      return [...expression.branches.flatMap((b) => [b.condition, b.result]), expression.otherwise];
    default:
      return expression.args;
  }
}

/**
 * The expression and all below it, parents first, in evaluation order. A list keeps the place: trees are
 * high.
 */
export function* nodesOf(expression: BoundExpression): Generator<BoundExpression> {
  const waiting = [expression];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    yield node;
    for (const operand of operandsOf(node).toReversed()) waiting.push(operand);
  }
}

export interface Rewriting {
  /** Answers what stands in a node's place with all below it; undefined where its operands are to be seen. */
  readonly enter?: (node: BoundExpression) => BoundExpression | undefined;
  /** Answers what stands in the place of a node whose operands are rewritten. */
  readonly leave?: (node: BoundExpression) => BoundExpression;
}

/** The expression rebuilt from the bottom up. A list keeps the place: trees are high. */
export function rewriteExpression(expression: BoundExpression, rewriting: Rewriting): BoundExpression {
  const { enter, leave } = rewriting;
  const rewritten: BoundExpression[] = [];
  const waiting = [{ node: expression, operandsAreDone: false }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, operandsAreDone } = next;
    const operands = operandsOf(node);
    if (operandsAreDone) {
      const rebuilt = withOperands(node, rewritten.splice(rewritten.length - operands.length));
      rewritten.push(leave?.(rebuilt) ?? rebuilt);
      continue;
    }
    const replacement = enter?.(node);
    if (replacement !== undefined) {
      rewritten.push(replacement);
      continue;
    }
    waiting.push({ node, operandsAreDone: true });
    for (const operand of operands.toReversed()) waiting.push({ node: operand, operandsAreDone: false });
  }
  return rewritten[0] ?? expression;
}

/**
 * The expression and what is computed first for it, innermost first: a chain of operators leans to one side
 * and is as high as it is long, so whoever computes something of it goes along this in a loop.
 */
export function chainOf(expression: BoundExpression): readonly BoundExpression[] {
  const chain: BoundExpression[] = [];
  let node: BoundExpression | undefined = expression;
  for (; node !== undefined; node = firstComputed(node)) chain.push(node);
  return chain.reverse();
}

function firstComputed(node: BoundExpression): BoundExpression | undefined {
  if (node.kind !== 'cast' && node.kind !== 'call') return undefined;
  return operandsOf(node).find(({ kind }) => kind !== 'column' && kind !== 'literal');
}

function withOperands(node: BoundExpression, operands: readonly BoundExpression[]): BoundExpression {
  let index = 0;
  return mapOperands(node, (operand) => operands[index++] ?? operand);
}

/** The same expression with each operand replaced. */
function mapOperands(
  expression: BoundExpression,
  map: (operand: BoundExpression) => BoundExpression,
): BoundExpression {
  switch (expression.kind) {
    case 'column':
    case 'literal':
      return expression;
    case 'cast':
      return { ...expression, arg: map(expression.arg) };
    case 'case':
      return {
        ...expression,
        branches: expression.branches.map((b) => ({ condition: map(b.condition), result: map(b.result) })),
        otherwise: map(expression.otherwise),
      };
    default:
      return { ...expression, args: expression.args.map(map) };
  }
}
