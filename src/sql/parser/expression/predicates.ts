/**
 * The predicates: IS, BETWEEN, IN, LIKE. All of them bind looser than arithmetic; those that end in an
 * operand of their own do not chain.
 */
import type { Expression, IsTest } from '../../ast/query.ts';
import { precedence } from '../../precedence.ts';
import { type Parser, spanOf } from '../state/parser.ts';
import type { LeftSide } from './infix-rule.ts';
import { atSubquery, refuseSubquery } from './refusals.ts';

/** `IS [NOT] NULL | TRUE | FALSE | UNKNOWN | DISTINCT FROM b`. */
export function parseIs(parser: Parser, { left, start, restricted }: LeftSide): Expression {
  parser.advance();
  const negated = parser.takeWord('not');
  if (parser.takeWord('distinct')) {
    parser.expectWord('from');
    const right = parser.grammar.expression(parser, precedence.is + 1, restricted);
    const span = { start, end: parser.previous.end };
    return Object.freeze({ kind: 'distinct_test', left, right, negated, span });
  }
  if (isPredicatesWithoutSupport.has(parser.wordAhead(0))) return refuseIsPredicate(parser, left);
  const test = parser.expectWord('null', 'true', 'false', 'unknown', 'distinct');
  if (test === 'distinct') return parser.fail('FROM');
  return isTest(parser, { left, start, restricted }, { test, negated });
}

/** `x ISNULL`, `x NOTNULL`. */
export function parseNullTest(parser: Parser, side: LeftSide): Expression {
  return isTest(parser, side, { test: 'null', negated: parser.advance().text === 'notnull' });
}

function isTest(parser: Parser, side: LeftSide, outcome: Pick<IsTest, 'test' | 'negated'>): IsTest {
  const span = { start: side.start, end: parser.previous.end };
  return Object.freeze({ kind: 'is_test', operand: side.left, ...outcome, span });
}

/** `[NOT] BETWEEN | IN | LIKE | ILIKE`. */
export function parseRange(parser: Parser, side: LeftSide): Expression {
  const negated = parser.takeWord('not');
  const word = parser.current.text;
  if (word === 'between') return parseBetween(parser, side, negated);
  if (word === 'in') return parseIn(parser, side, negated);
  return parseLike(parser, side, negated);
}

function parseBetween(parser: Parser, { left, start }: LeftSide, negated: boolean): Expression {
  parser.advance();
  const symmetric = parser.takeWord('symmetric');
  if (!symmetric) parser.takeWord('asymmetric');
  const low = parser.grammar.expression(parser, precedence.lowest, true);
  parser.expectWord('and');
  const high = parser.grammar.expression(parser, precedence.range + 1);
  const span = { start, end: parser.previous.end };
  return Object.freeze({ kind: 'between', operand: left, low, high, symmetric, negated, span });
}

function parseIn(parser: Parser, { left, start }: LeftSide, negated: boolean): Expression {
  parser.advance();
  if (atSubquery(parser)) return refuseSubquery(parser, 'IN (SELECT ...)');
  const opening = parser.openParenthesis();
  const items = [parser.grammar.expression(parser)];
  while (parser.takeSymbol(',')) items.push(parser.grammar.expression(parser));
  parser.closeParenthesis(opening, '"," or ")"');
  const span = { start, end: parser.previous.end };
  return Object.freeze({ kind: 'in_list', operand: left, items: Object.freeze(items), negated, span });
}

function parseLike(parser: Parser, { left, start }: LeftSide, negated: boolean): Expression {
  const token = parser.advance();
  if (token.text === 'similar') {
    parser.complainUnsupported('SIMILAR TO is not supported', spanOf(token), 'Use LIKE.');
    parser.takeWord('to');
  }
  const pattern = parser.grammar.expression(parser, precedence.range + 1);
  const escaped = parser.takeWord('escape');
  const escapeCharacter = escaped ? parser.grammar.expression(parser, precedence.range + 1) : undefined;
  const span = { start, end: parser.previous.end };
  const caseInsensitive = token.text === 'ilike';
  return Object.freeze({
    kind: 'like',
    operand: left,
    pattern,
    escape: escapeCharacter,
    caseInsensitive,
    negated,
    span,
  });
}

/** `x ~~ y`, `!~~`, `~~*`, `!~~*`: LIKE and ILIKE as operators. */
export function parseLikeOperator(parser: Parser, { left, start, restricted }: LeftSide): Expression {
  const { text } = parser.advance();
  const pattern = parser.grammar.expression(parser, precedence.other + 1, restricted);
  return Object.freeze({
    kind: 'like',
    operand: left,
    pattern,
    escape: undefined,
    caseInsensitive: text.endsWith('*'),
    negated: text.startsWith('!'),
    span: { start, end: parser.previous.end },
  });
}

function refuseIsPredicate(parser: Parser, left: Expression): Expression {
  const token = parser.advance();
  parser.complainUnsupported(`IS ${token.text.toUpperCase()} is not supported`, spanOf(token));
  parser.takeWord('normalized');
  return left;
}

const isPredicatesWithoutSupport: ReadonlySet<string> = new Set(
  'json document normalized nfc nfd nfkc nfkd of'.split(' '),
);
