/**
 * Chooses the architecture of a job: by configuration, by the flag, or from the query, the input and the
 * machine. The first rule that applies decides and is named. Only speed and order depend on the choice, never
 * the rows.
 */

import { VelostreamError } from '../../base/error.ts';
import type { Architecture, ArchitectureOptions, Parallelism } from '../../plan/architecture.ts';
import type { QueryClass } from '../../plan/physical-plan.ts';
import { applyStrategy } from './partitioning-strategy.ts';

export interface ArchitectureQuestion {
  readonly options: ArchitectureOptions;
  readonly cores: number;
  readonly queryClass: QueryClass;
  /** Whether the query itself puts its rows in order, so that the order of the input does not matter. */
  readonly sorted: boolean;
  /** Bytes to be read, where the source can tell. */
  readonly inputBytes: number | undefined;
}

/** Below this much input there is one chunk, and nothing to share. */
export const singleChunkBytes = 1_048_576;
/** A thread of Node takes some 20 MiB before it does anything, and each is joined to each. */
export const partitionsMax = 256;

export function chooseArchitecture(question: ArchitectureQuestion): Parallelism {
  checkPartitions(question.options.numPartitions);
  const choice = choose(question);
  const partitions = choice.architecture === 'v1' ? 1 : partitionsOf(question);
  const strategy = applyStrategy(question.options.strategy, {
    queryClass: question.queryClass,
    architecture: choice.architecture,
    partitions,
  });
  return {
    architecture: choice.architecture,
    partitions,
    strategy: strategy.name,
    strategyEffect: strategy.effect,
    singleActorInput: question.options.singleActorInput ?? 'partial',
    enableCoreAffinity: question.options.enableCoreAffinity ?? false,
    rule: choice.rule,
    reason: choice.reason + unusedOptions(choice, question.options),
  };
}

/** Names the options that stand beside an architecture to which they mean nothing. */
function unusedOptions({ architecture }: Choice, options: ArchitectureOptions): string {
  const { numPartitions = 1, singleActorInput } = options;
  const partitions = architecture === 'v1' && numPartitions > 1 ? '; num_partitions does not apply' : '';
  const isRaw = architecture !== 'single_actor' && singleActorInput === 'raw';
  return partitions + (isRaw ? '; single_actor_input does not apply' : '');
}

interface Choice {
  readonly architecture: Architecture;
  readonly rule: string;
  readonly reason: string;
}

function choose(question: ArchitectureQuestion): Choice {
  const { options, cores, queryClass } = question;
  const strict = options.strictOrderRequired === true && !question.sorted;
  if (options.architecture !== undefined) {
    return configured(options.architecture, 'architecture', strict);
  }
  if (options.useHashPartitioned !== undefined) {
    const architecture = options.useHashPartitioned ? 'partitioned' : 'v1';
    return configured(architecture, 'use_hash_partitioned', strict);
  }
  if (strict) {
    return {
      architecture: 'v1',
      rule: 'strict-order',
      reason: 'strict total order required: one task keeps it',
    };
  }
  if (options.numPartitions !== undefined && options.numPartitions > 1) {
    const reason = `${options.numPartitions} partitions are asked for`;
    return { architecture: 'partitioned', rule: 'partitions', reason };
  }
  if (options.numPartitions === 1) {
    return { architecture: 'v1', rule: 'partitions', reason: 'one partition is asked for' };
  }
  if (cores < 2) {
    return { architecture: 'v1', rule: 'cores', reason: 'low core count: one core has nothing to share' };
  }
  if (question.inputBytes === 0)
    return { architecture: 'v1', rule: 'input', reason: 'there is no input to share' };
  if (question.inputBytes !== undefined && question.inputBytes < singleChunkBytes) {
    const reason = 'little input: it is a single chunk, which one task reads fastest';
    return { architecture: 'v1', rule: 'input', reason };
  }
  return { architecture: 'partitioned', ...partitionedRule(queryClass, cores) };
}

function partitionedRule(queryClass: QueryClass, cores: number): { rule: string; reason: string } {
  const machine = `${cores} cores`;
  switch (queryClass) {
    case 'keyed_aggregate':
      return { rule: 'group-by', reason: `GROUP BY and ${machine}: every partition owns its keys` };
    case 'global_aggregate':
      return {
        rule: 'two-phase',
        reason: `global aggregate and ${machine}: every partition reads its share, then one task`,
      };
    case 'ordered':
      return {
        rule: 'merge',
        reason: `ORDER BY or LIMIT and ${machine}: ordered in every partition, then merged`,
      };
    case 'stateless':
      return { rule: 'stateless', reason: `no state to own and ${machine}: every partition reads its share` };
  }
}

function configured(architecture: Architecture, option: string, strict: boolean): Choice {
  if (strict && architecture !== 'v1') {
    throw new VelostreamError(`architecture "${architecture}" does not keep the order of the input`, {
      code: 'config_invalid',
      detail: 'Strict total order is required, and the query has no ORDER BY.',
      hint: 'Use architecture "v1", or add ORDER BY.',
      option: 'architecture',
    });
  }
  return { architecture, rule: 'configured', reason: `chosen by the option ${option}` };
}

function partitionsOf(question: ArchitectureQuestion): number {
  return question.options.numPartitions ?? Math.min(Math.max(question.cores, 1), partitionsMax);
}

export function checkPartitions(count: number | undefined): void {
  if (count === undefined || (Number.isInteger(count) && count >= 1 && count <= partitionsMax)) return;
  throw new VelostreamError(
    `the number of partitions has to be a whole number from 1 to ${partitionsMax}, not ${count}`,
    { code: 'config_invalid', option: 'num_partitions' },
  );
}
