/**
 * CREATE STREAM and CREATE TABLE without a query: what a file declares, before anything is bound. Columns may
 * be left out; then the schema is found in the data, or is that of the query that writes the stream.
 */
import { VelostreamError } from '../../../base/error.ts';
import type { Column, Schema } from '../../../columns/schema.ts';
import type { Properties, Relation } from '../../../plan/relation.ts';
import { dottedName } from '../../../sql/ast/name.ts';
import type { PropertyList } from '../../../sql/ast/query.ts';
import type { Annotation, ColumnDefinition, CreateRelation, Statement } from '../../../sql/ast/statement.ts';
import { walk } from '../../../sql/ast/traverse.ts';
import { bindDataType } from '../expression/data-type.ts';
import type { ProblemList } from '../problem-list.ts';

/** A declared relation; its schema is undefined where the statement has no columns. */
export type Declaration = Omit<Relation, 'schema'> & { readonly schema: Schema | undefined };

export function bindDeclaration(statement: CreateRelation, problems: ProblemList): Declaration {
  checkNames(statement.columns, problems);
  const columns = problems.all(statement.columns, bindColumn);
  const { watermark } = statement;
  if (watermark !== undefined && columns.length > 0) checkWatermark(statement, columns);
  const keyed = statement.columns.filter((column) => column.primaryKey);
  return {
    name: dottedName(statement.name),
    kind: statement.relation,
    schema: columns.length === 0 ? undefined : columns,
    properties: bindProperties(statement.properties),
    primaryKey: keyed.map((column) => column.name.name),
    bounded: undefined,
    watermark: watermark && { column: watermark.column.name, expression: watermark.expression },
  };
}

function bindColumn(definition: ColumnDefinition): Column {
  const nullable = !definition.notNull && !definition.primaryKey;
  return { name: definition.name.name, ...bindDataType(definition.type), nullable };
}

function checkNames(columns: readonly ColumnDefinition[], problems: ProblemList): void {
  const seen = new Set<string>();
  for (const { name } of columns) {
    if (seen.has(name.name)) problems.report(duplicateColumn(name.name, name.span));
    seen.add(name.name);
  }
}

export function duplicateColumn(name: string, position: VelostreamError['position']): VelostreamError {
  return new VelostreamError(`column "${name}" specified more than once`, {
    code: 'sql_duplicate_name',
    position,
  });
}

function checkWatermark(statement: CreateRelation, columns: readonly Column[]): void {
  const identifier = statement.watermark?.column;
  const column = columns.find(({ name }) => name === identifier?.name);
  if (column?.type.kind === 'timestamp' || column?.type.kind === 'timestamptz') return;
  const problem = column === undefined ? 'does not exist' : 'is not of type timestamp or timestamptz';
  throw new VelostreamError(`watermark column "${identifier?.name}" ${problem}`, {
    code: column === undefined ? 'sql_undefined_name' : 'sql_type_mismatch',
    position: identifier?.span,
  });
}

/** `WITH (...)` as text by key. */
export function bindProperties(list: PropertyList | undefined): Properties {
  const entries = (list?.entries ?? []).map(({ key, value }) => {
    return [key, value.kind === 'number_literal' ? value.text : String(value.value)] as const;
  });
  return Object.fromEntries(entries);
}

export function bindAnnotations(annotations: readonly Annotation[]): Properties {
  return Object.fromEntries(annotations.map(({ name, value }) => [name, value]));
}

/** The URIs that a file's statements read, each once: the engine infers what lies there before binding. */
export function urisOf(statements: readonly Statement[]): readonly string[] {
  const uris = new Set<string>();
  for (const statement of statements) {
    walk(statement, (node) => {
      if (node.kind === 'uri_table') uris.add(node.uri.value);
      return true;
    });
  }
  return [...uris];
}
