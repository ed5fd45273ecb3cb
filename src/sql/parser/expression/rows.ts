/**
 * Rows `(a, b)`, which can only be compared with rows: member by member, as AND and OR of comparisons.
 *   row ('=' | '<>' | '!=') row | row [NOT] IN '(' row {',' row} ')'
 */
import type { SourceSpan } from '../../../base/error.ts';
import type { Expression } from '../../ast/query.ts';
import type { Token } from '../../token.ts';
import { type Parser, spanOf } from '../state/parser.ts';
import { placeholder } from './refusals.ts';

/** At the comma behind the first member of a row in parentheses. */
export function parseRowComparison(parser: Parser, opening: Token, first: Expression): Expression {
  const { start } = opening;
  const left = finishRow(parser, opening, first);
  const operator = parser.current;
  const spanSoFar = (): SourceSpan => ({ start, end: parser.previous.end });
  if (['=', '<>', '!='].some((symbol) => parser.atSymbol(symbol))) {
    parser.advance();
    const equal = equalRows(parser, left, parseRow(parser), operator);
    return operator.text === '=' ? { ...equal, span: spanSoFar() } : not(equal, spanSoFar());
  }
  const negated = parser.atWords('not', 'in');
  if (negated) parser.advance();
  if (parser.atWord('in')) {
    const word = parser.advance();
    const list = parser.openParenthesis();
    const found: Expression[] = [];
    do found.push(equalRows(parser, left, parseRow(parser), word));
    while (parser.takeSymbol(','));
    parser.closeParenthesis(list, '"," or ")"');
    const any: Expression =
      found.length === 1 && found[0] !== undefined
        ? found[0]
        : Object.freeze({
            kind: 'logical',
            operator: 'or',
            operands: Object.freeze(found),
            span: spanSoFar(),
          });
    return negated ? not(any, spanSoFar()) : any;
  }
  const hint = 'Rows can be compared by =, <> and IN.';
  parser.complainUnsupported('rows (a, b) as values are not supported', spanSoFar(), hint);
  return placeholder(start, parser);
}

function parseRow(parser: Parser): readonly Expression[] {
  const opening = parser.openParenthesis();
  return finishRow(parser, opening, parser.grammar.expression(parser));
}

function finishRow(parser: Parser, opening: Token, first: Expression): readonly Expression[] {
  const members = [first];
  while (parser.takeSymbol(',')) members.push(parser.grammar.expression(parser));
  parser.closeParenthesis(opening, '"," or ")"');
  return members;
}

function equalRows(
  parser: Parser,
  left: readonly Expression[],
  right: readonly Expression[],
  operator: Token,
): Expression {
  const span = { start: left[0]?.span.start ?? operator.start, end: parser.previous.end };
  if (left.length !== right.length) {
    parser.complain({ message: 'unequal number of entries in row expressions', span });
  }
  const operands = left.map((member, i): Expression => {
    const other = right[i] ?? member;
    const operatorSpan = spanOf(operator);
    return Object.freeze({ kind: 'binary', operator: '=', operatorSpan, left: member, right: other, span });
  });
  return Object.freeze({ kind: 'logical', operator: 'and', operands: Object.freeze(operands), span });
}

function not(operand: Expression, span: SourceSpan): Expression {
  return Object.freeze({ kind: 'unary', operator: 'not', operand, span });
}
