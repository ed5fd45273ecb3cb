/**
 * The physical plan: stages and the exchanges between them, as plain cloneable data. A stage is one loop that
 * runs in every partition or in one: a producer fills batches, at most one filter and one projection work on
 * them, the output sends the rows on. Everything code generation and the runtime need is stated here, each
 * with its reason in words.
 */
import type { Schema } from '../columns/schema.ts';
import type { BoundExpression, KeyOrder } from '../expressions/bound-expression.ts';
import type { Parallelism } from './architecture.ts';
import type { ScanColumn, SortKey } from './logical-plan.ts';

export interface PhysicalPlan {
  readonly parallelism: Parallelism;
  readonly queryClass: QueryClass;
  /** `stages[i].id` is i; a stage stands behind those that feed it, the one with the sink is last. */
  readonly stages: readonly Stage[];
  /** `exchanges[i].id` is i. Every exchange has one writing and one reading stage. */
  readonly exchanges: readonly Exchange[];
  /** The columns of the result; the output schema of the last stage. */
  readonly schema: Schema;
  readonly resultOrder: ResultOrder;
}

/** What runs as one job: a statement's plan, or those of several statements that read one scan together. */
export interface JobPlan extends Pick<PhysicalPlan, 'parallelism' | 'stages' | 'exchanges'> {
  /** One for each statement, in their order. */
  readonly results: readonly JobResult[];
}

export interface JobResult {
  /** The stage with the statement's sink. */
  readonly stage: number;
  /** Where the statement's own stages begin: its plan's stage 0. */
  readonly firstStage: number;
  readonly schema: Schema;
}

/** What decides how a query can be spread: the most demanding operator in it. */
export const queryClasses = ['stateless', 'global_aggregate', 'keyed_aggregate', 'ordered'] as const;
export type QueryClass = (typeof queryClasses)[number];

export interface Stage {
  readonly id: number;
  /** Unique in the plan, made of letters, digits and `_`: the prefix of the stage's functions. */
  readonly name: string;
  /** `all`: one task in every partition. `one`: a single task, in partition 0. */
  readonly width: StageWidth;
  readonly widthReason: string;
  readonly producer: Producer;
  /** The columns of the producer's batches: what `filter` and `projection` are over. */
  readonly inputSchema: Schema;
  /** Rows where it is not true are dropped before the projection. */
  readonly filter: BoundExpression | undefined;
  /** One expression for each column of `outputSchema`, in its order; a column passed on is a plain column. */
  readonly projection: readonly BoundExpression[];
  readonly outputSchema: Schema;
  readonly output: StageOutput;
}

export type StageWidth = 'all' | 'one';

// ---- Where a stage's rows come from

export type Producer =
  | ScanProducer
  | SharedProducer
  | ValuesProducer
  | PagesProducer
  | AggregateProducer
  | SortProducer
  | MergeProducer;

/**
 * Reads a declared stream or table in chunks. Within a task the rows come in the order of their positions.
 */
export interface ScanProducer {
  readonly kind: 'scan';
  readonly relation: string;
  /** One for each column of the stage's input schema. */
  readonly columns: readonly PhysicalScanColumn[];
  readonly assignment: ChunkAssignment;
  /**
   * After so many rows past the filter a task needs to read no further: all its later rows have higher
   * positions and nobody wants them. Undefined: reads to the end.
   */
  readonly stopAfterRows: bigint | undefined;
}

/** `position`: a BIGINT NOT NULL column, the row's place in the input; positions compare as integers. */
export type PhysicalScanColumn = ScanColumn | { readonly kind: 'position' };

/**
 * Which task reads a chunk. `free`: whoever is free takes the next one. `round_robin`: chunk i goes to task i
 * mod N. `by_split`: all chunks of split i go to task i mod N. In all of them a task takes them in ascending
 * order.
 */
export const chunkAssignments = ['free', 'round_robin', 'by_split'] as const;
export type ChunkAssignment = (typeof chunkAssignments)[number];

/**
 * The batches of another stage, which scans for several statements: the rows are in the same memory, and the
 * two stages are one task.
 */
export interface SharedProducer {
  readonly kind: 'shared';
  readonly stage: number;
  /** For each column of the input schema: the column of that stage. */
  readonly columns: readonly number[];
}

/** One row without columns. The stage's width is `one`. */
export interface ValuesProducer {
  readonly kind: 'values';
}

/** The rows of the exchange's pages, in the order of arrival. */
export interface PagesProducer {
  readonly kind: 'pages';
  readonly exchange: number;
}

/**
 * Takes all pages of the exchange into a group table and then gives the groups. The batch has the key
 * columns, then the aggregates. Without keys there is exactly one group, also when no row came; then the
 * width is `one`.
 */
export interface AggregateProducer {
  readonly kind: 'aggregate';
  readonly exchange: number;
  readonly grouping: Grouping;
}

/** Takes all pages of the exchange, then gives the rows in order, at most `limit` of them (a top-n). */
export interface SortProducer {
  readonly kind: 'sort';
  readonly exchange: number;
  readonly keys: readonly SortKey[];
  readonly limit: bigint | undefined;
  /** Rows dropped at the start. Not 0 only where the width is `one`. */
  readonly offset: bigint;
  /** Whether the batch ends with one more column, the row's number from 0 (BIGINT NOT NULL). */
  readonly numbered: boolean;
}

/**
 * Merges channels whose rows are each in the order of a sort by `keys`, as they come; so senders may be kept
 * waiting for one another, and only sorts are, which have read all their input. The width is `one`.
 */
export interface MergeProducer {
  readonly kind: 'merge';
  readonly exchange: number;
  readonly keys: readonly SortKey[];
  readonly limit: bigint | undefined;
  readonly offset: bigint;
  readonly numbered: boolean;
}

/** What a group table computes, over the schema of the exchange in front of it. */
export interface Grouping {
  /** The key columns are always the first ones: this many. */
  readonly keyCount: number;
  readonly aggregates: readonly PhysicalAggregate[];
}

/**
 * An aggregate over columns of the exchange's schema; its overload follows from `name`, the columns' types
 * and `order`.
 */
export interface PhysicalAggregate {
  readonly name: string;
  /** The arguments, then the keys of the aggregate's own order. */
  readonly args: readonly number[];
  readonly order: readonly KeyOrder[];
  /** Whether equal arguments count once; then the owner of the group has to see every row. */
  readonly distinct: boolean;
  /** A BOOLEAN column; the row counts where it is true. */
  readonly filter: number | undefined;
  /** The column with the row's position, where the aggregate needs it (FIRST, LAST). */
  readonly position: number | undefined;
  readonly column: Schema[number];
}

// ---- Where they go

export type StageOutput = ExchangeOutput | SinkOutput | SharedOutput;

export interface ExchangeOutput {
  readonly kind: 'exchange';
  readonly exchange: number;
}

/** The end of the query: the rows go to the sink of the statement, from every task of the stage. */
export interface SinkOutput {
  readonly kind: 'sink';
  readonly target: SinkTarget;
}

/** The batches stay where they are, for the stages that share them; filter and projection are theirs. */
export interface SharedOutput {
  readonly kind: 'shared';
}

/**
 * `client`: whoever ran the bare SELECT. `relation`: a declared stream, whose properties say where and in
 * which format.
 */
export type SinkTarget =
  | { readonly kind: 'client' }
  | { readonly kind: 'relation'; readonly relation: string };

export interface Exchange {
  readonly id: number;
  readonly from: number;
  readonly to: number;
  readonly distribution: Distribution;
  /** The writing stage's output schema. */
  readonly schema: Schema;
  /** The order in which each channel delivers its rows; empty where none is promised. */
  readonly order: readonly SortKey[];
  readonly preAggregation: PreAggregation | undefined;
  readonly reason: string;
}

/**
 * `hash`: by the hash of the first `keyCount` columns, all of them the key, to the partition that owns its
 * key group. `gather`: all rows to the one task of the reading stage. `local`: to the same partition, without
 * a ring.
 */
export type Distribution =
  | { readonly kind: 'hash'; readonly keyCount: number }
  | { readonly kind: 'gather' }
  | { readonly kind: 'local' };

/**
 * Grouping rows in the writing task before they are sent (pages of partials), by the reader's own grouping.
 * `always`: every row is grouped, and sent at the end or when the table is full. `adaptive`: as long as it
 * shrinks the data, measured at run time; raw rows otherwise.
 */
export interface PreAggregation {
  readonly mode: 'always' | 'adaptive';
  readonly grouping: Grouping;
  readonly reason: string;
}

/** In which order the result's rows come. */
export type ResultOrder =
  | { readonly kind: 'unspecified'; readonly reason: string }
  | { readonly kind: 'input'; readonly reason: string }
  | { readonly kind: 'sorted'; readonly keys: readonly SortKey[]; readonly reason: string };

/** The columns of the exchange that a stage reads from; undefined where it reads none. */
export function inputExchangeOf(producer: Producer): number | undefined {
  return 'exchange' in producer ? producer.exchange : undefined;
}
