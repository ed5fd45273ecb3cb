/**
 * Whether two bound expressions are the same computation: equal node by node, wherever they were written.
 * Names of columns do not count, their positions do.
 */
import { type SqlType, sameType } from '../columns/sql-type.ts';
import {
  type BoundAggregate,
  type BoundExpression,
  type KeyOrder,
  type LiteralValue,
  operandsOf,
} from '../expressions/bound-expression.ts';

export function sameExpression(a: BoundExpression, b: BoundExpression): boolean {
  // A list keeps the place: trees are high.
  const waiting: (readonly [BoundExpression, BoundExpression])[] = [[a, b]];
  for (let pair = waiting.pop(); pair !== undefined; pair = waiting.pop()) {
    const [left, right] = pair;
    if (left === right) continue;
    const operands = operandsOf(left);
    const others = operandsOf(right);
    if (!sameNode(left, right) || operands.length !== others.length) return false;
    for (const [i, operand] of operands.entries()) waiting.push([operand, others[i] ?? operand]);
  }
  return true;
}

/** Whether the two differ in nothing but their operands. */
function sameNode(a: BoundExpression, b: BoundExpression): boolean {
  if (a.kind !== b.kind || !sameType(a.type, b.type)) return false;
  if (a.kind === 'column' && b.kind === 'column') return a.index === b.index;
  if (a.kind === 'literal' && b.kind === 'literal') return sameLiteral(a.value, b.value, a.type);
  if (a.kind === 'call' && b.kind === 'call' && a.name !== b.name) return false;
  if (a.kind === 'case' && b.kind === 'case' && a.branches.length !== b.branches.length) return false;
  return true;
}

export function sameAggregate(a: BoundAggregate, b: BoundAggregate): boolean {
  if (a.name !== b.name || !sameType(a.type, b.type) || !sameExpressions(a.args, b.args)) return false;
  if (a.distinct !== b.distinct || !sameOrder(a.order, b.order)) return false;
  if (a.filter === undefined || b.filter === undefined) return a.filter === b.filter;
  return sameExpression(a.filter, b.filter);
}

function sameOrder(a: readonly KeyOrder[], b: readonly KeyOrder[]): boolean {
  if (a.length !== b.length) return false;
  return a.every((key, i) => key.descending === b[i]?.descending && key.nullsFirst === b[i]?.nullsFirst);
}

export function sameExpressions(a: readonly BoundExpression[], b: readonly BoundExpression[]): boolean {
  if (a.length !== b.length) return false;
  return a.every((expression, i) => {
    const other = b[i];
    return other !== undefined && sameExpression(expression, other);
  });
}

function sameLiteral(a: LiteralValue, b: LiteralValue, type: SqlType): boolean {
  if (type.kind !== 'interval' || a === null || b === null) return Object.is(a, b);
  if (typeof a !== 'object' || typeof b !== 'object') return false;
  return a.months === b.months && a.days === b.days && a.micros === b.micros;
}
