/**
 * What the planner knows of a declared stream or table, and where it looks one up. Where the data lies and
 * how it is read is in `properties`, which mean something only to the connector; how many splits there are
 * nobody knows yet.
 */
import type { Schema } from '../columns/schema.ts';
import type { Expression } from '../sql/ast/query.ts';

export interface Relation {
  readonly name: string;
  readonly kind: 'stream' | 'table';
  readonly schema: Schema;
  /** `WITH (...)` as written, values as text. */
  readonly properties: Properties;
  /** Columns of the key, in their order; empty where none is declared. */
  readonly primaryKey: readonly string[];
  /** Whether the input ends; undefined where only the connector can tell. */
  readonly bounded: boolean | undefined;
  /** Kept for windows; says how late rows can be. */
  readonly watermark: RelationWatermark | undefined;
}

export interface RelationWatermark {
  readonly column: string;
  readonly expression: Expression;
}

export type Properties = Readonly<Record<string, string>>;

/**
 * What is declared by the time a statement is bound. Names are folded as in the syntax tree and compared
 * exactly.
 */
export interface Catalog {
  lookup(name: string): Relation | undefined;
  /** Of `FROM 'trades.jsonl'`: the relation inferred from what lies there. */
  lookupUri(uri: string): Relation | undefined;
  /** All declared names, for proposals. */
  names(): Iterable<string>;
}
