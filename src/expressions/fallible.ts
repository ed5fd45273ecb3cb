/**
 * Whether evaluating an expression can end in an error for some row; such a one stays behind the filters
 * before it.
 */
import { type BoundExpression, nodesOf } from './bound-expression.ts';
import { castCanFail } from './casts/emit-cast.ts';
import { overloadOf } from './emit-expression.ts';

export function isFallible(expression: BoundExpression): boolean {
  for (const node of nodesOf(expression)) if (canFail(node)) return true;
  return false;
}

/** Whether the node itself can fail on some values of its operands. */
function canFail(expression: BoundExpression): boolean {
  switch (expression.kind) {
    case 'call': {
      const { fallible, canFailWith } = overloadOf(expression);
      return fallible && (canFailWith?.(expression.args) ?? true);
    }
    case 'cast':
      return castCanFail(expression.arg.type, expression.type);
    default:
      return false;
  }
}
