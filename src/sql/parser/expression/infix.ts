/**
 * What stands behind an operand: one rule per operator, found by its token. A rule is called at its
 * operator's first token and answers the whole expression so far.
 */
import type { BinaryOperator, Expression } from '../../ast/query.ts';
import { binaryPrecedence, precedence } from '../../precedence.ts';
import { type Parser, spanOf } from '../state/parser.ts';
import type { InfixRule, LeftSide } from './infix-rule.ts';
import { parseIs, parseLikeOperator, parseNullTest, parseRange } from './predicates.ts';
import {
  parseSlip,
  parseSubscript,
  parseUnsupportedOperator,
  parseUnsupportedWord,
  slips,
} from './refusals.ts';

/** The rule for what the parser stands at, if it is an operator. */
export function infixRuleAt(parser: Parser, restricted: boolean): InfixRule | undefined {
  const { kind, text } = parser.current;
  if (kind === 'symbol') return symbolRules.get(text);
  if (kind !== 'word') return undefined;
  const rule = wordRules.get(text);
  if (rule === undefined || (restricted && rule.unrestrictedOnly)) return undefined;
  if (text === 'not') return rangeWords.has(parser.wordAhead(1)) ? rule : undefined;
  if (text === 'at') return parser.atWords('at', 'time') ? rule : undefined;
  if (text === 'is' && restricted && !isDistinctTest(parser)) return undefined;
  return rule;
}

function isDistinctTest(parser: Parser): boolean {
  return parser.wordAhead(parser.wordAhead(1) === 'not' ? 2 : 1) === 'distinct';
}

function parseBinary(parser: Parser, { left, start, restricted }: LeftSide): Expression {
  const token = parser.advance();
  const operator = (token.text === '!=' ? '<>' : token.text) as BinaryOperator;
  const level = binaryPrecedence[operator];
  const right = parser.grammar.expression(parser, level + 1, restricted);
  return Object.freeze({
    kind: 'binary',
    operator,
    operatorSpan: spanOf(token),
    left,
    right,
    span: { start, end: parser.previous.end },
  });
}

/** `a AND b AND c`: one node. The left operand joins in even when it was in parentheses, as in PostgreSQL. */
function parseLogical(parser: Parser, { left, start }: LeftSide): Expression {
  const word = parser.current.text;
  const operator = word === 'or' ? 'or' : 'and';
  const operands = left.kind === 'logical' && left.operator === operator ? [...left.operands] : [left];
  const level = operator === 'or' ? precedence.or : precedence.and;
  while (parser.takeWord(word)) {
    operands.push(parser.grammar.expression(parser, level + 1));
  }
  const span = { start, end: parser.previous.end };
  return Object.freeze({ kind: 'logical', operator, operands: Object.freeze(operands), span });
}

/** `x::type`. */
function parseCast(parser: Parser, { left, start }: LeftSide): Expression {
  parser.advance();
  const type = parser.grammar.dataType(parser);
  return Object.freeze({ kind: 'cast', operand: left, type, span: { start, end: parser.previous.end } });
}

function parseAtTimeZone(parser: Parser, { left, start }: LeftSide): Expression {
  parser.advance();
  parser.advance();
  parser.expectWord('zone');
  const zone = parser.grammar.expression(parser, precedence.atTimeZone + 1);
  const span = { start, end: parser.previous.end };
  return Object.freeze({ kind: 'at_time_zone', operand: left, zone, span });
}

const rangeWords: ReadonlySet<string> = new Set(['between', 'in', 'like', 'ilike', 'similar']);
const rule = (level: number, parse: InfixRule['parse'], options: Partial<InfixRule> = {}): InfixRule => ({
  precedence: level,
  chains: true,
  unrestrictedOnly: false,
  parse,
  ...options,
});

const range = rule(precedence.range, parseRange, { chains: false, unrestrictedOnly: true });
const nullTest = rule(precedence.is, parseNullTest, { chains: false, unrestrictedOnly: true });
const unsupportedWord = rule(precedence.other, parseUnsupportedWord, { unrestrictedOnly: true });

const wordRules: ReadonlyMap<string, InfixRule> = new Map([
  ['or', rule(precedence.or, parseLogical, { unrestrictedOnly: true })],
  ['and', rule(precedence.and, parseLogical, { unrestrictedOnly: true })],
  ['is', rule(precedence.is, parseIs, { chains: false })],
  ['isnull', nullTest],
  ['notnull', nullTest],
  ['not', range],
  ['between', range],
  ['in', range],
  ['like', range],
  ['ilike', range],
  ['similar', range],
  ['at', rule(precedence.atTimeZone, parseAtTimeZone)],
  ['collate', unsupportedWord],
  ['overlaps', unsupportedWord],
]);

const unsupportedOperators = '& | # ~ ~* !~ !~* -> ->> #> #>> @> <@ << >>'.split(' ');

const likeOperators = ['~~', '!~~', '~~*', '!~~*'];

const symbolRules: ReadonlyMap<string, InfixRule> = new Map([
  ...[...Object.entries(binaryPrecedence), ['!=', precedence.comparison] as const].map(
    ([operator, level]) =>
      [operator, rule(level, parseBinary, { chains: level !== precedence.comparison })] as const,
  ),
  ...unsupportedOperators.map((text) => [text, rule(precedence.other, parseUnsupportedOperator)] as const),
  ...likeOperators.map((text) => [text, rule(precedence.other, parseLikeOperator)] as const),
  ...Array.from(slips, ([text, { level }]) => [text, rule(level, parseSlip)] as const),
  ['::', rule(precedence.cast, parseCast)],
  ['[', rule(precedence.cast, parseSubscript)],
]);
