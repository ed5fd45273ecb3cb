/**
 * How a job is spread over partitions: the three architectures, the partitioning strategies, and the options
 * by which a configuration chooses them. Data only; the choice itself is made in planner/.
 */

/**
 * `v1`: everything in one task. `single_actor`: stages without state in every partition, one owner of all
 * state. `partitioned`: everything in every partition, each owning the state of its keys.
 */
export const architectures = ['v1', 'single_actor', 'partitioned'] as const;
export type Architecture = (typeof architectures)[number];

/** How rows find their partition. */
export const partitioningStrategies = ['hash', 'round_robin', 'sticky', 'fan_in'] as const;
export type PartitioningStrategy = (typeof partitioningStrategies)[number];

/** What a configuration file says under `job_server`, and the flag beside it. Absent keys are undefined. */
export interface ArchitectureOptions {
  /** Chosen by query, input and machine unless said otherwise. `job_server.architecture` */
  readonly architecture?: Architecture | undefined;
  /**
   * Worker threads: one for each core, where the query has use for them, unless said.
   * `job_server.num_partitions`
   */
  readonly numPartitions?: number | undefined;
  /** Pins each partition to a core of its own. `job_server.enable_core_affinity` */
  readonly enableCoreAffinity?: boolean | undefined;
  /** `use_hash_partitioned`: true means `partitioned`, false means `v1`. */
  readonly useHashPartitioned?: boolean | undefined;
  /** How rows find their partition; `hash` unless said otherwise. `partitioning_strategy` */
  readonly strategy?: PartitioningStrategy | undefined;
  /** The rows must come out in the order of the input. */
  readonly strictOrderRequired?: boolean | undefined;
  /** Only for `single_actor`: whether the state owner gets raw rows or partial aggregates. */
  readonly singleActorInput?: 'raw' | 'partial' | undefined;
}

/** The choice, with the rule that made it. */
export interface Parallelism {
  readonly architecture: Architecture;
  /** Tasks of a stage whose width is `all`. */
  readonly partitions: number;
  readonly strategy: PartitioningStrategy;
  /** What the strategy means for this query. */
  readonly strategyEffect: string;
  readonly singleActorInput: 'raw' | 'partial';
  readonly enableCoreAffinity: boolean;
  /** Which rule decided, such as `configured` or `group-by`. */
  readonly rule: string;
  /** Why, in the words of the advice. */
  readonly reason: string;
}
