/** A bound statement with its plans: which sources it reads, how it is spread, where its rows go. */
import { VelostreamError } from '../base/error.ts';
import { normaliseProperties } from '../connectors/properties.ts';
import type { JobGraph, SinkSpec } from '../job/job-graph.ts';
import type { ArchitectureOptions } from '../plan/architecture.ts';
import { architectures } from '../plan/architecture.ts';
import type { BoundJob, BoundQuery } from '../plan/bound-script.ts';
import type { Properties, Relation } from '../plan/relation.ts';
import { parseStrategy } from '../planner/physical/partitioning-strategy.ts';
import { optimiseStatement, type PlannedStatement, placeStatement } from '../planner/plan-statement.ts';
import { type EngineOptions, timeZoneOf } from './engine-options.ts';
import { describeSource, type ResolvedSource, resolveSource } from './resolved-source.ts';
import { propertiesOfUri } from './script-sources.ts';

export interface PlannedJob extends PlannedStatement {
  readonly name: string;
  readonly kind: 'query' | 'job';
  /** By relation name. */
  readonly sources: ReadonlyMap<string, ResolvedSource>;
  /** Of all sources together; 0 where they are not known. */
  readonly inputBytes: number;
  /** The written stream; undefined where the client gets the rows. */
  readonly target: Relation | undefined;
  /** The statement's own properties; they come before the target's. */
  readonly properties: Properties;
  /** Of `target`. */
  readonly sink: SinkSpec | undefined;
  /** Whether its rows must not mix with those of other statements: they go where those of SELECTs go. */
  readonly isInOrder: boolean;
  readonly onPartitionFailure: JobGraph['onPartitionFailure'];
}

export async function planJob(
  statement: BoundQuery | BoundJob,
  relations: readonly Relation[],
  options: EngineOptions,
  ordinal: number,
): Promise<PlannedJob> {
  const optimised = optimiseStatement(statement, { timeZone: timeZoneOf(options) });
  const sources = new Map<string, ResolvedSource>();
  for (const name of new Set(optimised.classification.relations)) {
    sources.set(name, await sourceOf(name, relations, options.onError));
  }
  const target = statement.kind === 'job' ? statement.target : undefined;
  const properties = { ...target?.properties, ...statement.properties };
  const inputBytes = [...sources.values()].reduce((sum, source) => sum + source.plan.byteCount, 0);
  const planned = placeStatement(optimised, {
    architecture: architectureOf(options.architecture, { ...statement.annotations, ...properties }),
    cores: options.cores,
    inputBytes: () => (inputBytes === 0 ? undefined : inputBytes),
  });
  const name = target?.name ?? `query_${ordinal + 1}`;
  const sink = target === undefined ? undefined : normaliseProperties(target.name, properties, 'sink');
  return {
    ...planned,
    name,
    kind: statement.kind,
    sources,
    inputBytes,
    target,
    properties,
    sink,
    isInOrder: sink === undefined || sink.connector === 'stdout',
    onPartitionFailure: partitionFailureOf(properties),
  };
}

const partitionFailureActions = ['fail', 'isolate'] as const;

function partitionFailureOf(properties: Properties): JobGraph['onPartitionFailure'] {
  const written = properties.on_partition_failure ?? 'fail';
  const action = partitionFailureActions.find((known) => known === written.toLowerCase());
  if (action !== undefined) return action;
  throw new VelostreamError(`on_partition_failure is 'fail' or 'isolate', not '${written}'`, {
    code: 'sql_invalid_option',
  });
}

async function sourceOf(
  name: string,
  relations: readonly Relation[],
  onError: EngineOptions['onError'],
): Promise<ResolvedSource> {
  const relation = relations.find((candidate) => candidate.name === name);
  const properties = relation?.properties ?? propertiesOfUri(name);
  const source = describeSource(name, properties, onError);
  if (relation === undefined) throw new Error(`assertion failed: relation ${name} is bound`);
  return resolveSource(source, relation.schema);
}

/** What the statement says of itself goes before the configuration. */
function architectureOf(configured: ArchitectureOptions, own: Properties): ArchitectureOptions {
  const architecture = own.architecture === undefined ? undefined : architectureNamed(own.architecture);
  const strategy = own.partitioning_strategy;
  const partitions = own.num_partitions ?? own['partition-count'] ?? own.partition_count;
  return {
    ...configured,
    ...(architecture === undefined ? {} : { architecture }),
    ...(strategy === undefined ? {} : { strategy: parseStrategy(strategy) }),
    ...(partitions === undefined ? {} : { numPartitions: partitionCount(partitions) }),
  };
}

function architectureNamed(text: string): (typeof architectures)[number] {
  const found = architectures.find((name) => name === text.toLowerCase());
  if (found !== undefined) return found;
  throw new VelostreamError(`unknown architecture "${text}"`, {
    code: 'sql_invalid_option',
    hint: `Known are ${architectures.join(', ')}.`,
  });
}

function partitionCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new VelostreamError(`"${text}" is not a number of partitions`, { code: 'sql_invalid_option' });
}
