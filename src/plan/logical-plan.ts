/**
 * The bound logical plan: relational operators over bound expressions, as plain data. What binding yields and
 * optimising rewrites; it says what is to be computed, nothing of partitions.
 */
import type { Schema } from '../columns/schema.ts';
import type { BoundAggregate, BoundExpression, KeyOrder } from '../expressions/bound-expression.ts';

export type LogicalPlan =
  | ScanNode
  | ValuesNode
  | FilterNode
  | ProjectNode
  | AggregateNode
  | DistinctNode
  | SortNode
  | LimitNode
  | TopNNode;

interface LogicalBase {
  readonly schema: Schema;
}

/**
 * Reads a declared stream or table. `columns` are positions in the stream's schema; system columns have
 * names.
 */
export interface ScanNode extends LogicalBase {
  readonly kind: 'scan';
  readonly relation: string;
  readonly columns: readonly ScanColumn[];
  /** A filter pushed down from above, over this node's schema; rows where it is not true are dropped. */
  readonly filter: BoundExpression | undefined;
}

export type ScanColumn =
  | { readonly kind: 'field'; readonly index: number; readonly name: string }
  | { readonly kind: 'system'; readonly name: SystemColumn };

export const systemColumns = ['_offset', '_partition', '_topic', '_key', '_timestamp'] as const;
export type SystemColumn = (typeof systemColumns)[number];

/** One row without columns: the input of a SELECT without FROM. */
export interface ValuesNode extends LogicalBase {
  readonly kind: 'values';
}

export interface FilterNode extends LogicalBase {
  readonly kind: 'filter';
  readonly input: LogicalPlan;
  readonly predicate: BoundExpression;
}

export interface ProjectNode extends LogicalBase {
  readonly kind: 'project';
  readonly input: LogicalPlan;
  readonly expressions: readonly BoundExpression[];
}

/**
 * Groups by `keys` (none: one group, there even without rows). Its schema is the keys, then the aggregates.
 */
export interface AggregateNode extends LogicalBase {
  readonly kind: 'aggregate';
  readonly input: LogicalPlan;
  readonly keys: readonly BoundExpression[];
  readonly aggregates: readonly BoundAggregate[];
}

export interface DistinctNode extends LogicalBase {
  readonly kind: 'distinct';
  readonly input: LogicalPlan;
}

export interface SortNode extends LogicalBase {
  readonly kind: 'sort';
  readonly input: LogicalPlan;
  readonly keys: readonly SortKey[];
}

/** A sort key is a column of the input; expressions are projected (and hidden again) around the sort. */
export interface SortKey extends KeyOrder {
  readonly index: number;
  /** Not asked for by the query: there to make the order total. */
  readonly tieBreak?: boolean;
  /**
   * Also tells apart what compares as equal and prints differently (-0 and 0; 1 day and 24 hours): the lanes
   * are compared as signed integers. Ties on everything else are broken by such keys, so that the order is
   * total.
   */
  readonly exact?: boolean;
}

export interface LimitNode extends LogicalBase {
  readonly kind: 'limit';
  readonly input: LogicalPlan;
  /** Undefined: no upper bound. */
  readonly limit: bigint | undefined;
  readonly offset: bigint;
}

/** The first rows of an order: a sort and a limit in one, which keeps no more rows than it gives. */
export interface TopNNode extends LogicalBase {
  readonly kind: 'top_n';
  readonly input: LogicalPlan;
  readonly keys: readonly SortKey[];
  readonly limit: bigint;
  readonly offset: bigint;
}
