/** The FROM clause: a declared stream or table, the data behind a URI, a subquery, or nothing at all. */
import { VelostreamError } from '../../../base/error.ts';
import { nearestName } from '../../../base/nearest-name.ts';
import type { Schema } from '../../../columns/schema.ts';
import { storeWithin } from '../../../expressions/binding/limits.ts';
import { columnReference, projectOf, scanOf, valuesNode } from '../../../plan/build-plan.ts';
import {
  type LogicalPlan,
  type ScanColumn,
  type ScanNode,
  systemColumns,
} from '../../../plan/logical-plan.ts';
import type { Catalog, Relation } from '../../../plan/relation.ts';
import { dottedName, type QualifiedName } from '../../../sql/ast/name.ts';
import type {
  NamedTable,
  Query,
  Subquery,
  TableAlias,
  TableReference,
  UriTable,
} from '../../../sql/ast/query.ts';
import type { BindEnvironment } from '../bind-environment.ts';
import { emptyScope, type Scope } from '../expression/scope.ts';

export interface BoundFrom {
  readonly plan: LogicalPlan;
  readonly scope: Scope;
}

export type BindQuery = (query: Query, environment: BindEnvironment) => LogicalPlan;

export function bindFrom(
  from: TableReference | undefined,
  environment: BindEnvironment,
  bindQuery: BindQuery,
): BoundFrom {
  if (from === undefined) return { plan: valuesNode, scope: emptyScope };
  switch (from.kind) {
    case 'named_table':
      return bindNamedTable(from, environment);
    case 'uri_table':
      return bindUriTable(from, environment);
    case 'subquery':
      return bindSubquery(from, environment, bindQuery);
  }
}

function bindNamedTable(table: NamedTable, environment: BindEnvironment): BoundFrom {
  const relation = findRelation(table.name, environment.catalog);
  const ownName = table.name.parts.at(-1)?.name ?? relation.name;
  return scanRelation(relation, {
    alias: table.alias,
    ownName,
    written: environment.written.has(relation.name),
  });
}

function bindUriTable(table: UriTable, environment: BindEnvironment): BoundFrom {
  const relation = environment.catalog.lookupUri(table.uri.value);
  if (relation === undefined) {
    throw new VelostreamError(`cannot tell what lies at "${table.uri.value}"`, {
      code: 'source_unavailable',
      position: table.uri.span,
      hint: 'Declare a stream with CREATE STREAM ... WITH (...) and read that.',
    });
  }
  return scanRelation(relation, { alias: table.alias, ownName: undefined, written: false });
}

interface ScanContext {
  readonly alias: TableAlias | undefined;
  readonly ownName: string | undefined;
  readonly written: boolean;
}

function scanRelation(relation: Relation, { alias, ownName, written }: ScanContext): BoundFrom {
  const fields = relation.schema.map(({ name }, index): ScanColumn => ({ kind: 'field', index, name }));
  const system = systemColumns.map((name): ScanColumn => ({ kind: 'system', name }));
  const scan = scanOf(relation.name, relation.schema, written ? fields : [...fields, ...system]);
  // What a statement of the file writes has been held to the limits then.
  const plan = written ? scan : withinLimits(scan);
  const visibleCount = relation.schema.length;
  const schema = renameColumns(plan.schema, alias, visibleCount);
  return { plan, scope: { relation: alias?.name.name ?? ownName, schema, visibleCount, scanned: !written } };
}

/** The scan's rows held to what the declaration of their columns asks. */
function withinLimits(scan: ScanNode): LogicalPlan {
  if (scan.schema.every(({ limit }) => limit === undefined)) return scan;
  return projectOf(
    scan,
    scan.schema.map(({ limit }, i) => storeWithin(columnReference(scan.schema, i), limit, undefined)),
    scan.schema.map(({ name }) => name),
  );
}

function bindSubquery(table: Subquery, environment: BindEnvironment, bindQuery: BindQuery): BoundFrom {
  const plan = bindQuery(table.query, environment);
  const visibleCount = plan.schema.length;
  const schema = renameColumns(plan.schema, table.alias, visibleCount);
  return { plan, scope: { relation: table.alias?.name.name, schema, visibleCount, scanned: false } };
}

/** `AS t (a, b)` gives the first columns new names, in the scope only. */
function renameColumns(schema: Schema, alias: TableAlias | undefined, visibleCount: number): Schema {
  const names = alias?.columns ?? [];
  if (alias !== undefined && names.length > visibleCount) {
    const columns = `${visibleCount} columns available but ${names.length} columns specified`;
    throw new VelostreamError(`table "${alias.name.name}" has ${columns}`, {
      code: 'sql_undefined_name',
      position: alias.span,
    });
  }
  return schema.map((column, i) => ({ ...column, name: names[i]?.name ?? column.name }));
}

/** The declared relation of a name; an error with a proposal where there is none. */
export function findRelation(name: QualifiedName, catalog: Catalog): Relation {
  const text = dottedName(name);
  const relation = catalog.lookup(text);
  if (relation !== undefined) return relation;
  const proposal = nearestName(text, catalog.names());
  throw new VelostreamError(`stream or table "${text}" does not exist`, {
    code: 'sql_undefined_name',
    position: name.span,
    hint: proposal === undefined ? undefined : `Perhaps you meant "${proposal}".`,
  });
}
