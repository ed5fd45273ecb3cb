/**
 * A file of statements after binding: one application. What it declares, the jobs that run until their input
 * ends, the queries whose rows are printed, in the order of the file.
 */
import type { SourceSpan } from '../base/error.ts';
import type { LogicalPlan } from './logical-plan.ts';
import type { Properties, Relation } from './relation.ts';

export interface BoundScript {
  /** Declared in the file: by CREATE, with or without a query. */
  readonly relations: readonly Relation[];
  readonly statements: readonly BoundStatement[];
}

export type BoundStatement = BoundDeclaration | BoundJob | BoundQuery | BoundExplain;

interface StatementBase {
  readonly span: SourceSpan;
  /** `-- @name: value` before the statement. */
  readonly annotations: Properties;
}

/** `CREATE STREAM | TABLE` without a query: nothing to run. */
export interface BoundDeclaration extends StatementBase {
  readonly kind: 'declaration';
  readonly relation: Relation;
}

/** `INSERT INTO ... SELECT` and `CREATE ... AS SELECT`: rows of `plan`, which has the target's columns. */
export interface BoundJob extends StatementBase {
  readonly kind: 'job';
  readonly target: Relation;
  /** Whether other statements of the file take its rows, in memory. */
  readonly isRead: boolean;
  readonly plan: LogicalPlan;
  /** `WITH (...)` behind an INSERT's query; that of CREATE ... AS is the target's. */
  readonly properties: Properties;
}

/** A bare SELECT. */
export interface BoundQuery extends StatementBase {
  readonly kind: 'query';
  readonly plan: LogicalPlan;
  readonly properties: Properties;
}

export interface BoundExplain extends StatementBase {
  readonly kind: 'explain';
  readonly options: ExplainOptions;
  readonly statement: BoundDeclaration | BoundJob | BoundQuery;
}

export interface ExplainOptions {
  readonly analyze: boolean;
  /** The modules as WebAssembly text. */
  readonly kernels: boolean;
  /** The columns of every operator and stage. */
  readonly verbose: boolean;
}
