/**
 * The clauses of a SELECT behind its items: what each one holds, and which one begins at a place, be its
 * word misspelt or already taken for an alias.
 */
import type { SourceSpan } from '../../../base/error.ts';
import type { EmitClause, Expression, SortItem, TableReference } from '../../ast/query.ts';
import { placeholder } from '../expression/refusals.ts';
import { parseSortItem } from '../expression/sort-item.ts';
import { parseList } from '../state/lists.ts';
import { atEmit } from '../state/lookahead.ts';
import { type Parser, spanOf } from '../state/parser.ts';
import { parseFrom } from './table-reference.ts';

/** The clauses found so far; each is set once. */
export interface Clauses {
  from?: TableReference;
  where?: Expression;
  groupBy?: readonly Expression[];
  having?: Expression;
  orderBy?: readonly SortItem[];
  limit?: Expression | undefined;
  offset?: Expression;
  emit?: EmitClause;
}

export interface ClauseRule {
  readonly name: string;
  /** Clauses come in this order; LIMIT and OFFSET, like EMIT behind them, may change places. */
  readonly order: number;
  /** Called behind the clause's first word. */
  readonly parse: (parser: Parser, clauses: Clauses) => void;
}

/** The rule of the clause that begins here, be its word misspelt or already taken for an alias. */
export function clauseAt(parser: Parser, order: number): ClauseRule | undefined {
  const rule = exactClauseAt(parser);
  if (rule !== undefined || parser.atEnd() || parser.atSymbol(')') || parser.atSymbol(',')) return rule;
  return misspeltClause(parser, order);
}

/** The rule of the clause whose word stands here. */
export function exactClauseAt(parser: Parser): ClauseRule | undefined {
  const rule = clauseRules.get(parser.wordAhead(0));
  return rule?.name === 'EMIT' && !atEmit(parser) ? undefined : rule;
}

/** Does a list of a clause end here? */
export function endsList(parser: Parser, behindComma: boolean): boolean {
  if (parser.atEnd() || parser.atSymbol(')') || atQueryWord(parser)) return true;
  return (behindComma ? exactClauseAt(parser) : clauseAt(parser, 0)) !== undefined;
}

function misspeltClause(parser: Parser, order: number): ClauseRule | undefined {
  const later = [...clauseRules.keys()].filter((word) => (clauseRules.get(word)?.order ?? 0) > order);
  const alias = parser.bareAlias;
  if (alias !== undefined && alias === parser.previous) {
    const meant = parser.misspelt(alias, later);
    if (meant !== undefined) return clauseRules.get(meant);
  }
  const meant = parser.misspelt(parser.current, later);
  return meant === undefined ? undefined : clauseRules.get(meant);
}

function parseGroupBy(parser: Parser): readonly Expression[] {
  parser.expectWord('by');
  return parseList(parser, {
    place: 'list',
    parseItem: parseGroupingItem,
    expectedBehind: '"," or the next clause',
    ends: endsList,
  });
}

function parseGroupingItem(parser: Parser): Expression {
  const { start } = parser.current;
  const word = parser.wordAhead(0);
  const sets = parser.atWords('grouping', 'sets');
  const construct = (word === 'rollup' || word === 'cube') && parser.symbolAhead(1) === '(';
  const empty = parser.atSymbol('(') && parser.symbolAhead(1) === ')';
  if (!sets && !construct && !empty && word !== 'all' && word !== 'distinct') {
    return parser.grammar.expression(parser);
  }
  const name = sets ? 'GROUPING SETS' : empty ? '()' : word.toUpperCase();
  parser.advance();
  if (sets || empty) parser.advance();
  const span = { start, end: parser.previous.end };
  const hint = empty ? 'Leave GROUP BY out to aggregate all rows.' : undefined;
  parser.complainUnsupported(`GROUP BY ${name} is not supported`, span, hint);
  if (parser.atSymbol('(')) parser.skipParentheses();
  return placeholder(start, parser);
}

function parseOrderBy(parser: Parser): readonly SortItem[] {
  parser.expectWord('by');
  return parseList(parser, {
    place: 'list',
    parseItem: parseSortItem,
    expectedBehind: 'ASC, DESC, "," or the next clause',
    ends: endsList,
  });
}

/** A word that ends a query or a clause of it, though it begins none of ours. */
function atQueryWord(parser: Parser): boolean {
  const { kind, text } = parser.current;
  return kind === 'word' && queryWords.has(text);
}

function parseLimit(parser: Parser): Expression | undefined {
  if (parser.takeWord('all')) return undefined;
  const limit = parser.grammar.expression(parser);
  if (parser.atSymbol(',')) {
    const span = spanOf(parser.advance());
    parser.complain({ message: 'LIMIT takes one number', span, hint: 'Write LIMIT n OFFSET m.' });
    parser.grammar.expression(parser);
  }
  return limit;
}

/** `FETCH FIRST [n] ROWS ONLY`, behind its first word: LIMIT n in the words of the standard. */
function parseFetch(parser: Parser): Expression {
  const { start } = parser.previous;
  parser.expectWord('first', 'next');
  const isOne = parser.atWord('row') || parser.atWord('rows');
  const limit = isOne ? one({ start, end: parser.previous.end }) : parser.grammar.expression(parser);
  parser.expectWord('rows', 'row');
  if (parser.atWords('with', 'ties')) {
    const span = spanOf(parser.advance());
    parser.complainUnsupported('FETCH FIRST ... WITH TIES is not supported', span);
    parser.advance();
  } else {
    parser.expectWord('only');
  }
  return limit;
}

function one(span: SourceSpan): Expression {
  return Object.freeze({ kind: 'number_literal', form: 'integer', text: '1', span });
}

function parseOffset(parser: Parser): Expression {
  const offset = parser.grammar.expression(parser);
  if (!parser.takeWord('rows')) parser.takeWord('row');
  return offset;
}

/** Behind the word EMIT. */
export function parseEmit(parser: Parser): EmitClause {
  const { start } = parser.previous;
  const mode = parser.expectWord('changes', 'final');
  const span = { start, end: parser.previous.end };
  if (parser.queryDepth > 1) {
    parser.complain({ message: 'EMIT belongs to the outermost query', span });
  }
  return Object.freeze({ kind: 'emit', mode, span });
}

const clauseRules: ReadonlyMap<string, ClauseRule> = new Map([
  clause('FROM', 1, (parser, clauses) => {
    clauses.from = parseFrom(parser);
  }),
  clause('WHERE', 2, (parser, clauses) => {
    clauses.where = parser.grammar.expression(parser);
  }),
  clause('GROUP BY', 3, (parser, clauses) => {
    clauses.groupBy = parseGroupBy(parser);
  }),
  clause('HAVING', 4, (parser, clauses) => {
    clauses.having = parser.grammar.expression(parser);
  }),
  clause('ORDER BY', 5, (parser, clauses) => {
    clauses.orderBy = parseOrderBy(parser);
  }),
  clause('LIMIT', 6, (parser, clauses) => {
    clauses.limit = parseLimit(parser);
  }),
  clause('OFFSET', 6, (parser, clauses) => {
    clauses.offset = parseOffset(parser);
  }),
  clause('FETCH FIRST', 6, (parser, clauses) => {
    const span = spanOf(parser.previous);
    if (clauses.limit !== undefined)
      parser.complain({ message: 'a query takes LIMIT or FETCH FIRST, not both', span });
    clauses.limit = parseFetch(parser);
  }),
  clause('EMIT', 7, (parser, clauses) => {
    clauses.emit = parseEmit(parser);
  }),
]);

function clause(name: string, order: number, parse: ClauseRule['parse']): readonly [string, ClauseRule] {
  const word = name.split(' ', 1)[0] ?? name;
  return [word.toLowerCase(), { name, order, parse }];
}

const queryWords: ReadonlySet<string> = new Set('union intersect except window for with into'.split(' '));
