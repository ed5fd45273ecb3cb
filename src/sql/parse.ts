/**
 * The door of this folder: SQL text in, statements and errors out. Never throws: what is wrong with the
 * text is in `errors`, in the order of their places; a statement with an error is not in `statements`.
 */
import { type SourceSpan, VelostreamError } from '../base/error.ts';
import type { Annotation, Statement } from './ast/statement.ts';
import { children, type Node } from './ast/traverse.ts';
import { tokenize } from './lexer/lexer.ts';
import { parseExpression } from './parser/expression/expressions.ts';
import { parseDataType } from './parser/expression/types.ts';
import { parseQuery } from './parser/query/select.ts';
import { beginsStatement } from './parser/state/lookahead.ts';
import { type Grammar, Parser, SyntaxFailure, spanOf } from './parser/state/parser.ts';
import { parseStatement } from './parser/statement/statements.ts';

export interface ParseResult {
  readonly statements: readonly Statement[];
  readonly errors: readonly VelostreamError[];
}

/** The longest text that is read, in UTF-16 code units. */
export const textLengthMax: number = 1024 * 1024;

/** The deepest tree that is handed out, so that whoever walks it may recurse. */
export const treeHeightMax: number = 1000;

const grammar: Grammar = { expression: parseExpression, query: parseQuery, dataType: parseDataType };

/** Parses a text of statements separated by semicolons. */
export function parseSql(source: string): ParseResult {
  if (source.length > textLengthMax) return { statements: [], errors: [textTooLong(source)] };
  const lexed = tokenize(source);
  const parser = new Parser(source, lexed, grammar);
  const statements: Statement[] = [];
  const annotations = [...lexed.annotations];
  while (parser.current.kind !== 'end' && !parser.exhausted) {
    if (parser.takeSymbol(';')) continue;
    const statement = parseOne(parser, annotations, lexed.errors);
    if (statement !== undefined) statements.push(statement);
  }
  return { statements, errors: merged(lexed.errors, parser.errors) };
}

/** Parses one statement and steps to its end; answers nothing where there was an error in it. */
function parseOne(
  parser: Parser,
  annotations: Annotation[],
  lexicalErrors: readonly VelostreamError[],
): Statement | undefined {
  const errorCount = parser.errors.length;
  const first = parser.current;
  const firstIndex = parser.index;
  const own = annotations.length === 0 ? annotations : takeBefore(annotations, parser.statementEnd());
  let statement: Statement | undefined;
  try {
    statement = parseStatement(parser, Object.freeze([...own]));
    finishStatement(parser);
  } catch (failure) {
    if (!(failure instanceof SyntaxFailure)) throw failure;
    parser.skipStatement();
  }
  const span = { start: first.start, end: parser.current.start };
  const broken = lexicalErrors.some(({ position }) => startsWithin(position, span));
  if (statement === undefined || broken || parser.errors.length > errorCount) return undefined;
  if (parser.index - firstIndex <= treeHeightMax || !isTooHigh(statement)) return statement;
  parser.complainTooDeep(spanOf(first), treeHeightMax);
  return undefined;
}

/** Behind a statement: its semicolon, the end of the text, or the next statement with one forgotten. */
function finishStatement(parser: Parser): void {
  if (parser.atEnd()) return;
  if (beginsStatement(parser)) return parser.complainExpected('";" before the next statement');
  parser.complainExpected('";" or the end of the text');
  parser.skipStatement();
}

/** Takes out the annotations that stand before the offset: the list is in the order of the text. */
function takeBefore(annotations: Annotation[], offset: number): readonly Annotation[] {
  const behind = annotations.findIndex(({ span }) => span.start >= offset);
  return annotations.splice(0, behind === -1 ? annotations.length : behind);
}

/** Is any path from the root longer than allowed? Walks with a list of its own, not with the call stack. */
function isTooHigh(root: Node): boolean {
  let level: readonly Node[] = [root];
  for (let height = 1; level.length > 0; height++) {
    if (height > treeHeightMax) return true;
    level = level.flatMap(children);
  }
  return false;
}

function startsWithin(position: SourceSpan | undefined, span: SourceSpan): boolean {
  return position !== undefined && position.start >= span.start && position.start < span.end;
}

/** All errors in the order of their places; a token that could not be read is complained about once. */
function merged(
  lexical: readonly VelostreamError[],
  syntactic: readonly VelostreamError[],
): readonly VelostreamError[] {
  if (lexical.length === 0 && syntactic.length < 2) return syntactic;
  const taken = new Set(lexical.map(startOf));
  const others = syntactic.filter((error) => !taken.has(startOf(error)));
  return [...lexical, ...others].toSorted((left, right) => startOf(left) - startOf(right));
}

function startOf(error: VelostreamError): number {
  return error.position?.start ?? 0;
}

function textTooLong(source: string): VelostreamError {
  return new VelostreamError(`the text is longer than ${textLengthMax} characters`, {
    code: 'resource_limit',
    position: { start: 0, end: 0 },
    detail: `It has ${source.length}.`,
  });
}
