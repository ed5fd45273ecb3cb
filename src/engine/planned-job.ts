/** A bound statement with its plans: which sources it reads, how it is spread, where its rows go. */
import type { SourceSpan } from '../base/error.ts';
import { isPlaced, normaliseProperties } from '../connectors/properties.ts';
import { findSink } from '../connectors/registry.ts';
import { nowhere, type RowFormat, type SinkWriter } from '../io/sink.ts';
import type { SinkSpec } from '../job/job-graph.ts';
import type { BoundJob, BoundQuery } from '../plan/bound-script.ts';
import type { Relation } from '../plan/relation.ts';
import { overrideOptions } from '../planner/physical/architecture-name.ts';
import { optimiseStatement, type PlannedStatement, placeStatement } from '../planner/plan-statement.ts';
import { type EngineOptions, timeZoneOf } from './engine-options.ts';
import { type JobOptions, jobOptionsOf } from './job-options.ts';
import { describeSource, type ResolvedSource, resolveSource } from './resolved-source.ts';
import type { ScriptProblems, Subject } from './script-problems.ts';
import { propertiesOfUri } from './script-sources.ts';

/** Where a statement's rows go; its options are checked, nothing is opened. */
export interface PlannedSink {
  readonly spec: SinkSpec;
  readonly rowFormat: RowFormat;
  readonly create: () => Promise<SinkWriter>;
  /** Whether its rows must not mix with those of other statements: they go where those of SELECTs go. */
  readonly isInOrder: boolean;
}

export interface PlannedJob extends PlannedStatement {
  readonly name: string;
  /** Of its statement, in the text. */
  readonly span: SourceSpan;
  readonly kind: 'query' | 'job';
  /** By relation name. */
  readonly sources: ReadonlyMap<string, ResolvedSource>;
  /** Of all sources together; 0 where they are not known. */
  readonly inputBytes: number;
  /** The written stream; undefined where the client gets the rows. */
  readonly target: Relation | undefined;
  readonly sink: PlannedSink;
  /** Whether its rows go to other statements only, in memory: by itself it need not run. */
  readonly isEdge: boolean;
  readonly onPartitionFailure: JobOptions['onPartitionFailure'];
}

/** What all statements of a text are planned with. */
export interface PlanContext {
  readonly relations: readonly Relation[];
  readonly options: EngineOptions;
  readonly problems: ScriptProblems;
}

/** `ordinal`: the statement's among those that run. Undefined where there is a problem, which is noted. */
export async function planJob(
  statement: BoundQuery | BoundJob,
  ordinal: number,
  context: PlanContext,
): Promise<PlannedJob | undefined> {
  const { options, problems } = context;
  const optimised = optimiseStatement(statement, { timeZone: timeZoneOf(options) });
  const names = new Set(optimised.classification.relations);
  const sources = await sourcesOf(names, context);
  const target = statement.kind === 'job' ? statement.target : undefined;
  const name = target?.name ?? `query_${ordinal + 1}`;
  const subject: Subject = { relation: target?.name ?? '', role: 'sink', statement: statement.span };
  const written = await problems.attempt<PlannedSink | 'client'>(subject, async () =>
    statement.kind === 'job' ? targetSink(statement) : 'client',
  );
  const own = await problems.attempt(subject, () => jobOptionsOf(name, statement));
  if (sources.size < names.size || written === undefined || own === undefined) return undefined;
  const inputBytes = [...sources.values()].reduce((sum, source) => sum + source.plan.byteCount, 0);
  const planned = await problems.attempt(subject, () =>
    placeStatement(optimised, {
      architecture: overrideOptions(options.architecture, own.architecture),
      cores: options.cores,
      inputBytes: () => (inputBytes === 0 ? undefined : inputBytes),
    }),
  );
  if (planned === undefined) return undefined;
  const sink = written === 'client' ? clientSink(planned, options) : written;
  return {
    ...planned,
    name,
    span: statement.span,
    kind: statement.kind,
    sources,
    inputBytes,
    target,
    sink,
    isEdge: sink === memorySink,
    onPartitionFailure: own.onPartitionFailure,
  };
}

/** Of a stream without a place of its own, from which other statements take the rows as they are computed. */
const memorySink: PlannedSink = {
  spec: { relation: '', connector: 'memory', format: '', options: {} },
  rowFormat: 'none',
  create: async () => nowhere,
  isInOrder: false,
};

function clientSink({ physical }: PlannedStatement, { client }: EngineOptions): PlannedSink {
  return {
    spec: { relation: '', connector: 'client', format: 'client', options: {} },
    rowFormat: client.rowFormat,
    create: () => client.create(physical.schema),
    isInOrder: true,
  };
}

async function targetSink(job: BoundJob): Promise<PlannedSink> {
  const relation = job.target.name;
  const properties = { ...job.target.properties, ...job.properties };
  if (job.isRead && !isPlaced(relation, properties, 'sink')) return memorySink;
  const spec: SinkSpec = { relation, ...normaliseProperties(relation, properties, 'sink') };
  const connector = await findSink(spec.connector);
  return {
    spec,
    rowFormat: connector.rowFormat(spec),
    create: () => connector.create(spec),
    isInOrder: spec.connector === 'stdout',
  };
}

/** Without those that have a problem. */
async function sourcesOf(
  names: Iterable<string>,
  { relations, options, problems }: PlanContext,
): Promise<Map<string, ResolvedSource>> {
  const sources = new Map<string, ResolvedSource>();
  for (const name of names) {
    const source = await problems.attempt({ relation: name, role: 'source' }, () =>
      sourceOf(name, relations, options.onError),
    );
    if (source !== undefined) sources.set(name, source);
  }
  return sources;
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
