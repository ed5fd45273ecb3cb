/**
 * Statements and queries as canonical SQL text: keywords in capitals, one blank between words, AS before
 * every alias, property keys quoted. For every tree the parser gives, parsing its text gives the same tree.
 */
import type { PropertyList, Query, SelectItem, TableAlias, TableReference } from '../ast/query.ts';
import type {
  Annotation,
  ColumnDefinition,
  CreateRelation,
  CreateRelationAs,
  ExplainOption,
  Statement,
} from '../ast/statement.ts';
import { type Visitor, visit } from '../ast/traverse.ts';
import { printExpression, printSortItem, printString } from './expression.ts';
import { printDataType, printIdentifier, printQualifiedName } from './name.ts';

/** Without the closing semicolon; annotations stand on lines of their own before it. */
export function printStatement(statement: Statement): string {
  return statement.annotations.map(printAnnotation).join('') + visit(statement, statementPrinters);
}

export function printQuery(query: Query): string {
  const { from, where, groupBy, having, orderBy, limit, offset, emit } = query;
  const distinct = query.distinct ? 'DISTINCT ' : '';
  return join(
    `SELECT ${distinct}${query.items.map(printSelectItem).join(', ')}`,
    from && `FROM ${printTable(from)}`,
    where && `WHERE ${printExpression(where)}`,
    groupBy.length > 0 && `GROUP BY ${groupBy.map((item) => printExpression(item)).join(', ')}`,
    having && `HAVING ${printExpression(having)}`,
    orderBy.length > 0 && `ORDER BY ${orderBy.map(printSortItem).join(', ')}`,
    limit && `LIMIT ${printExpression(limit)}`,
    offset && `OFFSET ${printExpression(offset)}`,
    emit && `EMIT ${emit.mode.toUpperCase()}`,
  );
}

const statementPrinters: Visitor<Statement, string> = {
  create_relation: (statement) => {
    const columns = statement.columns.map(printColumn);
    const { watermark } = statement;
    if (watermark !== undefined) {
      const column = printIdentifier(watermark.column);
      columns.push(`WATERMARK FOR ${column} AS ${printExpression(watermark.expression)}`);
    }
    return join(printCreateHead(statement, columns), printProperties(statement.properties));
  },
  create_relation_as: (statement) => {
    const head = printCreateHead(statement, statement.columns.map(printIdentifier));
    return join(head, 'AS', printQuery(statement.query), printProperties(statement.properties));
  },
  insert: ({ target, columns, query, properties }) => {
    const list = columns.length > 0 && `(${columns.map(printIdentifier).join(', ')})`;
    return join(
      `INSERT INTO ${printQualifiedName(target)}`,
      list,
      printQuery(query),
      printProperties(properties),
    );
  },
  explain: ({ options, statement }) => {
    const list = options.length > 0 && `(${options.map(printExplainOption).join(', ')})`;
    return join('EXPLAIN', list, printStatement(statement));
  },
  query_statement: ({ query, properties }) => join(printQuery(query), printProperties(properties)),
};

function printCreateHead(statement: CreateRelation | CreateRelationAs, elements: readonly string[]): string {
  return join(
    `CREATE ${statement.relation.toUpperCase()}`,
    statement.ifNotExists && 'IF NOT EXISTS',
    printQualifiedName(statement.name),
    elements.length > 0 && `(${elements.join(', ')})`,
  );
}

function printColumn({ name, type, notNull, primaryKey }: ColumnDefinition): string {
  return join(printIdentifier(name), printDataType(type), notNull && 'NOT NULL', primaryKey && 'PRIMARY KEY');
}

function printProperties(properties: PropertyList | undefined): string {
  if (properties === undefined) return '';
  const entries = properties.entries.map(
    ({ key, value }) => `${printString(key)} = ${printExpression(value)}`,
  );
  return `WITH (${entries.join(', ')})`;
}

function printExplainOption({ name, value }: ExplainOption): string {
  return value === undefined ? name.toUpperCase() : `${name.toUpperCase()} ${printString(value)}`;
}

function printAnnotation({ name, value }: Annotation): string {
  return value === '' ? `-- @${name}\n` : `-- @${name}: ${value}\n`;
}

function printSelectItem(item: SelectItem): string {
  if (item.kind === 'select_star') {
    return item.qualifier === undefined ? '*' : `${printQualifiedName(item.qualifier)}.*`;
  }
  const text = printExpression(item.expression);
  return item.alias === undefined ? text : `${text} AS ${printIdentifier(item.alias)}`;
}

function printTable(table: TableReference): string {
  const alias = printTableAlias(table.alias);
  switch (table.kind) {
    case 'named_table':
      return printQualifiedName(table.name) + alias;
    case 'uri_table':
      return printString(table.uri.value) + alias;
    case 'subquery':
      return `(${printQuery(table.query)})${alias}`;
  }
}

function printTableAlias(alias: TableAlias | undefined): string {
  if (alias === undefined) return '';
  const columns = alias.columns.length === 0 ? '' : ` (${alias.columns.map(printIdentifier).join(', ')})`;
  return ` AS ${printIdentifier(alias.name)}${columns}`;
}

/** The parts that are there, a blank between them. */
function join(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter((part) => part !== false && part !== undefined && part !== '').join(' ');
}
