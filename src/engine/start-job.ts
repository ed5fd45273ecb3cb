/**
 * Starts a planned job: compiles its modules, opens its sink and dead letters, and hands both to a
 * coordinator.
 */
import { VelostreamError } from '../base/error.ts';
import { type CompiledJob, compileJob } from '../codegen/compile-job.ts';
import { DeadLetterFile } from '../connectors/file/dead-letter-file.ts';
import { LineNumbers } from '../connectors/file/line-number.ts';
import { normaliseProperties } from '../connectors/properties.ts';
import { findSink } from '../connectors/registry.ts';
import type { RowFormat, SinkWriter } from '../io/sink.ts';
import type { JobGraph, SinkSpec } from '../job/job-graph.ts';
import { type RunningJob, startJob } from '../runtime/coordinator/coordinator.ts';
import type { LocateRecord } from '../runtime/coordinator/job-failures.ts';
import { prepareWorkers } from '../runtime/coordinator/worker-pool.ts';
import { type EngineLimits, type EngineOptions, limitDefaults, timeZoneOf } from './engine-options.ts';
import type { PlannedJob } from './planned-job.ts';

const clientSink: SinkSpec = { connector: 'client', format: 'client', options: {} };

export interface OpenedSink {
  readonly spec: SinkSpec;
  readonly rowFormat: RowFormat;
  readonly create: () => Promise<SinkWriter>;
}

/** `given`: where its rows go instead of where the statement says. */
export async function startPlannedJob(
  planned: PlannedJob,
  options: EngineOptions,
  given?: OpenedSink,
): Promise<RunningJob> {
  // Threads start while the kernels are compiled.
  prepareWorkers(planned.physical.parallelism.partitions);
  const sink = given ?? (await openSink(planned, options));
  const { graph } = compilePlanned(planned, sink, options);
  const writer = await sink.create();
  const deadLetters: DeadLetterFile[] = [];
  try {
    return startWith(planned, options, { graph, writer, deadLetters });
  } catch (error) {
    for (const file of deadLetters) file.close();
    await writer.abort();
    throw error;
  }
}

interface JobParts {
  readonly graph: JobGraph;
  readonly writer: SinkWriter;
  /** Takes what is opened, so that whoever called can close it. */
  readonly deadLetters: DeadLetterFile[];
}

function startWith(planned: PlannedJob, options: EngineOptions, parts: JobParts): RunningJob {
  const { graph, writer } = parts;
  const deadLetters = openDeadLetters(planned, parts.deadLetters);
  const limits: EngineLimits = options.limits ?? {};
  const job = startJob({
    graph,
    units: planned.physical.stages.map((stage) =>
      stage.producer.kind === 'scan' ? planned.sources.get(stage.producer.relation)!.plan.units : [],
    ),
    sink: writer,
    clock: options.clock,
    ...(limits.exchangeBytesMax === undefined ? {} : { exchangeBytesMax: limits.exchangeBytesMax }),
    ringSlotCount: limits.ringSlotCount,
    worker: {
      enableCoreAffinity: planned.physical.parallelism.enableCoreAffinity,
      memoryBytesMax: limits.memoryBytesMax ?? limitDefaults.memoryBytesMax,
      inputBufferBytes: limits.inputBufferBytes ?? limitDefaults.inputBufferBytes,
      recordBytesMax: limits.recordBytesMax ?? limitDefaults.recordBytesMax,
      preAggregateGroupsMax: limits.preAggregateGroupsMax ?? limitDefaults.preAggregateGroupsMax,
      sleepMillisMax: limits.sleepMillisMax ?? limitDefaults.sleepMillisMax,
      inspection: options.inspection,
      fault: options.fault,
    },
    locate: createLocator(planned),
    onRejected: (stage, record) => {
      deadLetters.get(stage)?.write(record);
      options.onRejected?.(record);
    },
    onPinned: (partition, core, note) => {
      if (core === undefined && note !== undefined) {
        options.onNotice(`partition ${partition} is not pinned to a core: ${note}`);
      }
    },
  });
  const close = (): void => {
    for (const file of parts.deadLetters) file.close();
  };
  job.done.then(close, close);
  return job;
}

export function compilePlanned(planned: PlannedJob, sink: OpenedSink, options: EngineOptions): CompiledJob {
  return compileJob(planned.physical, {
    name: planned.name,
    sourceOf: (relation) => planned.sources.get(relation)!,
    sink: sink.spec,
    rowFormat: sink.rowFormat,
    timeZone: timeZoneOf(options),
    batchRows: options.limits?.batchRows,
    onPartitionFailure: partitionFailureOf(planned),
    tellsKeys: (options.inspection?.keysMax ?? 0) > 0,
  });
}

/**
 * Finds the lines of records in plain files; what came through a pipe or was inflated cannot be read again.
 */
function createLocator(planned: PlannedJob): LocateRecord {
  const lines = new LineNumbers();
  return (stage, record) => {
    const { unit, offset } = record;
    const { producer } = planned.physical.stages[stage] ?? {};
    const isBytes =
      producer?.kind === 'scan' && planned.sources.get(producer.relation)?.form.kind !== 'columns';
    const isPlain = isBytes && unit.compression === 'none' && unit.end !== Number.POSITIVE_INFINITY;
    return isPlain ? { ...record, line: lines.lineAt(unit.name, offset) } : record;
  };
}

const partitionFailureActions = ['fail', 'isolate'] as const;

function partitionFailureOf({ properties }: PlannedJob): 'fail' | 'isolate' {
  const written = properties.on_partition_failure ?? 'fail';
  const action = partitionFailureActions.find((known) => known === written.toLowerCase());
  if (action !== undefined) return action;
  throw new VelostreamError(`on_partition_failure is 'fail' or 'isolate', not '${written}'`, {
    code: 'sql_invalid_option',
  });
}

/** The sink that the statement names; its options are checked, nothing is opened yet. */
export async function openSink(planned: PlannedJob, options: EngineOptions): Promise<OpenedSink> {
  const { target, properties, physical } = planned;
  if (target === undefined) {
    const create = (): Promise<SinkWriter> => options.client.create(physical.schema);
    return { spec: clientSink, rowFormat: options.client.rowFormat, create };
  }
  const spec: SinkSpec = normaliseProperties(target.name, properties, 'sink');
  const connector = await findSink(spec.connector);
  return { spec, rowFormat: connector.rowFormat(spec), create: () => connector.create(spec) };
}

/** For each stage whose source sends bad records there: the file of its dead letters. */
function openDeadLetters(planned: PlannedJob, opened: DeadLetterFile[]): ReadonlyMap<number, DeadLetterFile> {
  const files = new Map<number, DeadLetterFile>();
  for (const stage of planned.physical.stages) {
    if (stage.producer.kind !== 'scan') continue;
    const { onError } = planned.sources.get(stage.producer.relation)!.source;
    if (onError.action === 'dead_letter' && onError.deadLetterPath !== undefined) {
      const file = new DeadLetterFile(onError.deadLetterPath);
      opened.push(file);
      files.set(stage.id, file);
    }
  }
  return files;
}
