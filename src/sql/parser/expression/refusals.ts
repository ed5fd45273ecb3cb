/**
 * What the grammar knows and the engine does not do (yet), and operators of other languages: each gets one
 * clear error at its place, and parsing goes on behind it with a placeholder for its value.
 */
import type { Expression } from '../../ast/query.ts';
import { precedence } from '../../precedence.ts';
import { type Parser, spanOf } from '../state/parser.ts';
import type { LeftSide } from './infix-rule.ts';

/** An operator of another language: says what to write, and goes on as if that stood there. */
export function parseSlip(parser: Parser, { start, restricted }: LeftSide): Expression {
  const token = parser.current;
  const slip = slips.get(token.text);
  parser.complain({
    message: `"${token.text}" is not an operator of SQL`,
    span: spanOf(token),
    hint: `Write ${slip?.meant ?? 'something else'}.`,
  });
  parser.advance();
  parser.grammar.expression(parser, (slip?.level ?? precedence.other) + 1, restricted);
  return placeholder(start, parser);
}

/** An operator of PostgreSQL that is not ours. */
export function parseUnsupportedOperator(parser: Parser, { start, restricted }: LeftSide): Expression {
  const token = parser.advance();
  parser.complainUnsupported(
    `the operator ${token.text} is not supported`,
    spanOf(token),
    operatorHint(token.text),
  );
  parser.grammar.expression(parser, precedence.other + 1, restricted);
  return placeholder(start, parser);
}

function operatorHint(operator: string): string | undefined {
  if (operator.includes('~')) return 'For simple patterns use LIKE or ILIKE.';
  return undefined;
}

export function parseSubscript(parser: Parser, { start }: LeftSide): Expression {
  parser.complainUnsupported('subscripts are not supported', spanOf(parser.advance()));
  parser.grammar.expression(parser);
  parser.expectSymbol(']');
  return placeholder(start, parser);
}

export function parseUnsupportedWord(parser: Parser, { start }: LeftSide): Expression {
  const token = parser.advance();
  parser.complainUnsupported(`${token.text.toUpperCase()} is not supported`, spanOf(token));
  parser.grammar.expression(parser, precedence.other + 1);
  return placeholder(start, parser);
}

/** Does a query in parentheses begin here? */
export function atSubquery(parser: Parser): boolean {
  if (!parser.atSymbol('(')) return false;
  let ahead = 1;
  while (parser.symbolAhead(ahead) === '(') ahead++;
  const word = parser.wordAhead(ahead);
  return word === 'select' || word === 'with' || (word === 'values' && ahead === 1);
}

export function refuseSubquery(parser: Parser, what: string): Expression {
  const { start, end } = parser.current;
  const hint = 'Write the query as a table in FROM.';
  parser.complainUnsupported(`a subquery in an expression (${what}) is not supported`, { start, end }, hint);
  parser.skipParentheses();
  return placeholder(start, parser);
}

/** Stands for an expression that an error was reported for; no tree that holds one is handed out. */
export function placeholder(start: number, parser: Parser): Expression {
  return { kind: 'null_literal', span: { start, end: parser.previous.end } };
}

/** Operators of other languages, what they are meant to be, and how tightly that binds. */
export const slips: ReadonlyMap<string, { readonly meant: string; readonly level: number }> = new Map([
  ['==', { meant: '= to compare', level: precedence.comparison }],
  ['<=>', { meant: 'IS NOT DISTINCT FROM', level: precedence.comparison }],
  ['&&', { meant: 'AND', level: precedence.and }],
]);
