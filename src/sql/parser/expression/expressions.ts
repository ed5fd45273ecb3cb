/**
 * Expressions by operator precedence (V. Pratt, "Top Down Operator Precedence", 1973): an operand, then
 * every operator that binds tighter than the caller's. What an operator does is in infix.ts, what an operand
 * is in operands.ts.
 */
import type { Expression } from '../../ast/query.ts';
import { precedence } from '../../precedence.ts';
import { type Parser, spanOf } from '../state/parser.ts';
import { infixRuleAt } from './infix.ts';
import { parseOperand } from './operands.ts';

/**
 * Parses operators of a precedence of at least `minimum`. `restricted` is PostgreSQL's `b_expr`, which leaves
 * AND, OR, NOT, IN, LIKE, BETWEEN and IS NULL to what stands around it.
 */
export function parseExpression(
  parser: Parser,
  minimum: number = precedence.lowest,
  restricted = false,
): Expression {
  parser.enter();
  const { start } = parser.current;
  let left = parseOperand(parser, restricted);
  let unchained = -1;
  for (;;) {
    const rule = infixRuleAt(parser, restricted);
    if (rule === undefined || rule.precedence < minimum) break;
    if (rule.precedence === unchained) complainChained(parser, unchained);
    left = rule.parse(parser, { left, start, restricted });
    unchained = rule.chains || endsClosed(left) ? -1 : rule.precedence;
  }
  parser.leave();
  return left;
}

/** `x IN (...)` and `x IS NULL` end in no operand, so that another predicate may follow. */
function endsClosed(expression: Expression): boolean {
  return expression.kind === 'in_list' || expression.kind === 'is_test';
}

function complainChained(parser: Parser, level: number): void {
  parser.complain({
    message: `${level === precedence.comparison ? 'comparisons' : 'these operators'} cannot be chained`,
    span: spanOf(parser.current),
    hint:
      level === precedence.comparison
        ? 'Write a < b AND b < c, or put one of them in parentheses.'
        : 'Put one of them in parentheses.',
  });
}
