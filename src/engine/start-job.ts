/**
 * Starts planned statements as one job: compiles its modules, opens its sinks and dead letters, and hands all
 * to a coordinator.
 */
import { type CompiledJob, compileJob } from '../codegen/compile-job.ts';
import { DeadLetterFile } from '../connectors/file/dead-letter-file.ts';
import { LineNumbers } from '../connectors/file/line-number.ts';
import type { JobGraph } from '../job/job-graph.ts';
import { type JobSummary, type RunningJob, startJob } from '../runtime/coordinator/coordinator.ts';
import type { LocateRecord } from '../runtime/coordinator/job-failures.ts';
import { giveUp, type JobSink } from '../runtime/coordinator/result-sinks.ts';
import { prepareWorkers } from '../runtime/coordinator/worker-pool.ts';
import { limitDefaults } from './engine-limits.ts';
import { type EngineOptions, timeZoneOf } from './engine-options.ts';
import type { PlannedSink } from './planned-job.ts';
import type { PlannedRun } from './planned-run.ts';

/** `given`: where the rows go instead of where the statements say, for each of them. */
export async function startRun(
  run: PlannedRun,
  options: EngineOptions,
  given?: readonly PlannedSink[],
): Promise<RunningJob> {
  // Threads start while the kernels are compiled.
  prepareWorkers(run.plan.parallelism.partitions);
  const sinks = given ?? sinksOf(run);
  const { graph } = compileRun(run, sinks, options);
  const opened: JobSink[] = [];
  const deadLetters: DeadLetterFile[] = [];
  try {
    for (const { create, isInOrder } of sinks) opened.push({ writer: await create(), isInOrder });
    return startWith(run, options, { graph, sinks: opened, deadLetters });
  } catch (error) {
    closeAll(deadLetters);
    for (const { writer } of opened) await giveUp(writer);
    throw error;
  }
}

interface JobParts {
  readonly graph: JobGraph;
  readonly sinks: readonly JobSink[];
  /** Takes what is opened, so that whoever called can close it. */
  readonly deadLetters: DeadLetterFile[];
}

function startWith(run: PlannedRun, options: EngineOptions, parts: JobParts): RunningJob {
  const { graph, sinks } = parts;
  const deadLetters = openDeadLetters(run, parts.deadLetters);
  const limits = options.limits ?? {};
  const job = startJob({
    graph,
    units: run.plan.stages.map((stage) =>
      stage.producer.kind === 'scan' ? run.first.sources.get(stage.producer.relation)!.plan.units : [],
    ),
    sinks,
    clock: options.clock,
    holdsProcess: options.holdsProcess ?? true,
    ...(limits.exchangeBytesMax === undefined ? {} : { exchangeBytesMax: limits.exchangeBytesMax }),
    ringSlotCount: limits.ringSlotCount,
    worker: {
      enableCoreAffinity: run.plan.parallelism.enableCoreAffinity,
      memoryBytesMax: limits.memoryBytesMax ?? limitDefaults.memoryBytesMax,
      inputBufferBytes: limits.inputBufferBytes ?? limitDefaults.inputBufferBytes,
      recordBytesMax: limits.recordBytesMax ?? limitDefaults.recordBytesMax,
      preAggregateGroupsMax: limits.preAggregateGroupsMax ?? limitDefaults.preAggregateGroupsMax,
      sleepMillisMax: limits.sleepMillisMax ?? limitDefaults.sleepMillisMax,
      heapStart: limits.heapStart,
      inspection: options.inspection,
      fault: options.fault,
    },
    locate: createLocator(run),
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
  const done = closeBehind(job.done, parts.deadLetters);
  return {
    done: options.signal === undefined ? done : cancelWith(options.signal, job, done),
    progress: () => job.progress(),
    stop: () => job.stop(),
    cancel: (reason) => job.cancel(reason),
  };
}

/** Settles as `done` does; the signal cancels the job until then. */
async function cancelWith(
  signal: AbortSignal,
  job: RunningJob,
  done: Promise<JobSummary>,
): Promise<JobSummary> {
  const cancel = (): void => job.cancel(signal.reason);
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel);
  try {
    return await done;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

/** Settles as the job does once its dead letters are closed; where that fails alone, it is the failure. */
async function closeBehind(
  done: Promise<JobSummary>,
  deadLetters: readonly DeadLetterFile[],
): Promise<JobSummary> {
  const summary = await done.catch((error: unknown) => {
    closeAll(deadLetters);
    throw error;
  });
  const failure = closeAll(deadLetters);
  if (failure !== undefined) throw failure;
  return summary;
}

/** Closes every one, whatever becomes of the others; the first failure, if any. */
function closeAll(deadLetters: readonly DeadLetterFile[]): unknown {
  let failure: unknown;
  for (const file of deadLetters) {
    try {
      file.close();
    } catch (error) {
      failure ??= error;
    }
  }
  return failure;
}

export function compileRun(
  { plan, first, jobs }: PlannedRun,
  sinks: readonly PlannedSink[],
  options: EngineOptions,
): CompiledJob {
  return compileJob(plan, {
    name: jobs.map(({ name }) => name).join('+'),
    sourceOf: (relation) => first.sources.get(relation)!,
    sinks,
    timeZone: timeZoneOf(options),
    batchRows: options.limits?.batchRows,
    onPartitionFailure: first.onPartitionFailure,
    tellsKeys: (options.inspection?.keysMax ?? 0) > 0 || first.onPartitionFailure === 'isolate',
  });
}

/**
 * Finds the lines of records in plain files; what came through a pipe or was inflated cannot be read again.
 */
function createLocator({ plan, first: { sources } }: PlannedRun): LocateRecord {
  const lines = new LineNumbers();
  return (stage, record) => {
    const { unit, offset } = record;
    const { producer } = plan.stages[stage] ?? {};
    const isBytes = producer?.kind === 'scan' && sources.get(producer.relation)?.form.kind !== 'columns';
    const isPlain = isBytes && unit.compression === 'none' && unit.end !== Number.POSITIVE_INFINITY;
    return isPlain ? { ...record, line: lines.lineAt(unit.name, offset) } : record;
  };
}

/** Where the statements say that their rows go. */
export function sinksOf({ jobs }: PlannedRun): readonly PlannedSink[] {
  return jobs.map(({ sink }) => sink);
}

/** For each stage whose source sends bad records there: the file of its dead letters. */
function openDeadLetters(
  { plan, first: { sources } }: PlannedRun,
  opened: DeadLetterFile[],
): ReadonlyMap<number, DeadLetterFile> {
  const files = new Map<number, DeadLetterFile>();
  for (const stage of plan.stages) {
    if (stage.producer.kind !== 'scan') continue;
    const { onError } = sources.get(stage.producer.relation)!.source;
    if (onError.action === 'dead_letter' && onError.deadLetterPath !== undefined) {
      const file = new DeadLetterFile(onError.deadLetterPath);
      opened.push(file);
      files.set(stage.id, file);
    }
  }
  return files;
}
