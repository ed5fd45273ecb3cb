/** The items of a SELECT list: `*`, `t.*`, `expression [[AS] alias]`. */
import type { Identifier } from '../../ast/name.ts';
import type { SelectItem } from '../../ast/query.ts';
import { isBareLabel } from '../../keywords.ts';
import { parseList } from '../state/lists.ts';
import { atEmit } from '../state/lookahead.ts';
import { parseLabel, qualifiedName, takeIdentifier } from '../state/names.ts';
import { type Parser, spanOf } from '../state/parser.ts';
import { endsList } from './clauses.ts';

export function parseSelectItems(parser: Parser): readonly SelectItem[] {
  return parseList(parser, {
    place: 'list',
    parseItem: parseSelectItem,
    expectedBehind: '"," or FROM',
    ends: endsList,
  });
}

function parseSelectItem(parser: Parser): SelectItem {
  parser.bareAlias = undefined;
  const { start } = parser.current;
  const star = takeStar(parser);
  if (star !== undefined) return star;
  const expression = parser.grammar.expression(parser);
  refusePrimaryKey(parser);
  const alias = parseAlias(parser);
  refusePrimaryKey(parser);
  const span = { start, end: parser.previous.end };
  return Object.freeze({ kind: 'select_expression', expression, alias, span });
}

/** `*` or `a.b.*`, if it stands here. */
function takeStar(parser: Parser): SelectItem | undefined {
  if (parser.atSymbol('*')) {
    const span = spanOf(parser.advance());
    return Object.freeze({ kind: 'select_star', qualifier: undefined, span });
  }
  let ahead = 0;
  while (isNameAhead(parser, ahead) && parser.symbolAhead(ahead + 1) === '.') ahead += 2;
  const star = parser.peek(ahead);
  if (ahead === 0 || star.kind !== 'symbol' || star.text !== '*') return undefined;
  const { start } = parser.current;
  const parts: Identifier[] = [];
  while (!parser.atSymbol('*')) {
    parts.push(takeIdentifier(parser));
    parser.expectSymbol('.');
  }
  const span = { start, end: parser.advance().end };
  return Object.freeze({ kind: 'select_star', qualifier: qualifiedName(parts), span });
}

function isNameAhead(parser: Parser, ahead: number): boolean {
  const { kind } = parser.peek(ahead);
  return kind === 'word' || kind === 'quoted';
}

function parseAlias(parser: Parser): Identifier | undefined {
  if (parser.takeWord('as')) return parseLabel(parser, 'an alias behind AS');
  const { kind, text } = parser.current;
  if (kind === 'quoted') return takeIdentifier(parser);
  if (kind !== 'word' || !isBareLabel(text) || atEmit(parser)) return undefined;
  parser.bareAlias = parser.current;
  return takeIdentifier(parser);
}

function refusePrimaryKey(parser: Parser): void {
  if (!parser.atWords('primary', 'key')) return;
  const { start } = parser.advance();
  const { end } = parser.advance();
  parser.complainUnsupported('PRIMARY KEY in a SELECT list is not supported', { start, end });
}
