/**
 * The partitioning strategies by name: what each means for a query, and which ones would give wrong rows.
 * State that belongs to a key must be where the key's hash says; only rows without such state may go
 * anywhere.
 */
import { VelostreamError } from '../../base/error.ts';
import { nearestName } from '../../base/nearest-name.ts';
import type { Architecture, PartitioningStrategy } from '../../plan/architecture.ts';
import type { ChunkAssignment, QueryClass } from '../../plan/physical-plan.ts';

const strategyNames: ReadonlyMap<string, PartitioningStrategy> = new Map([
  ['hash', 'hash'],
  ['always_hash', 'hash'],
  ['alwayshash', 'hash'],
  ['smart_repartition', 'hash'],
  ['smart', 'hash'],
  ['round_robin', 'round_robin'],
  ['roundrobin', 'round_robin'],
  ['round', 'round_robin'],
  ['robin', 'round_robin'],
  ['sticky_partition', 'sticky'],
  ['sticky', 'sticky'],
  ['fan_in', 'fan_in'],
  ['fanin', 'fan_in'],
  ['fan-in', 'fan_in'],
]);

/** The strategy of a name or alias, in any case. */
export function parseStrategy(name: string): PartitioningStrategy {
  const strategy = strategyNames.get(name.trim().toLowerCase());
  if (strategy !== undefined) return strategy;
  const proposal = nearestName(name, strategyNames.keys());
  throw new VelostreamError(`unknown partitioning strategy "${name}"`, {
    code: 'config_invalid',
    detail: 'There are hash, round_robin, sticky and fan_in.',
    hint: proposal === undefined ? undefined : `Did you mean "${proposal}"?`,
    option: 'partitioning_strategy',
  });
}

export interface AppliedStrategy {
  readonly name: PartitioningStrategy;
  readonly effect: string;
}

export interface StrategyQuestion {
  readonly queryClass: QueryClass;
  readonly architecture: Architecture;
  readonly partitions: number;
}

/** The strategy and its effect; an error where it would split the state of a key. */
export function applyStrategy(
  strategy: PartitioningStrategy | undefined,
  question: StrategyQuestion,
): AppliedStrategy {
  const name = strategy ?? 'hash';
  if (question.partitions === 1) return { name, effect: 'one partition takes all rows' };
  const keyed = question.queryClass === 'keyed_aggregate';
  const owned = keyed && question.architecture === 'partitioned';
  if (owned && (name === 'round_robin' || name === 'sticky')) throw splitsKeys(name, question.partitions);
  return { name, effect: effectOf(name, keyed, owned) };
}

function effectOf(name: PartitioningStrategy, keyed: boolean, owned: boolean): string {
  switch (name) {
    case 'hash':
      if (owned) return 'rows go to the partition that owns the hash of their whole key';
      return keyed ? 'one owner has all keys' : 'no key to hash: a row stays in the partition that reads it';
    case 'round_robin':
      return 'chunks of the input are dealt to the partitions in turn';
    case 'sticky':
      return 'a split of the input stays in one partition, in its order';
    case 'fan_in':
      return 'all rows go to partition 0';
  }
}

/** Which task reads a chunk under the strategy. */
export function chunkAssignmentOf(strategy: PartitioningStrategy): ChunkAssignment {
  if (strategy === 'round_robin') return 'round_robin';
  return strategy === 'sticky' ? 'by_split' : 'free';
}

function splitsKeys(name: PartitioningStrategy, partitions: number): VelostreamError {
  return new VelostreamError(`partitioning strategy "${name}" cannot be used with GROUP BY or DISTINCT`, {
    code: 'config_invalid',
    detail: `It would spread the rows of one group over ${partitions} partitions and split its aggregates.`,
    hint: 'Use "hash", or "fan_in", or one partition.',
    option: 'partitioning_strategy',
  });
}
