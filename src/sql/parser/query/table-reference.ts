/**
 * What FROM reads: a stream or table, a query in parentheses, or the quoted URI of a file; each with an
 * alias. Joins are named as not supported.
 */
import type { QualifiedName } from '../../ast/name.ts';
import type { TableAlias, TableReference } from '../../ast/query.ts';
import { takeString } from '../expression/literals.ts';
import { atEmit, beginsStatement } from '../state/lookahead.ts';
import {
  isNameToken,
  parseAliasName,
  parseNameList,
  parseQualifiedName,
  qualifiedName,
  takeIdentifier,
} from '../state/names.ts';
import { type Parser, SyntaxFailure, spanOf } from '../state/parser.ts';
import { atJoin, refuseJoin } from './unsupported-clauses.ts';

/** Behind FROM. */
export function parseFrom(parser: Parser): TableReference {
  const table = parseTable(parser);
  if (parser.atSymbol(',')) {
    const hint = 'Write one SELECT per table.';
    parser.complainUnsupported('several tables in FROM are not supported', spanOf(parser.current), hint);
    while (parser.takeSymbol(',')) parseTable(parser);
  }
  if (atJoin(parser)) refuseJoin(parser);
  return table;
}

function parseTable(parser: Parser): TableReference {
  const { start, kind } = parser.current;
  if (parser.atWord('lateral')) {
    parser.complainUnsupported('LATERAL is not supported', spanOf(parser.advance()));
  }
  if (parser.atSymbol('(')) return parseSubquery(parser);
  if (kind === 'string') {
    const uri = takeString(parser);
    const alias = parseTableAlias(parser);
    return Object.freeze({ kind: 'uri_table', uri, alias, span: { start, end: parser.previous.end } });
  }
  const name = parseTableName(parser);
  if (parser.atSymbol('(')) {
    parser.complainUnsupported('functions in FROM are not supported', name.span);
    parser.skipParentheses();
  }
  const alias = parseTableAlias(parser);
  return Object.freeze({ kind: 'named_table', name, alias, span: { start, end: parser.previous.end } });
}

/** A name, or the word TABLE of `TABLE(TUMBLE(...))`, which the parenthesis behind it gives away. */
function parseTableName(parser: Parser): QualifiedName {
  if (parser.atWord('table') && parser.symbolAhead(1) === '(') return qualifiedName([takeIdentifier(parser)]);
  return parseQualifiedName(parser, 'a stream, a table, a query in parentheses or a quoted URI');
}

function parseSubquery(parser: Parser): TableReference {
  const opening = parser.openParenthesis();
  const { kind, text } = parser.current;
  const refused = kind === 'word' && (text === 'values' || text === 'with');
  if (refused || beginsTable(parser)) {
    const what = refused ? `${text.toUpperCase()} in FROM` : 'a table in parentheses';
    parser.complainUnsupported(`${what} is not supported`, spanOf(parser.current));
    throw new SyntaxFailure(false);
  }
  const query = parser.grammar.query(parser);
  parser.closeParenthesis(opening, 'the next clause or ")"');
  const alias = parseTableAlias(parser);
  const span = { start: opening.start, end: parser.previous.end };
  return Object.freeze({ kind: 'subquery', query, alias, span });
}

/** A name that is no slip of SELECT: `FROM (a JOIN b ON ...)`. */
function beginsTable(parser: Parser): boolean {
  return isNameToken(parser.current) && parser.misspelt(parser.current, ['select']) === undefined;
}

/** `[AS] name [(columns)]`. */
function parseTableAlias(parser: Parser): TableAlias | undefined {
  const { start } = parser.current;
  const explicit = parser.takeWord('as');
  if (!explicit && (!isNameToken(parser.current) || beginsSomethingElse(parser))) return undefined;
  if (!explicit && parser.current.kind === 'word') parser.bareAlias = parser.current;
  const name = explicit ? parseAliasName(parser) : takeIdentifier(parser);
  const columns = parser.atSymbol('(') ? parseNameList(parser, 'a column name') : Object.freeze([]);
  return Object.freeze({ kind: 'table_alias', name, columns, span: { start, end: parser.previous.end } });
}

/** Words that could be names begin the EMIT clause, or the next statement where a semicolon is missing. */
function beginsSomethingElse(parser: Parser): boolean {
  return atEmit(parser) || beginsStatement(parser);
}
