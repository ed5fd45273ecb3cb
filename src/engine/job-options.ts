/**
 * What a statement says of its own job, in WITH or in annotations: how it is spread, and what the failure of
 * a partition means. The names and values are those of the configuration file.
 */
import { choiceOption, countOption, flagOption, type OptionOwner } from '../connectors/options.ts';
import { jobProperties } from '../connectors/properties.ts';
import type { JobGraph } from '../job/job-graph.ts';
import type { ArchitectureOptions } from '../plan/architecture.ts';
import type { BoundJob, BoundQuery } from '../plan/bound-script.ts';
import { overrideOptions, parseArchitecture } from '../planner/physical/architecture-name.ts';
import { parseStrategy } from '../planner/physical/partitioning-strategy.ts';

export interface JobOptions {
  /** What is not said is undefined. */
  readonly architecture: ArchitectureOptions;
  readonly onPartitionFailure: JobGraph['onPartitionFailure'];
}

/** `name`: the job's, for errors. The statement's own properties go before the target's, annotations last. */
export function jobOptionsOf(name: string, statement: BoundQuery | BoundJob): JobOptions {
  const target = statement.kind === 'job' ? statement.target : undefined;
  const said = [statement.annotations, target?.properties ?? {}, statement.properties];
  const options = Object.assign({}, ...said.map((properties) => jobProperties(target?.name, properties)));
  const owner: OptionOwner = { relation: name, connector: '', options };
  const flag = (option: string): boolean | undefined =>
    options[option] === undefined ? undefined : flagOption(owner, option, true);
  const { architecture, partitioning_strategy: strategy } = options;
  const named = architecture === undefined ? {} : parseArchitecture(architecture);
  return {
    architecture: overrideOptions(named, {
      numPartitions: countOption(owner, 'num_partitions', 1),
      enableCoreAffinity: flag('enable_core_affinity'),
      useHashPartitioned: flag('use_hash_partitioned'),
      strategy: strategy === undefined ? undefined : parseStrategy(strategy),
      strictOrderRequired: flag('strict_order_required'),
      singleActorInput:
        options.single_actor_input === undefined
          ? undefined
          : choiceOption(owner, 'single_actor_input', ['raw', 'partial'] as const, 'partial'),
    }),
    onPartitionFailure: choiceOption(owner, 'on_partition_failure', ['fail', 'isolate'], 'fail'),
  };
}
