/** Identifiers and dotted names: which words may be names where is said in keywords.ts. */
import type { Identifier, QualifiedName } from '../../ast/name.ts';
import { isName } from '../../keywords.ts';
import type { Token } from '../../token.ts';
import { type Parser, spanOf } from './parser.ts';

/** Can the token name a column, table or alias? */
export function isNameToken(token: Token): boolean {
  return token.kind === 'quoted' || (token.kind === 'word' && isName(token.text));
}

export function parseName(parser: Parser, what: string): Identifier {
  if (isNameToken(parser.current)) return takeIdentifier(parser);
  return parser.fail(what, reservedHint(parser));
}

/**
 * Behind AS: a reserved word that ends its clause can only be meant as a name, so parsing goes on behind it.
 */
export function parseAliasName(parser: Parser): Identifier {
  const what = 'an alias behind AS';
  if (isNameToken(parser.current) || parser.current.kind !== 'word') return parseName(parser, what);
  const next = parser.peek(1);
  const endsHere = next.kind === 'end' || [';', ')', ','].includes(parser.symbolAhead(1));
  if (!endsHere && !parser.beginsClause(1)) return parseName(parser, what);
  parser.complainExpected(what, reservedHint(parser));
  return takeIdentifier(parser);
}

/** Behind AS or a dot every word is a name, reserved or not. */
export function parseLabel(parser: Parser, what: string): Identifier {
  const { kind } = parser.current;
  return kind === 'word' || kind === 'quoted' ? takeIdentifier(parser) : parser.fail(what);
}

export function parseQualifiedName(parser: Parser, what: string): QualifiedName {
  const parts = [parseName(parser, what)];
  while (parser.takeSymbol('.')) parts.push(parseLabel(parser, 'a name behind the dot'));
  return qualifiedName(parts);
}

/** `(a, b)`: one name or more. */
export function parseNameList(parser: Parser, what: string): readonly Identifier[] {
  const opening = parser.openParenthesis();
  const names = [parseName(parser, what)];
  while (parser.takeSymbol(',')) names.push(parseName(parser, what));
  parser.closeParenthesis(opening, '"," or ")"');
  return Object.freeze(names);
}

export function takeIdentifier(parser: Parser): Identifier {
  const token = parser.advance();
  return Object.freeze({
    kind: 'identifier',
    name: token.text,
    quoted: token.kind === 'quoted',
    span: spanOf(token),
  });
}

export function qualifiedName(parts: readonly Identifier[]): QualifiedName {
  const span = { start: parts[0]?.span.start ?? 0, end: parts.at(-1)?.span.end ?? 0 };
  return Object.freeze({ kind: 'qualified_name', parts: Object.freeze(parts), span });
}

/** Where a reserved word stands instead of a name, how to use it as one. */
function reservedHint(parser: Parser): string | undefined {
  const { current, source } = parser;
  if (current.kind !== 'word') return undefined;
  const written = source.slice(current.start, current.end);
  return `${written.toUpperCase()} is a reserved word; to use it as a name write "${current.text}".`;
}
