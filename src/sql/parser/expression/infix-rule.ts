/** The shape of a rule for what stands behind an operand; infix.ts holds the table of them. */
import type { Expression } from '../../ast/query.ts';
import type { Parser } from '../state/parser.ts';

/** The operand before the operator; `start` is where it begins, its parentheses included. */
export interface LeftSide {
  readonly left: Expression;
  readonly start: number;
  readonly restricted: boolean;
}

export interface InfixRule {
  readonly precedence: number;
  /** May another operator of the same precedence follow, as in `a - b - c`? */
  readonly chains: boolean;
  /** Not in a `b_expr`. */
  readonly unrestrictedOnly: boolean;
  readonly parse: (parser: Parser, side: LeftSide) => Expression;
}
