/**
 * WITH properties, in both spellings:
 *   WITH '(' key '=' value {',' key '=' value} ')'    key = name {'.' name} | string
 *   value = string | ['-'] number | TRUE | FALSE | name
 */
import type { BooleanLiteral, NumberLiteral, StringLiteral } from '../../ast/literal.ts';
import type { Property, PropertyList, Query } from '../../ast/query.ts';
import { numberForm } from '../../lexer/number.ts';
import { parseEmit } from '../query/clauses.ts';
import { parseList } from '../state/lists.ts';
import { atEmit } from '../state/lookahead.ts';
import { type Parser, spanOf } from '../state/parser.ts';

/** At WITH. `earlier` are the properties given before the query; keys stay distinct over both. */
export function parseProperties(parser: Parser, earlier?: PropertyList): PropertyList {
  const start = earlier?.span.start ?? parser.current.start;
  parser.expectWord('with');
  const opening = parser.openParenthesis();
  const seen = new Set(earlier?.entries.map((entry) => entry.key));
  const found: readonly Property[] = parser.atSymbol(')')
    ? []
    : parseList(parser, {
        place: 'enclosed list',
        parseItem: (inner) => parseProperty(inner, seen),
        expectedBehind: '"," or ")"',
        ends: (inner) => inner.atSymbol(')') || inner.atEnd(),
      });
  parser.closeParenthesis(opening, '"," or ")"');
  const entries = Object.freeze([...(earlier?.entries ?? []), ...found]);
  return Object.freeze({ kind: 'property_list', entries, span: { start, end: parser.previous.end } });
}

export interface QueryTail {
  readonly query: Query;
  readonly properties: PropertyList | undefined;
}

/** A statement's query with the properties and the EMIT behind it, in either order. */
export function parseQueryTail(parser: Parser, before?: PropertyList): QueryTail {
  const query = parser.grammar.query(parser);
  const properties = parser.atWord('with') ? parseProperties(parser, before) : before;
  if (!atEmit(parser)) return { query, properties };
  const word = parser.advance();
  const emit = parseEmit(parser);
  if (query.emit !== undefined) {
    parser.complain({ message: 'EMIT is written twice in this query', span: spanOf(word) });
  }
  const span = { start: query.span.start, end: parser.previous.end };
  return { query: Object.freeze({ ...query, emit, span }), properties };
}

function parseProperty(parser: Parser, seen: Set<string>): Property {
  const start = parser.current.start;
  const key = parseKey(parser);
  const keySpan = { start, end: parser.previous.end };
  if (seen.has(key)) {
    const message = `property "${key}" is given twice`;
    parser.complain({ message, span: keySpan, code: 'sql_duplicate_name' });
  }
  seen.add(key);
  if (!parser.takeSymbol('=') && !parser.takeSymbol('=='))
    return parser.fail(`"=" behind the property "${key}"`);
  const value = parseValue(parser);
  return Object.freeze({ kind: 'property', key, keySpan, value, span: { start, end: value.span.end } });
}

function parseKey(parser: Parser): string {
  if (parser.current.kind === 'string') return parser.advance().text;
  let key = parseKeyPart(parser, 'the name of a property');
  while (parser.takeSymbol('.')) key += `.${parseKeyPart(parser, 'a name behind the dot')}`;
  return key;
}

/** Any word will do: behind WITH nothing else can stand here. */
function parseKeyPart(parser: Parser, what: string): string {
  const { kind } = parser.current;
  return kind === 'word' || kind === 'quoted' ? parser.advance().text : parser.fail(what);
}

function parseValue(parser: Parser): StringLiteral | NumberLiteral | BooleanLiteral {
  const { start } = parser.current;
  const negative = parser.takeSymbol('-');
  const { kind, text } = parser.current;
  if (kind === 'number') {
    const span = { start, end: parser.advance().end };
    return Object.freeze({
      kind: 'number_literal',
      form: numberForm(text),
      text: negative ? `-${text}` : text,
      span,
    });
  }
  if (negative || (kind !== 'string' && kind !== 'word')) {
    return parser.fail("a value: a string ('...'), a number, true or false");
  }
  const span = spanOf(parser.advance());
  if (kind === 'word' && (text === 'true' || text === 'false')) {
    return Object.freeze({ kind: 'boolean_literal', value: text === 'true', span });
  }
  return Object.freeze({ kind: 'string_literal', value: text, span });
}
