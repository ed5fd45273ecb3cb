/** Statements: which one begins here, and the short ones whole. */
import type {
  Annotation,
  Explain,
  ExplainOption,
  Insert,
  QueryStatement,
  Statement,
} from '../../ast/statement.ts';
import { atSubquery } from '../expression/refusals.ts';
import { parseNameList, parseQualifiedName } from '../state/names.ts';
import { type Parser, SyntaxFailure, spanOf } from '../state/parser.ts';
import { parseCreate } from './create.ts';
import { parseQueryTail } from './properties.ts';

export function parseStatement(parser: Parser, annotations: readonly Annotation[]): Statement {
  if (parser.atSymbol('(')) return parseQueryStatement(parser, annotations);
  refuseStatement(parser);
  const meant = statementWordAt(parser);
  switch (meant) {
    case 'select':
      return parseQueryStatement(parser, annotations);
    case 'create':
      return parseCreate(parser, annotations);
    case 'insert':
      return parseInsert(parser, annotations);
    case 'explain':
      return parseExplain(parser, annotations);
  }
}

type StatementWord = (typeof statementWords)[number];

/** The statement's first word; a misspelt one is reported and taken for what it was meant to be. */
function statementWordAt(parser: Parser): StatementWord {
  const { current } = parser;
  const found = statementWords.find((word) => parser.atWord(word));
  if (found !== undefined) return found;
  const expected = 'a statement: SELECT, CREATE, INSERT or EXPLAIN';
  const meant = parser.misspelt(current, statementWords);
  if (meant === undefined) return parser.fail(expected);
  parser.complainExpected(expected, `Did you mean ${meant.toUpperCase()}?`);
  return meant;
}

function parseQueryStatement(parser: Parser, annotations: readonly Annotation[]): QueryStatement {
  const { start } = parser.current;
  const { query, properties } = parseQueryTail(parser);
  const span = { start, end: parser.previous.end };
  return Object.freeze({ kind: 'query_statement', query, properties, annotations, span });
}

/** `INSERT INTO name [(columns)] query [WITH (...)]`. */
function parseInsert(parser: Parser, annotations: readonly Annotation[]): Insert {
  const { start } = parser.advance();
  parser.expectWord('into');
  const target = parseQualifiedName(parser, 'the name of a stream or a table');
  const columns =
    parser.atSymbol('(') && !atSubquery(parser) ? parseNameList(parser, 'a column name') : Object.freeze([]);
  if (parser.atWord('values') || parser.atWords('default', 'values')) {
    const hint = 'Write the values as a query: INSERT INTO t SELECT 1, 2.';
    parser.complainUnsupported('VALUES is not supported', spanOf(parser.current), hint);
    throw new SyntaxFailure(false);
  }
  const { query, properties } = parseQueryTail(parser);
  const span = { start, end: parser.previous.end };
  return Object.freeze({ kind: 'insert', target, columns, query, properties, annotations, span });
}

/** `EXPLAIN [ANALYZE] [VERBOSE] statement`, `EXPLAIN (option [value], ...) statement`. */
function parseExplain(parser: Parser, annotations: readonly Annotation[]): Explain {
  const { start } = parser.advance();
  const options: ExplainOption[] = [];
  if (parser.atSymbol('(') && !atSubquery(parser)) {
    const opening = parser.openParenthesis();
    do options.push(parseExplainOption(parser));
    while (parser.takeSymbol(','));
    parser.closeParenthesis(opening, '"," or ")"');
  } else {
    while (parser.atWord('analyze') || parser.atWord('analyse') || parser.atWord('verbose')) {
      options.push(explainOption(parser));
    }
  }
  if (parser.atWord('explain')) {
    parser.complain({ message: 'EXPLAIN cannot explain itself', span: spanOf(parser.current) });
    throw new SyntaxFailure(false);
  }
  const statement = parseStatement(parser, Object.freeze([])) as Exclude<Statement, Explain>;
  const span = { start, end: parser.previous.end };
  return Object.freeze({ kind: 'explain', options: Object.freeze(options), statement, annotations, span });
}

function parseExplainOption(parser: Parser): ExplainOption {
  if (parser.current.kind !== 'word') return parser.fail('an option such as KERNELS or ANALYZE');
  const option = explainOption(parser);
  const { kind, text } = parser.current;
  if (kind !== 'word' && kind !== 'string' && kind !== 'number') return option;
  const span = { start: option.span.start, end: parser.advance().end };
  return Object.freeze({ ...option, value: text, span });
}

function explainOption(parser: Parser): ExplainOption {
  const token = parser.advance();
  const name = token.text === 'analyse' ? 'analyze' : token.text;
  return Object.freeze({ kind: 'explain_option', name, value: undefined, span: spanOf(token) });
}

/** Statements of other systems, and of later versions: one clear answer. */
function refuseStatement(parser: Parser): void {
  const { kind, text } = parser.current;
  if (kind !== 'word' || !refusedStatements.has(text)) return;
  const name = text === 'with' ? 'WITH before a query' : text.toUpperCase();
  const hint = statementHints.get(text);
  parser.complainUnsupported(`${name} is not supported`, spanOf(parser.current), hint);
  throw new SyntaxFailure(false);
}

const statementWords = ['select', 'create', 'insert', 'explain'] as const;

const refusedStatements: ReadonlySet<string> = new Set(
  `alter analyze begin call commit copy deallocate declare delete deploy desc describe drop end execute grant
  list load merge pause prepare refresh release replace reset resume revoke rollback savepoint set show start
  stop table truncate update use vacuum values with`.split(/\s+/),
);

const statementHints: ReadonlyMap<string, string> = new Map([
  ['with', 'Write the query as a table in FROM: FROM (SELECT ...) AS name.'],
  ['values', 'Write SELECT 1, 2.'],
  ['table', 'Write SELECT * FROM the table.'],
]);
