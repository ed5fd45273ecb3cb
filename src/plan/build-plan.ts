/**
 * Makers of logical plan nodes. Each derives the node's schema from its parts, so that a schema never
 * disagrees with what it describes.
 */
import type { Column, Schema } from '../columns/schema.ts';
import { bigintType, intType, type SqlType, timestamptzType, varcharType } from '../columns/sql-type.ts';
import type { BoundAggregate, BoundColumn, BoundExpression } from '../expressions/bound-expression.ts';
import { printAggregate, printExpression } from '../expressions/print-expression.ts';
import type {
  AggregateNode,
  DistinctNode,
  FilterNode,
  LimitNode,
  LogicalPlan,
  ProjectNode,
  ScanColumn,
  ScanNode,
  SortKey,
  SortNode,
  SystemColumn,
  ValuesNode,
} from './logical-plan.ts';

const systemColumnTypes: Readonly<Record<SystemColumn, { type: SqlType; nullable: boolean }>> = {
  _offset: { type: bigintType, nullable: false },
  _partition: { type: intType, nullable: false },
  _topic: { type: varcharType, nullable: true },
  _key: { type: varcharType, nullable: true },
  _timestamp: { type: timestamptzType, nullable: true },
};

export function systemColumn(name: SystemColumn): Column {
  return { name, ...systemColumnTypes[name] };
}

/** A scan of the given columns of a relation with `schema`. */
export function scanOf(relation: string, schema: Schema, columns: readonly ScanColumn[]): ScanNode {
  const scanned = columns.map((column) => {
    if (column.kind === 'system') return systemColumn(column.name);
    return columnAt(schema, column.index);
  });
  return { kind: 'scan', relation, columns, filter: undefined, schema: scanned };
}

export const valuesNode: ValuesNode = { kind: 'values', schema: [] };

export function filterOf(input: LogicalPlan, predicate: BoundExpression): FilterNode {
  return { kind: 'filter', input, predicate, schema: input.schema };
}

export function projectOf(
  input: LogicalPlan,
  expressions: readonly BoundExpression[],
  names: readonly string[],
): ProjectNode {
  const schema = expressions.map(({ type, nullable }, i) => ({
    name: names[i] ?? '?column?',
    type,
    nullable,
  }));
  return { kind: 'project', input, expressions, schema };
}

/** The aggregate's columns are called what they compute; users see the names of the projection above. */
export function aggregateOf(
  input: LogicalPlan,
  keys: readonly BoundExpression[],
  aggregates: readonly BoundAggregate[],
): AggregateNode {
  const schema = [
    ...keys.map((key) => ({ name: printExpression(key), type: key.type, nullable: key.nullable })),
    ...aggregates.map((call) => ({ name: printAggregate(call), type: call.type, nullable: call.nullable })),
  ];
  return { kind: 'aggregate', input, keys, aggregates, schema };
}

export function distinctOf(input: LogicalPlan): DistinctNode {
  return { kind: 'distinct', input, schema: input.schema };
}

export function sortOf(input: LogicalPlan, keys: readonly SortKey[]): SortNode {
  return { kind: 'sort', input, keys, schema: input.schema };
}

export function limitOf(input: LogicalPlan, limit: bigint | undefined, offset: bigint): LimitNode {
  return { kind: 'limit', input, limit, offset, schema: input.schema };
}

/** A reference to a column of an operator's input. */
export function columnReference(schema: Schema, index: number, span?: BoundColumn['span']): BoundColumn {
  const { name, type, nullable } = columnAt(schema, index);
  return { kind: 'column', index, name, type, nullable, span };
}

export function columnAt(schema: Schema, index: number): Column {
  const column = schema[index];
  if (column === undefined) throw new RangeError(`no column ${index} in a schema of ${schema.length}`);
  return column;
}
