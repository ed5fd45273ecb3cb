/**
 * The rows of a query as rows of a target: matched by position, converted as PostgreSQL does on assignment.
 */
import { type SourceSpan, VelostreamError } from '../../../base/error.ts';
import { nearestName } from '../../../base/nearest-name.ts';
import type { Schema } from '../../../columns/schema.ts';
import { assignTo } from '../../../expressions/binding/cast-to.ts';
import { storeNotNull, storeWithin } from '../../../expressions/binding/limits.ts';
import { nullLiteral } from '../../../expressions/binding/literals.ts';
import type { BoundExpression } from '../../../expressions/bound-expression.ts';
import { columnAt, columnReference, projectOf } from '../../../plan/build-plan.ts';
import type { LogicalPlan } from '../../../plan/logical-plan.ts';
import type { Relation } from '../../../plan/relation.ts';
import type { Identifier } from '../../../sql/ast/name.ts';
import type { Select } from '../../../sql/ast/query.ts';
import type { Insert } from '../../../sql/ast/statement.ts';
import type { ProblemList } from '../problem-list.ts';
import { duplicateColumn } from './declarations.ts';

/** The query's plan with the columns of the target, in the target's order. */
export function matchColumns(
  statement: Insert,
  plan: LogicalPlan,
  target: Relation,
  problems: ProblemList,
): LogicalPlan {
  const positions = targetPositions(statement.columns, target, problems);
  checkCounts(statement, plan, positions.length);
  const bySource = new Map(plan.schema.map((_, source) => [positions[source], source]));
  const expressions = problems.all(target.schema, (column, position) => {
    const source = bySource.get(position);
    if (source === undefined) {
      if (!column.nullable) throw withoutValue(column, statement);
      return nullLiteral(statement.span, column.type);
    }
    const given = sourceColumn(plan, source, statement.query);
    const name = `"${column.name}" of relation "${target.name}"`;
    if (isNullLiteral(plan, source)) {
      if (!column.nullable) throw nullGiven(name, given.span);
      return nullLiteral(given.span, column.type);
    }
    const assigned = assignTo(given, column.type, column.name, undefined);
    const value = storeWithin(assigned, column.limit, given.span);
    return column.nullable || !value.nullable ? value : storeNotNull(value, name);
  });
  return projectOf(
    plan,
    expressions,
    target.schema.map((column) => column.name),
  );
}

function targetPositions(
  columns: readonly Identifier[],
  target: Relation,
  problems: ProblemList,
): readonly number[] {
  if (columns.length === 0) return target.schema.map((_, position) => position);
  const seen = new Set<string>();
  return problems.all(columns, ({ name, span }) => {
    const position = target.schema.findIndex((column) => column.name === name);
    if (position < 0) throw noSuchColumn(name, target, span);
    if (seen.has(name)) throw duplicateColumn(name, span);
    seen.add(name);
    return position;
  });
}

function checkCounts(statement: Insert, plan: LogicalPlan, targetCount: number): void {
  const given = plan.schema.length;
  const listed = statement.columns.length > 0;
  if (given > targetCount) {
    throw mismatch('INSERT has more expressions than target columns', itemSpan(statement.query, targetCount));
  }
  if (given < targetCount && listed) {
    const extra = statement.columns[given];
    throw mismatch('INSERT has more target columns than expressions', extra?.span ?? statement.target.span);
  }
}

/** A column that the query gives no value to is NULL. */
function withoutValue(column: Schema[number], statement: Insert): VelostreamError {
  return new VelostreamError(`column "${column.name}" is NOT NULL and gets no value`, {
    code: 'sql_type_mismatch',
    position: statement.target.span,
  });
}

function isNullLiteral(plan: LogicalPlan, source: number): boolean {
  const expression = plan.kind === 'project' ? plan.expressions[source] : undefined;
  return expression?.kind === 'literal' && expression.value === null;
}

function nullGiven(column: string, position: SourceSpan | undefined): VelostreamError {
  return new VelostreamError(`null value in column ${column} violates not-null constraint`, {
    code: 'sql_type_mismatch',
    position,
  });
}

function sourceColumn(plan: LogicalPlan, index: number, query: Select): BoundExpression {
  return columnReference(plan.schema, index, itemSpan(query, index));
}

/** Where the query's column was written; the whole query where a star may stand before it. */
function itemSpan(query: Select, index: number): SourceSpan {
  const plain = query.items.slice(0, index + 1).every((item) => item.kind === 'select_expression');
  return (plain ? query.items[index]?.span : undefined) ?? query.span;
}

function noSuchColumn(name: string, target: Relation, position: SourceSpan): VelostreamError {
  const proposal = nearestName(
    name,
    target.schema.map((column) => column.name),
  );
  return new VelostreamError(`column "${name}" of ${target.kind} "${target.name}" does not exist`, {
    code: 'sql_undefined_name',
    position,
    hint: proposal === undefined ? undefined : `Perhaps you meant the column "${proposal}".`,
  });
}

function mismatch(message: string, position: SourceSpan): VelostreamError {
  return new VelostreamError(message, { code: 'sql_type_mismatch', position });
}

/** The columns of `CREATE ... (names) AS query`: the query's, the first ones renamed; every name once. */
export function nameColumns(plan: LogicalPlan, names: readonly Identifier[], query: Select): LogicalPlan {
  const extra = names[plan.schema.length];
  if (extra !== undefined) throw mismatch('too many column names were specified', extra.span);
  const schema = plan.schema.map((column, i) => ({ ...column, name: names[i]?.name ?? column.name }));
  const double = schema.findIndex((column, i) => schema.findIndex((other) => other.name === column.name) < i);
  if (double >= 0) throw duplicateColumn(columnAt(schema, double).name, itemSpan(query, double));
  return projectOf(
    plan,
    schema.map((_, i) => columnReference(plan.schema, i)),
    schema.map((column) => column.name),
  );
}
