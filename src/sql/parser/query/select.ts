/**
 * Queries. The clauses of a SELECT are read in whatever order they come, so that a misplaced, repeated or
 * misspelt one is named as such instead of breaking everything behind it:
 *   SELECT [ALL | DISTINCT] items [FROM table] [WHERE c] [GROUP BY e, ...] [HAVING c]
 *   [ORDER BY s, ...] [LIMIT n | ALL] [OFFSET n [ROW | ROWS]] [FETCH FIRST | NEXT [n] ROW | ROWS ONLY]
 *   [EMIT FINAL | CHANGES]
 */
import type { Query } from '../../ast/query.ts';
import { beginsStatement } from '../state/lookahead.ts';
import { type Parser, type RecoveryMark, spanOf } from '../state/parser.ts';
import { type ClauseRule, type Clauses, clauseAt } from './clauses.ts';
import { parseSelectItems } from './select-items.ts';
import { refuseQueryTail } from './unsupported-clauses.ts';

export function parseQuery(parser: Parser): Query {
  parser.enter();
  parser.queryDepth++;
  const query = parser.atSymbol('(') ? parseParenthesisedQuery(parser) : parseSelect(parser);
  parser.queryDepth--;
  parser.leave();
  return query;
}

function parseParenthesisedQuery(parser: Parser): Query {
  const opening = parser.openParenthesis();
  const query = parseQuery(parser);
  parser.closeParenthesis(opening, 'the next clause or ")"');
  const clause = clauseAt(parser, 0);
  if (clause !== undefined) {
    const message = `${clause.name} behind a query in parentheses is not supported`;
    parser.complainUnsupported(message, spanOf(parser.current), 'Write it inside the parentheses.');
  }
  refuseQueryTail(parser);
  return query;
}

function parseSelect(parser: Parser): Query {
  const { start } = parser.current;
  parser.expectWord('select');
  const distinct = parseSetQuantifier(parser);
  const items = parseSelectItems(parser);
  const clauses = parseClauses(parser);
  return Object.freeze({
    kind: 'select',
    distinct,
    items,
    from: clauses.from,
    where: clauses.where,
    groupBy: clauses.groupBy ?? none,
    having: clauses.having,
    orderBy: clauses.orderBy ?? none,
    limit: clauses.limit,
    offset: clauses.offset,
    emit: clauses.emit,
    span: { start, end: parser.previous.end },
  });
}

const none: readonly never[] = Object.freeze([]);

function parseSetQuantifier(parser: Parser): boolean {
  if (parser.takeWord('all')) return false;
  if (!parser.takeWord('distinct')) return false;
  if (parser.atWord('on')) {
    parser.complainUnsupported('DISTINCT ON is not supported', spanOf(parser.advance()));
    if (parser.atSymbol('(')) parser.skipParentheses();
  }
  return true;
}

function parseClauses(parser: Parser): Clauses {
  const clauses: Clauses = {};
  const seen = new Set<string>();
  let last: ClauseRule | undefined;
  const mark = parser.mark();
  for (;;) {
    const rule = clauseAt(parser, last?.order ?? 0);
    if (rule === undefined) {
      if (refuseQueryTail(parser) || skipStrayTokens(parser, mark)) continue;
      break;
    }
    takeClauseWord(parser, rule);
    complainPlace(parser, { rule, last, seen });
    seen.add(rule.name);
    if (last === undefined || rule.order > last.order) last = rule;
    try {
      rule.parse(parser, clauses);
    } catch (failure) {
      parser.recover(failure, mark, 'clause');
    }
  }
  return clauses;
}

/** Where no clause begins: does something stand here that is no part of a query, and can be skipped? */
function skipStrayTokens(parser: Parser, mark: RecoveryMark): boolean {
  parser.skipStrayParentheses();
  if (parser.atClause() && !parser.atWord('with')) return true;
  const properties = parser.atWord('with') && parser.symbolAhead(1) === '(';
  if (parser.atEnd() || parser.atSymbol(')') || properties || beginsStatement(parser)) return false;
  parser.complainExpected(parser.queryDepth > 1 ? 'the next clause or ")"' : 'the next clause or ";"');
  parser.skipTo(mark, 'clause');
  return true;
}

interface ClausePlace {
  readonly rule: ClauseRule;
  readonly last: ClauseRule | undefined;
  readonly seen: ReadonlySet<string>;
}

function complainPlace(parser: Parser, { rule, last, seen }: ClausePlace): void {
  const span = spanOf(parser.previous);
  if (seen.has(rule.name)) parser.complain({ message: `${rule.name} is written twice in this query`, span });
  else if (last !== undefined && rule.order < last.order) {
    parser.complain({ message: `${rule.name} must come before ${last.name}`, span });
  }
}

/** Steps over the clause's word; a misspelt one is reported. */
function takeClauseWord(parser: Parser, rule: ClauseRule): void {
  const word = rule.name.split(' ')[0] ?? '';
  if (parser.takeWord(word.toLowerCase())) return;
  const takenAsAlias = parser.bareAlias !== undefined && parser.bareAlias === parser.previous;
  const aliasMeant = takenAsAlias && parser.misspelt(parser.previous, [word]) !== undefined;
  const slip = aliasMeant ? parser.previous : parser.current;
  if (!aliasMeant) parser.advance();
  if (slip.text === word.toLowerCase()) return;
  const written = parser.source.slice(slip.start, slip.end);
  const message = `expected ${rule.name}, found "${written}"`;
  parser.complain({ message, span: spanOf(slip), hint: `Did you mean ${word}?` });
}
