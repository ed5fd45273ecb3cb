/**
 * Operands of an expression: literals, columns, calls, CASE, CAST, parentheses, and the prefix operators.
 * Words that mean something special only before a parenthesis or a string are names everywhere else.
 */
import type { CaseBranch, Expression } from '../../ast/query.ts';
import { isFunctionName } from '../../keywords.ts';
import { precedence } from '../../precedence.ts';
import { isNameToken, parseLabel, qualifiedName, takeIdentifier } from '../state/names.ts';
import { type Parser, spanOf } from '../state/parser.ts';
import { parseCall, parseSpecialCall } from './calls.ts';
import { takeNumber, takePrecision, takeString, takeTypedLiteral } from './literals.ts';
import { atSubquery, placeholder, refuseSubquery } from './refusals.ts';
import { parseRowComparison } from './rows.ts';

export function parseOperand(parser: Parser, restricted: boolean): Expression {
  switch (parser.current.kind) {
    case 'word':
      return parseWordOperand(parser, restricted);
    case 'quoted':
      return parseNamed(parser);
    case 'number':
      return takeNumber(parser);
    case 'string':
      return takeString(parser);
    case 'symbol':
      return parseSymbolOperand(parser, restricted);
    case 'end':
      return failOperand(parser);
  }
}

function parseWordOperand(parser: Parser, restricted: boolean): Expression {
  const rule = wordOperands.get(parser.current.text);
  if (rule !== undefined && !(restricted && parser.atWord('not'))) return rule(parser);
  const special = takeTypedLiteral(parser) ?? parseSpecialCall(parser);
  return special ?? parseNamed(parser);
}

function parseSymbolOperand(parser: Parser, restricted: boolean): Expression {
  const { text } = parser.current;
  if (text === '(') return parseParenthesised(parser);
  if (text === '-' || text === '+') return parseSign(parser, text, restricted);
  if (text === '!') {
    parser.complain({
      message: '"!" is not an operator of SQL',
      span: spanOf(parser.advance()),
      hint: 'Write NOT.',
    });
    return parser.grammar.expression(parser, precedence.sign, restricted);
  }
  if (text === '$' || text === '?' || text === ':') {
    const start = parser.advance().start;
    if (parser.current.kind === 'number' || parser.current.kind === 'word') parser.advance();
    parser.complainUnsupported('parameters are not supported', { start, end: parser.previous.end });
    return placeholder(start, parser);
  }
  return failOperand(parser);
}

/** A column `a.b.c`, or a call where a parenthesis follows. */
function parseNamed(parser: Parser): Expression {
  const { current } = parser;
  const calls = parser.symbolAhead(1) === '(';
  const callable = current.kind === 'quoted' || isFunctionName(current.text);
  if (calls ? !callable : !isNameToken(current)) return failOperand(parser);
  const parts = [takeIdentifier(parser)];
  while (parser.atSymbol('.')) {
    parser.advance();
    parts.push(parseLabel(parser, 'a name behind the dot'));
  }
  if (parser.atSymbol('(')) return parseCall(parser, qualifiedName(parts));
  const span = { start: current.start, end: parser.previous.end };
  return Object.freeze({ kind: 'column_reference', parts: Object.freeze(parts), span });
}

function parseSign(parser: Parser, operator: '-' | '+', restricted: boolean): Expression {
  const { start } = parser.advance();
  const operand = parser.grammar.expression(parser, precedence.sign, restricted);
  return Object.freeze({ kind: 'unary', operator, operand, span: { start, end: parser.previous.end } });
}

function parseNot(parser: Parser): Expression {
  const { start } = parser.advance();
  const operand = parser.grammar.expression(parser, precedence.not);
  return Object.freeze({
    kind: 'unary',
    operator: 'not',
    operand,
    span: { start, end: parser.previous.end },
  });
}

function parseParenthesised(parser: Parser): Expression {
  if (atSubquery(parser)) return refuseSubquery(parser, 'a scalar subquery');
  const opening = parser.openParenthesis();
  const inner = parser.grammar.expression(parser);
  if (parser.atSymbol(',')) return parseRowComparison(parser, opening, inner);
  parser.closeParenthesis(opening, 'an operator or ")"');
  if (parser.atSymbol('.')) {
    parser.complainUnsupported('fields of an expression are not supported', spanOf(parser.advance()));
    if (!parser.takeSymbol('*')) parseLabel(parser, 'a field');
  }
  return inner;
}

/** `CASE [operand] WHEN ... THEN ... [ELSE ...] END`. */
function parseCase(parser: Parser): Expression {
  const { start } = parser.advance();
  const operand = parser.atWord('when') ? undefined : parser.grammar.expression(parser);
  const branches: CaseBranch[] = [];
  do branches.push(parseBranch(parser));
  while (parser.atWord('when'));
  const otherwise = parser.takeWord('else') ? parser.grammar.expression(parser) : undefined;
  if (!parser.takeWord('end')) {
    return parser.fail(otherwise === undefined ? 'WHEN, ELSE or END' : 'END', 'CASE ends with END.');
  }
  return Object.freeze({
    kind: 'case',
    operand,
    branches: Object.freeze(branches),
    otherwise,
    span: { start, end: parser.previous.end },
  });
}

function parseBranch(parser: Parser): CaseBranch {
  const { start } = parser.current;
  parser.expectWord('when');
  const condition = parser.grammar.expression(parser);
  parser.expectWord('then');
  const result = parser.grammar.expression(parser);
  const span = { start, end: parser.previous.end };
  return Object.freeze({ kind: 'case_branch', condition, result, span });
}

function parseCast(parser: Parser): Expression {
  const { start } = parser.advance();
  const opening = parser.openParenthesis();
  const operand = parser.grammar.expression(parser);
  parser.expectWord('as');
  const type = parser.grammar.dataType(parser);
  parser.closeParenthesis(opening);
  return Object.freeze({ kind: 'cast', operand, type, span: { start, end: parser.previous.end } });
}

function takeBoolean(parser: Parser): Expression {
  const token = parser.advance();
  return Object.freeze({ kind: 'boolean_literal', value: token.text === 'true', span: spanOf(token) });
}

function takeNull(parser: Parser): Expression {
  return Object.freeze({ kind: 'null_literal', span: spanOf(parser.advance()) });
}

const takeDatetimeFunction =
  (name: 'current_date' | 'current_time' | 'current_timestamp' | 'localtime' | 'localtimestamp') =>
  (parser: Parser): Expression => {
    const { start } = parser.advance();
    const precision = name === 'current_date' ? undefined : takePrecision(parser);
    const span = { start, end: parser.previous.end };
    return Object.freeze({ kind: 'datetime_function', name, precision, span });
  };

/** `ARRAY[...]`, and the functions of PostgreSQL's session that are written without parentheses. */
function refuseWord(parser: Parser): Expression {
  const token = parser.advance();
  parser.complainUnsupported(`${token.text.toUpperCase()} is not supported`, spanOf(token));
  if (parser.atSymbol('[')) {
    let depth = 0;
    do {
      if (parser.atSymbol('[')) depth++;
      else if (parser.atSymbol(']')) depth--;
      parser.advance();
    } while (depth > 0 && !parser.atEnd());
  } else if (parser.atSymbol('(')) parser.skipParentheses();
  return placeholder(token.start, parser);
}

function failOperand(parser: Parser): never {
  const { current } = parser;
  const reserved = current.kind === 'word' && !wordsThatCannotBeMeant.has(current.text);
  const hint = reserved ? `To use it as a name write "${current.text}".` : undefined;
  return parser.fail('an expression', hint);
}

const wordOperands: ReadonlyMap<string, (parser: Parser) => Expression> = new Map([
  ['not', parseNot],
  ['case', parseCase],
  ['cast', parseCast],
  ['true', takeBoolean],
  ['false', takeBoolean],
  ['null', takeNull],
  ['current_date', takeDatetimeFunction('current_date')],
  ['current_time', takeDatetimeFunction('current_time')],
  ['current_timestamp', takeDatetimeFunction('current_timestamp')],
  ['localtime', takeDatetimeFunction('localtime')],
  ['localtimestamp', takeDatetimeFunction('localtimestamp')],
  ...'array current_catalog current_role current_user session_user'
    .split(' ')
    .map((word) => [word, refuseWord] as const),
]);

/** Where one of these stands, something before it is missing; nobody meant it as a name. */
const wordsThatCannotBeMeant: ReadonlySet<string> = new Set(
  `and as asc desc else except from group having intersect limit offset on or order select then union when
  where with`.split(/\s+/),
);
