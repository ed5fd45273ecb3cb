/** Clauses of SQL that later versions will read: each is named at its place, then skipped. */
import { type Parser, spanOf } from '../state/parser.ts';

/** Reports and skips a clause that is not supported; answers whether there was one. */
export function refuseQueryTail(parser: Parser): boolean {
  const { kind, text } = parser.current;
  if (kind !== 'word') return false;
  const refusal = refusals.get(text);
  if (refusal === undefined) return false;
  const token = parser.advance();
  parser.complainUnsupported(`${refusal.what} is not supported`, spanOf(token), refusal.hint);
  skipToClause(parser, token.text);
  return true;
}

/** Does a join begin here? */
export function atJoin(parser: Parser): boolean {
  const { kind, text } = parser.current;
  return kind === 'word' && (text === 'join' || joinWords.has(text));
}

/** Reports a join once, and skips to the clause behind it. */
export function refuseJoin(parser: Parser): void {
  const { start } = parser.current;
  while (parser.current.kind === 'word' && (joinWords.has(parser.current.text) || parser.atWord('outer'))) {
    parser.advance();
  }
  parser.takeWord('join');
  parser.complainUnsupported('JOIN is not supported', { start, end: parser.previous.end });
  skipToClause(parser, 'join');
}

/** A set operation swallows the query behind it; everything else ends where the next clause begins. */
function skipToClause(parser: Parser, word: string): void {
  const wholeQuery = word === 'union' || word === 'intersect' || word === 'except';
  while (!parser.atEnd() && !parser.atSymbol(')')) {
    if (!wholeQuery && parser.current.kind === 'word' && clausesBehind.has(parser.current.text)) return;
    if (parser.atSymbol('(')) parser.skipParentheses();
    else parser.advance();
  }
}

const joinWords: ReadonlySet<string> = new Set('cross full inner join left natural right'.split(' '));

const clausesBehind: ReadonlySet<string> = new Set(
  'where group having order limit offset fetch emit'.split(' '),
);

const refusals: ReadonlyMap<string, { readonly what: string; readonly hint?: string }> = new Map([
  ['union', { what: 'UNION' }],
  ['intersect', { what: 'INTERSECT' }],
  ['except', { what: 'EXCEPT' }],
  ['window', { what: 'the WINDOW clause' }],
  ['for', { what: 'FOR UPDATE and the like' }],
  ['into', { what: 'SELECT INTO', hint: 'Use INSERT INTO ... SELECT or CREATE STREAM ... AS SELECT.' }],
]);
