/**
 * Statements: what a file of SQL is a list of. Every statement carries the annotations (`-- @name: value`)
 * that stood before it; they select job options later and mean nothing to the grammar.
 */
import type { SourceSpan } from '../../base/error.ts';
import type { DataType, Identifier, QualifiedName } from './name.ts';
import type { Expression, PropertyList, Query } from './query.ts';

export type Statement = CreateRelation | CreateRelationAs | Insert | Explain | QueryStatement;

export interface Annotation {
  readonly kind: 'annotation';
  /** As written, for example `job_mode` or `observability.metrics.enabled`. */
  readonly name: string;
  /** Trimmed; empty where only the name was written. */
  readonly value: string;
  readonly span: SourceSpan;
}

/** `CREATE STREAM trades (symbol VARCHAR, price DECIMAL(10, 2)) WITH (...)`. */
export interface CreateRelation {
  readonly kind: 'create_relation';
  readonly relation: 'stream' | 'table';
  readonly ifNotExists: boolean;
  readonly name: QualifiedName;
  /** Empty where the columns are left to the connector. */
  readonly columns: readonly ColumnDefinition[];
  readonly watermark: Watermark | undefined;
  readonly properties: PropertyList | undefined;
  readonly annotations: readonly Annotation[];
  readonly span: SourceSpan;
}

export interface ColumnDefinition {
  readonly kind: 'column_definition';
  readonly name: Identifier;
  readonly type: DataType;
  readonly notNull: boolean;
  /** Several marked columns form one key, in their order. */
  readonly primaryKey: boolean;
  readonly span: SourceSpan;
}

/** `WATERMARK FOR ts AS ts - INTERVAL '5' SECOND`. */
export interface Watermark {
  readonly kind: 'watermark';
  readonly column: Identifier;
  readonly expression: Expression;
  readonly span: SourceSpan;
}

/** `CREATE STREAM totals AS SELECT ...`. */
export interface CreateRelationAs {
  readonly kind: 'create_relation_as';
  readonly relation: 'stream' | 'table';
  readonly ifNotExists: boolean;
  readonly name: QualifiedName;
  /** New names for the query's first columns, possibly none. */
  readonly columns: readonly Identifier[];
  readonly query: Query;
  readonly properties: PropertyList | undefined;
  readonly annotations: readonly Annotation[];
  readonly span: SourceSpan;
}

export interface Insert {
  readonly kind: 'insert';
  readonly target: QualifiedName;
  /** The target's columns in the query's order; empty means all. */
  readonly columns: readonly Identifier[];
  readonly query: Query;
  readonly properties: PropertyList | undefined;
  readonly annotations: readonly Annotation[];
  readonly span: SourceSpan;
}

/** `EXPLAIN ANALYZE ...`, `EXPLAIN (KERNELS, VERBOSE off) ...`. */
export interface Explain {
  readonly kind: 'explain';
  readonly options: readonly ExplainOption[];
  readonly statement: Exclude<Statement, Explain>;
  readonly annotations: readonly Annotation[];
  readonly span: SourceSpan;
}

export interface ExplainOption {
  readonly kind: 'explain_option';
  /** Folded to lower case: `kernels`, `analyze`, `verbose`; others are the binder's to refuse. */
  readonly name: string;
  /** The word, number or string behind the name, folded where it was a bare word. */
  readonly value: string | undefined;
  readonly span: SourceSpan;
}

/** A bare SELECT, whose rows are printed. */
export interface QueryStatement {
  readonly kind: 'query_statement';
  readonly query: Query;
  readonly properties: PropertyList | undefined;
  readonly annotations: readonly Annotation[];
  readonly span: SourceSpan;
}
