/**
 * Function calls: the plain form with everything an aggregate may carry, and the forms of the SQL standard
 * that have words inside, which become plain calls (see `Call` in the tree).
 */

import type { Identifier, QualifiedName } from '../../ast/name.ts';
import type { Call, Expression, SortItem } from '../../ast/query.ts';
import { precedence } from '../../precedence.ts';
import { isNameToken, qualifiedName, takeIdentifier } from '../state/names.ts';
import { type Parser, spanOf } from '../state/parser.ts';
import { placeholder, refuseSubquery } from './refusals.ts';
import { parseSortItem } from './sort-item.ts';

/** At the parenthesis behind the name. */
export function parseCall(parser: Parser, name: QualifiedName): Call {
  const opening = parser.openParenthesis();
  const star = parser.takeSymbol('*');
  const distinct = !star && parser.takeWord('distinct');
  if (!star && !distinct) parser.takeWord('all');
  const args = star || parser.atSymbol(')') ? [] : parseArguments(parser);
  const orderBy = args.length > 0 && parser.takeWord('order') ? parseOrderBy(parser) : [];
  if (distinct && args.length === 0) parser.fail('an expression');
  parser.closeParenthesis(opening, '"," or ")"');
  const filter = parseCallTail(parser);
  const span = { start: name.span.start, end: parser.previous.end };
  return Object.freeze({
    kind: 'call',
    name,
    args: Object.freeze(args),
    star,
    distinct,
    orderBy: Object.freeze(orderBy),
    filter,
    span,
  });
}

function parseArguments(parser: Parser): Expression[] {
  const args: Expression[] = [];
  do {
    args.push(parser.grammar.expression(parser));
    if (!parser.atSymbol('=>') && !parser.atSymbol(':=')) continue;
    parser.complainUnsupported('named arguments are not supported', spanOf(parser.advance()));
    parser.grammar.expression(parser);
  } while (parser.takeSymbol(','));
  return args;
}

function parseOrderBy(parser: Parser): SortItem[] {
  parser.expectWord('by');
  const items: SortItem[] = [];
  do items.push(parseSortItem(parser));
  while (parser.takeSymbol(','));
  return items;
}

/** Behind the closing parenthesis: FILTER, and what belongs to window functions. */
function parseCallTail(parser: Parser): Expression | undefined {
  if (parser.current.kind !== 'word') return undefined;
  if (parser.atWords('within', 'group')) refuseTail(parser, 'WITHIN GROUP');
  if (parser.atWords('ignore', 'nulls')) refuseTail(parser, 'IGNORE NULLS');
  if (parser.atWords('respect', 'nulls')) refuseTail(parser, 'RESPECT NULLS');
  const filter = parser.atWord('filter') && parser.symbolAhead(1) === '(' ? parseFilter(parser) : undefined;
  const overs = parser.atWord('over') && (parser.symbolAhead(1) === '(' || isNameToken(parser.peek(1)));
  if (overs) refuseTail(parser, 'OVER');
  return filter;
}

function parseFilter(parser: Parser): Expression {
  parser.advance();
  const opening = parser.openParenthesis();
  parser.expectWord('where');
  const condition = parser.grammar.expression(parser);
  parser.closeParenthesis(opening);
  return condition;
}

function refuseTail(parser: Parser, what: string): void {
  const { start } = parser.current;
  for (const _ of what.split(' ')) parser.advance();
  parser.complainUnsupported(`${what} is not supported`, { start, end: parser.previous.end });
  if (parser.atSymbol('(')) parser.skipParentheses();
  else if (what === 'OVER') parser.advance();
}

/** A call with a grammar of its own, if one stands here; otherwise moves nothing. */
export function parseSpecialCall(parser: Parser): Expression | undefined {
  const rule = specialCalls.get(parser.wordAhead(0));
  return rule !== undefined && parser.symbolAhead(1) === '(' ? rule(parser) : undefined;
}

/** `EXTRACT(field FROM x)`. */
function parseExtract(parser: Parser): Expression {
  const { start } = parser.advance();
  const opening = parser.openParenthesis();
  const { kind } = parser.current;
  const named = kind === 'string' || isNameToken(parser.current);
  if (!named) return parser.fail('a field such as YEAR or HOUR');
  const field = extractField(takeIdentifier(parser), kind === 'string');
  parser.expectWord('from');
  const operand = parser.grammar.expression(parser);
  parser.closeParenthesis(opening);
  return Object.freeze({ kind: 'extract', field, operand, span: { start, end: parser.previous.end } });
}

/** The field may be a string, which then reads like a quoted name. */
function extractField(field: Identifier, fromString: boolean): Identifier {
  if (!fromString) return field;
  const folded = field.name.toLowerCase();
  return /^[a-z_]+$/.test(folded)
    ? Object.freeze({ ...field, name: folded })
    : Object.freeze({ ...field, quoted: true });
}

/** `SUBSTRING(x FROM a [FOR n])`, `SUBSTRING(x FOR n [FROM a])`, `SUBSTRING(x, a, n)`. */
function parseSubstring(parser: Parser): Expression {
  return parseWordedCall(parser, (args) => {
    let start: Expression | undefined;
    let length: Expression | undefined;
    for (;;) {
      if (start === undefined && parser.takeWord('from')) start = parser.grammar.expression(parser);
      else if (length === undefined && parser.takeWord('for')) length = parser.grammar.expression(parser);
      else break;
    }
    if (parser.atWord('similar'))
      parser.complainUnsupported('SUBSTRING ... SIMILAR is not supported', spanOf(parser.advance()));
    if (length !== undefined) start ??= one(length);
    if (start !== undefined) args.push(start);
    if (length !== undefined) args.push(length);
  });
}

/** `POSITION(a IN b)`: its operands are restricted, because IN stands between them. */
function parsePosition(parser: Parser): Expression {
  return parseWordedCall(
    parser,
    (args) => {
      parser.expectWord('in');
      args.push(parser.grammar.expression(parser, precedence.lowest, true));
    },
    true,
  );
}

/** `OVERLAY(x PLACING y FROM a [FOR n])`. */
function parseOverlay(parser: Parser): Expression {
  return parseWordedCall(parser, (args) => {
    parser.expectWord('placing');
    args.push(parser.grammar.expression(parser));
    parser.expectWord('from');
    args.push(parser.grammar.expression(parser));
    if (parser.takeWord('for')) args.push(parser.grammar.expression(parser));
  });
}

/** A call whose first argument is followed by words, which `parseRest` reads, or by a comma. */
function parseWordedCall(
  parser: Parser,
  parseRest: (args: Expression[]) => void,
  restricted = false,
): Expression {
  const name = qualifiedName([takeIdentifier(parser)]);
  const opening = parser.openParenthesis();
  const args: Expression[] = [];
  if (!parser.atSymbol(')')) {
    args.push(parser.grammar.expression(parser, precedence.lowest, restricted));
    if (parser.takeSymbol(',')) args.push(...parseArguments(parser));
    else if (!parser.atSymbol(')')) parseRest(args);
  }
  parser.closeParenthesis(opening, '"," or ")"');
  return plainCall(name, args, parser);
}

/** `TRIM([LEADING | TRAILING | BOTH] [characters] [FROM] x)`. */
function parseTrim(parser: Parser): Expression {
  const word = takeIdentifier(parser);
  const opening = parser.openParenthesis();
  const side = trimSides.get(parser.wordAhead(0));
  if (side !== undefined) parser.advance();
  let args: Expression[];
  if (parser.takeWord('from')) args = parseArguments(parser);
  else {
    args = parseArguments(parser);
    if (args.length === 1 && parser.takeWord('from')) args = [...parseArguments(parser), ...args];
  }
  parser.closeParenthesis(opening, 'FROM, "," or ")"');
  const name = Object.freeze({ ...word, name: side ?? 'btrim' });
  return plainCall(qualifiedName([name]), args, parser);
}

function refuseCall(parser: Parser): Expression {
  const token = parser.advance();
  if (token.text === 'exists') return refuseSubquery(parser, 'EXISTS');
  parser.complainUnsupported(`${token.text.toUpperCase()} (...) is not supported`, spanOf(token));
  parser.skipParentheses();
  return placeholder(token.start, parser);
}

function plainCall(name: QualifiedName, args: Expression[], parser: Parser): Call {
  return Object.freeze({
    kind: 'call',
    name,
    args: Object.freeze(args),
    star: false,
    distinct: false,
    orderBy: Object.freeze([]),
    filter: undefined,
    span: { start: name.span.start, end: parser.previous.end },
  });
}

/** The position that `SUBSTRING(x FOR n)` leaves out. */
function one(before: Expression): Expression {
  const span = { start: before.span.start, end: before.span.start };
  return Object.freeze({ kind: 'number_literal', form: 'integer', text: '1', span });
}

const trimSides: ReadonlyMap<string, string> = new Map([
  ['both', 'btrim'],
  ['leading', 'ltrim'],
  ['trailing', 'rtrim'],
]);

const specialCalls: ReadonlyMap<string, (parser: Parser) => Expression> = new Map([
  ['extract', parseExtract],
  ['substring', parseSubstring],
  ['position', parsePosition],
  ['overlay', parseOverlay],
  ['trim', parseTrim],
  ...'exists grouping row try_cast normalize treat any some all'
    .split(' ')
    .map((word) => [word, refuseCall] as const),
]);
