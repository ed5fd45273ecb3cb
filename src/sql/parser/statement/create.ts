/**
 * CREATE STREAM and CREATE TABLE, declared with columns or made from a query:
 *   CREATE (STREAM | TABLE) [IF NOT EXISTS] name ['(' element {',' element} ')'] [WITH (...)]
 *       [AS query [WITH (...)]]
 *   element = column [type] [NOT NULL] [PRIMARY KEY] | WATERMARK FOR column AS expression
 */
import type { SourceSpan } from '../../../base/error.ts';
import type { Identifier, QualifiedName } from '../../ast/name.ts';
import type { PropertyList } from '../../ast/query.ts';
import type {
  Annotation,
  ColumnDefinition,
  CreateRelation,
  CreateRelationAs,
  Watermark,
} from '../../ast/statement.ts';
import { parseList } from '../state/lists.ts';
import { parseName, parseQualifiedName } from '../state/names.ts';
import { type Parser, SyntaxFailure, spanOf } from '../state/parser.ts';
import { parseProperties, parseQueryTail } from './properties.ts';

interface Head {
  readonly relation: 'stream' | 'table';
  readonly ifNotExists: boolean;
  readonly name: QualifiedName;
  readonly annotations: readonly Annotation[];
}

/** A column as declared: before a query it has a name alone. */
interface DeclaredColumn {
  readonly kind: 'declared_column';
  readonly name: Identifier;
  readonly definition: ColumnDefinition | undefined;
  readonly span: SourceSpan;
}

type Element = DeclaredColumn | Watermark;

/** At CREATE. */
export function parseCreate(
  parser: Parser,
  annotations: readonly Annotation[],
): CreateRelation | CreateRelationAs {
  const { start } = parser.advance();
  refuseModifiers(parser);
  const relation = parser.expectWord('stream', 'table');
  const ifNotExists = parseIfNotExists(parser);
  const name = parseQualifiedName(parser, `the name of the ${relation}`);
  const head: Head = { relation, ifNotExists, name, annotations };
  const elements = parser.atSymbol('(') ? parseElements(parser) : [];
  const properties = parser.atWord('with') ? parseProperties(parser) : undefined;
  if (parser.takeWord('as')) return parseCreateAs(parser, { start, head, elements, properties });
  return finishCreate(parser, { start, head, elements, properties });
}

interface Beginning {
  readonly start: number;
  readonly head: Head;
  readonly elements: readonly Element[];
  readonly properties: PropertyList | undefined;
}

function finishCreate(parser: Parser, { start, head, elements, properties }: Beginning): CreateRelation {
  const columns: ColumnDefinition[] = [];
  let watermark: Watermark | undefined;
  for (const element of elements) {
    if (element.kind === 'watermark') {
      if (watermark !== undefined) {
        parser.complain({ message: 'a second watermark is declared', span: element.span });
      }
      watermark ??= element;
    } else if (element.definition !== undefined) columns.push(element.definition);
    else complainNoType(parser, element.name);
  }
  return Object.freeze({
    kind: 'create_relation',
    relation: head.relation,
    ifNotExists: head.ifNotExists,
    name: head.name,
    columns: Object.freeze(columns),
    watermark,
    properties,
    annotations: head.annotations,
    span: { start, end: parser.previous.end },
  });
}

function parseCreateAs(
  parser: Parser,
  { start, head, elements, properties: before }: Beginning,
): CreateRelationAs {
  const columns: Identifier[] = [];
  for (const element of elements) {
    if (element.kind === 'declared_column' && element.definition === undefined) columns.push(element.name);
    else {
      const message = 'before AS a column is a name alone: its type comes from the query';
      parser.complain({ message, span: element.span, hint: 'Use CAST in the query to choose a type.' });
    }
  }
  const { query, properties } = parseQueryTail(parser, before);
  return Object.freeze({
    kind: 'create_relation_as',
    relation: head.relation,
    ifNotExists: head.ifNotExists,
    name: head.name,
    columns: Object.freeze(columns),
    query,
    properties,
    annotations: head.annotations,
    span: { start, end: parser.previous.end },
  });
}

function complainNoType(parser: Parser, column: Identifier): void {
  parser.complain({
    message: `column "${column.name}" has no type`,
    span: column.span,
    hint: 'Write the type behind the name, for example VARCHAR or DOUBLE.',
  });
}

function refuseModifiers(parser: Parser): void {
  const { start } = parser.current;
  if (parser.takeWord('or')) {
    parser.expectWord('replace');
    parser.complainUnsupported('OR REPLACE is not supported', { start, end: parser.previous.end });
  }
  const word = parser.current.text;
  const hint = refusedObjects.get(word);
  if (parser.current.kind !== 'word' || hint === undefined) return;
  parser.complainUnsupported(`CREATE ${word.toUpperCase()} is not supported`, spanOf(parser.current), hint);
  throw new SyntaxFailure(false);
}

const toDefine = 'Declare it with CREATE STREAM or CREATE TABLE.';
const refusedObjects: ReadonlyMap<string, string | undefined> = new Map([
  ...['source', 'sink', 'external', 'view', 'materialized', 'temp', 'temporary', 'unlogged'].map(
    (word) => [word, toDefine] as const,
  ),
  ...['function', 'index', 'schema', 'database', 'type', 'connection', 'secret', 'catalog'].map(
    (word) => [word, 'Velostream knows CREATE STREAM and CREATE TABLE.'] as const,
  ),
]);

function parseIfNotExists(parser: Parser): boolean {
  if (!parser.atWords('if', 'not')) return false;
  parser.advance();
  parser.advance();
  parser.expectWord('exists');
  return true;
}

function parseElements(parser: Parser): readonly Element[] {
  const opening = parser.openParenthesis();
  const elements = parseList(parser, {
    place: 'enclosed list',
    parseItem: parseElement,
    expectedBehind: '"," or ")"',
    ends: (inner) => inner.atSymbol(')') || inner.atEnd(),
  });
  parser.closeParenthesis(opening, '"," or ")"');
  return elements;
}

function parseElement(parser: Parser): Element {
  if (atWatermark(parser)) return parseWatermark(parser);
  refuseTableConstraint(parser);
  const name = parseName(parser, 'a column name');
  if (parser.atSymbol(',') || parser.atSymbol(')') || parser.atEnd()) {
    return { kind: 'declared_column', name, definition: undefined, span: name.span };
  }
  const definition = parseColumnDefinition(parser, name);
  return { kind: 'declared_column', name, definition, span: definition.span };
}

/** `WATERMARK FOR`; with FOR misspelt, the AS behind the column tells it from a column `watermark`. */
function atWatermark(parser: Parser): boolean {
  if (parser.atWords('watermark', 'for')) return true;
  const slip = parser.atWord('watermark') && parser.misspelt(parser.peek(1), ['for']) !== undefined;
  return slip && parser.wordAhead(3) === 'as';
}

function parseWatermark(parser: Parser): Watermark {
  const { start } = parser.advance();
  parser.expectWord('for');
  const column = parseName(parser, 'the event-time column');
  parser.expectWord('as');
  const expression = parser.grammar.expression(parser);
  const span = { start, end: parser.previous.end };
  return Object.freeze({ kind: 'watermark', column, expression, span });
}

function parseColumnDefinition(parser: Parser, name: Identifier): ColumnDefinition {
  const type = parser.grammar.dataType(parser);
  let notNull = false;
  let primaryKey = false;
  for (;;) {
    if (parser.takeWord('not')) {
      parser.expectWord('null');
      notNull = true;
    } else if (parser.takeWord('primary')) {
      parser.expectWord('key');
      primaryKey = true;
    } else if (!parser.takeWord('null') && !refuseColumnOption(parser)) break;
  }
  const span = { start: name.span.start, end: parser.previous.end };
  return Object.freeze({ kind: 'column_definition', name, type, notNull, primaryKey, span });
}

/** DEFAULT, CHECK and the like: reported, then skipped with what belongs to them. */
function refuseColumnOption(parser: Parser): boolean {
  const { kind, text } = parser.current;
  if (kind !== 'word' || !refusedColumnOptions.has(text)) return false;
  const span = spanOf(parser.advance());
  parser.complainUnsupported(`${text.toUpperCase()} on a column is not supported`, span);
  while (!parser.atEnd() && !parser.atSymbol(',') && !parser.atSymbol(')')) {
    if (parser.atSymbol('(')) parser.skipParentheses();
    else parser.advance();
  }
  return true;
}

function refuseTableConstraint(parser: Parser): void {
  const word = parser.wordAhead(0);
  const key = parser.atWords('primary', 'key') || parser.atWords('foreign', 'key');
  const listed = (word === 'unique' || word === 'check') && parser.symbolAhead(1) === '(';
  const named = word === 'constraint' && constraintWords.has(parser.wordAhead(2));
  if (!key && !listed && !named) return;
  const hint = word === 'primary' ? 'Write PRIMARY KEY behind each column of the key.' : undefined;
  parser.complainUnsupported('table constraints are not supported', spanOf(parser.current), hint);
  throw new SyntaxFailure(false);
}

const constraintWords: ReadonlySet<string> = new Set(['primary', 'unique', 'check', 'foreign']);

const refusedColumnOptions: ReadonlySet<string> = new Set(
  'as check collate constraint default generated metadata references unique virtual'.split(' '),
);
