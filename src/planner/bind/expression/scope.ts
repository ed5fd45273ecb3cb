/**
 * What names mean at a place in a query: the columns of the FROM clause, the system columns of a scan, and
 * the names that the SELECT list gives. Resolution follows PostgreSQL: exact names, as folded by the parser.
 */
import { type SourceSpan, VelostreamError } from '../../../base/error.ts';
import { nearestName } from '../../../base/nearest-name.ts';
import type { Schema } from '../../../columns/schema.ts';
import type { BoundColumn } from '../../../expressions/bound-expression.ts';
import { columnReference } from '../../../plan/build-plan.ts';
import { type SystemColumn, systemColumns } from '../../../plan/logical-plan.ts';
import { dottedName } from '../../../sql/ast/name.ts';
import type { ColumnReference } from '../../../sql/ast/query.ts';

export interface Scope {
  /** What the columns can be qualified with; undefined where there is no FROM or no alias. */
  readonly relation: string | undefined;
  readonly schema: Schema;
  /** How many columns are visible to `*`; system columns stand behind them. */
  readonly visibleCount: number;
  /** Whether the FROM clause is a stream or table itself, which has system columns. */
  readonly scanned: boolean;
}

export const emptyScope: Scope = { relation: undefined, schema: [], visibleCount: 0, scanned: false };

/** The column a reference means, or undefined where no column of the scope has the name. */
export function findColumn(scope: Scope, reference: ColumnReference): BoundColumn | undefined {
  const { name, qualifier } = checkQualifier(scope, reference);
  const matches: number[] = [];
  for (let index = 0; index < scope.visibleCount; index++) {
    if (scope.schema[index]?.name === name) matches.push(index);
  }
  if (matches.length > 1)
    throw ambiguous(qualifier === undefined ? name : `${qualifier}.${name}`, reference.span);
  const index = matches[0] ?? findSystemColumn(scope, name);
  return index === undefined ? undefined : columnReference(scope.schema, index, reference.span);
}

/** The error for a reference that means nothing here; `alsoKnown` are further names to propose. */
export function undefinedColumn(
  scope: Scope,
  reference: ColumnReference,
  alsoKnown: Iterable<string> = [],
): VelostreamError {
  const name = dottedName(reference);
  const own = reference.parts.at(-1)?.name ?? name;
  const visible = scope.schema.slice(0, scope.visibleCount).map((column) => column.name);
  if (!scope.scanned && systemColumnNamed(own) !== undefined) {
    return new VelostreamError(`system column "${own}" is not available here`, {
      code: 'sql_undefined_name',
      position: reference.span,
      detail: 'System columns belong to a stream or table that is read directly.',
      hint: 'Select it under a name in the subquery that reads the stream.',
    });
  }
  const known = [...visible, ...alsoKnown, ...(scope.scanned ? systemColumns : [])];
  const proposal = nearestName(own, known);
  return new VelostreamError(`column "${name}" does not exist`, {
    code: 'sql_undefined_name',
    position: reference.span,
    hint: proposal === undefined ? undefined : `Perhaps you meant the column "${proposal}".`,
  });
}

export function ambiguous(name: string, position: SourceSpan): VelostreamError {
  return new VelostreamError(`column reference "${name}" is ambiguous`, {
    code: 'sql_ambiguous_name',
    position,
  });
}

/** The position of a name that is a system column of the scope, whatever its case. */
function findSystemColumn(scope: Scope, name: string): number | undefined {
  const system = systemColumnNamed(name);
  if (!scope.scanned || system === undefined) return undefined;
  return scope.visibleCount + systemColumns.indexOf(system);
}

function systemColumnNamed(name: string): SystemColumn | undefined {
  const folded = name.toLowerCase();
  return systemColumns.find((column) => column === folded);
}

interface SplitName {
  readonly name: string;
  readonly qualifier: string | undefined;
}

function checkQualifier(scope: Scope, reference: ColumnReference): SplitName {
  const names = reference.parts.map((part) => part.name);
  const name = names.at(-1) ?? '';
  if (names.length === 1) return { name, qualifier: undefined };
  const qualifier = names.slice(0, -1).join('.');
  checkRelation(scope, qualifier, reference.span);
  return { name, qualifier };
}

/** Throws unless the scope's columns can be qualified with `qualifier`. */
export function checkRelation(scope: Scope, qualifier: string, position: SourceSpan): void {
  if (scope.relation === qualifier) return;
  const hint = scope.relation === undefined ? undefined : `Perhaps you meant "${scope.relation}".`;
  throw new VelostreamError(`missing FROM-clause entry for table "${qualifier}"`, {
    code: 'sql_undefined_name',
    position,
    hint,
  });
}
