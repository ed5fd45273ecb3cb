/**
 * Runs one job: lays the shared memory out, sets a worker to each partition, watches them, and brings the
 * results to the sinks. It holds no rows and does no work of the query. A job ends committed, or aborted with
 * its cause: nothing becomes visible before all of it is written and safe, but results that others wait for.
 */
import type { Clock } from '../../base/clock.ts';
import { VelostreamError } from '../../base/error.ts';
import { keepAlive } from '../../base/timers.ts';
import { pageBytesDefault } from '../../columns/page.ts';
import type { WorkUnit } from '../../io/source.ts';
import type { JobGraph } from '../../job/job-graph.ts';
import type { RejectedRecord } from '../../operators/input/unit-queue.ts';
import { createSharedMemory } from '../../wasm/instantiate.ts';
import { Counters } from '../counters.ts';
import type { WorkerMessage, WorkerOptions, WorkerStart } from '../messages.ts';
import { Doorbell } from '../rings/doorbell.ts';
import { controlWords, layoutShared, type SharedLayout, stopStates } from '../shared-layout.ts';
import { releaseRejected } from '../worker/bad-records.ts';
import { cancelledError, IncompleteError } from './job-errors.ts';
import { JobFailures, type LocateRecord } from './job-failures.ts';
import { type JobProgress, readProgress } from './job-progress.ts';
import { compileCached } from './module-cache.ts';
import { readResults } from './result-reader.ts';
import { type JobSink, ResultSinks } from './result-sinks.ts';
import { runOnWorker } from './worker-pool.ts';

export interface JobOptions {
  readonly graph: JobGraph;
  /** For each stage: its units; empty for stages without a source. */
  readonly units: readonly (readonly WorkUnit[])[];
  /** For each result of the graph. */
  readonly sinks: readonly JobSink[];
  readonly clock: Clock;
  /** Whether the process goes on for the job's sake; otherwise whoever waits for it keeps the process. */
  readonly holdsProcess: boolean;
  readonly worker: WorkerOptions;
  /** Bytes that the rings of one exchange may take. */
  readonly exchangeBytesMax?: number;
  readonly ringSlotCount?: number | undefined;
  readonly locate: LocateRecord;
  /** A record was skipped, or goes to the dead letters. */
  readonly onRejected: (stage: number, record: RejectedRecord) => void;
  readonly onPinned: (partition: number, core: number | undefined, note: string | undefined) => void;
}

/** Keys of a stage's groups, each as a JSON line, that one partition owns. */
export interface OwnedKeys {
  readonly stage: number;
  readonly partition: number;
  readonly keys: readonly string[];
}

export interface JobSummary {
  readonly progress: JobProgress;
  /** As many as the inspection asked for; in no order. */
  readonly ownedKeys: readonly OwnedKeys[];
  /** False when the job was stopped before its input ended. */
  readonly isComplete: boolean;
}

export interface RunningJob {
  /** Settles when everything is written and committed; rejects with the job's first failure. */
  readonly done: Promise<JobSummary>;
  progress(): JobProgress;
  /** Reads no further, finishes what was read, commits. */
  stop(): void;
  /** Gives up at once; `done` rejects with `cancelled`, and with the reason as its cause. */
  cancel(reason?: unknown): void;
}

const exchangeBytesDefault = 64 * 1024 * 1024;

export function startJob(options: JobOptions): RunningJob {
  return new JobRun(options);
}

class JobRun implements RunningJob {
  readonly done: Promise<JobSummary>;
  readonly #options: JobOptions;
  readonly #layout: SharedLayout;
  readonly #shared: WebAssembly.Memory;
  readonly #words: Int32Array;
  readonly #counters: readonly Counters[];
  readonly #failures: JobFailures;
  readonly #ownedKeys: OwnedKeys[] = [];
  readonly #startMillis: number;
  #wasStopped = false;

  constructor(options: JobOptions) {
    const { graph, units } = options;
    this.#options = options;
    this.#layout = layoutShared({
      graph,
      unitCounts: units.map((list) => list.length),
      slotPayloadBytes: pageBytesDefault,
      exchangeBytesMax: options.exchangeBytesMax ?? exchangeBytesDefault,
      slotCount: options.ringSlotCount,
    });
    this.#shared = createSharedMemory(this.#layout.byteCount);
    this.#words = new Int32Array(this.#shared.buffer);
    this.#counters = this.#layout.counters.map(
      (address) => new Counters(this.#shared.buffer, address, graph.stages.length),
    );
    this.#failures = new JobFailures(graph, options.locate, () => this.#abort());
    this.#startMillis = options.clock.monotonicMillis();
    this.done = this.#run();
  }

  progress(): JobProgress {
    const { graph, clock } = this.#options;
    const elapsedMillis = clock.monotonicMillis() - this.#startMillis;
    return readProgress({
      graph,
      layout: this.#layout,
      words: this.#words,
      counters: this.#counters,
      elapsedMillis,
    });
  }

  stop(): void {
    this.#wasStopped = true;
    this.#setStop(stopStates.finish);
  }

  cancel(reason?: unknown): void {
    this.#failures.add(cancelledError(reason));
  }

  async #run(): Promise<JobSummary> {
    const { graph } = this.#options;
    const sinks = new ResultSinks(graph, this.#options.sinks);
    const release = this.#options.holdsProcess ? keepAlive() : () => {};
    try {
      await sinks.open();
      const workers = this.#startWorkers();
      const results = readResults({
        shared: this.#shared,
        layout: this.#layout,
        takers: sinks.takers,
        isAborted: () => this.#failures.hasFailed,
        sleepMillisMax: this.#options.worker.sleepMillisMax,
        clock: this.#options.clock,
      }).catch((error: unknown) => this.#failures.add(error));
      await Promise.all([results, ...workers]);
      this.#failures.throwFirst();
      await sinks.commit();
      this.#failures.throwIncomplete();
      return { progress: this.progress(), ownedKeys: this.#ownedKeys, isComplete: !this.#wasStopped };
    } catch (error) {
      this.#abort();
      if (!(error instanceof IncompleteError)) await sinks.abort();
      throw error;
    } finally {
      release();
    }
  }

  /** One promise per worker, settled when its part has ended. */
  #startWorkers(): Promise<void>[] {
    const { graph, units, worker: options } = this.#options;
    const modules = graph.stages.map((stage) => compileCached(stage.module.bytes));
    return Array.from({ length: graph.partitionCount }, (_, partition) => {
      const start: WorkerStart = {
        graph: withoutModuleBytes(graph),
        modules,
        layout: this.#layout,
        shared: this.#shared,
        partition,
        units,
        options,
      };
      return this.#watch(start);
    });
  }

  async #watch(start: WorkerStart): Promise<void> {
    let hasEnded = false;
    const end = await runOnWorker(start, {
      onMessage: (message) => {
        if (message.kind === 'finished' || message.kind === 'failed') hasEnded = true;
        try {
          this.#onMessage(message);
        } catch (error) {
          // A dead letter that cannot be written, or a caller's callback.
          this.#failures.add(error);
        }
      },
      onError: (error) => this.#failures.add(threadError(start.partition, error)),
    });
    if (end.kind === 'idle' || hasEnded || this.#failures.hasFailed) return;
    this.#failures.add(
      new VelostreamError(`partition ${start.partition} died`, {
        code: 'worker_died',
        domain: 'internal',
        detail: `Its thread ended with exit code ${end.code} before its work was done.`,
      }),
    );
  }

  #onMessage(message: WorkerMessage): void {
    switch (message.kind) {
      case 'started':
        return this.#options.onPinned(message.partition, message.core, message.note);
      case 'keys':
        this.#ownedKeys.push(message);
        return;
      case 'rejected':
        return this.#onRejected(message.stage, message.record);
      default:
        return this.#failures.onMessage(message);
    }
  }

  #onRejected(stage: number, record: RejectedRecord): void {
    this.#options.onRejected(stage, this.#options.locate(stage, record));
    releaseRejected(this.#words, this.#layout, record);
    this.#ringAll();
  }

  #abort(): void {
    this.#setStop(stopStates.abort);
  }

  /** The state only rises: a job that gives up is not told to finish. */
  #setStop(state: number): void {
    const word = (this.#layout.control >> 2) + controlWords.stop;
    if (Atomics.load(this.#words, word) < state) Atomics.store(this.#words, word, state);
    this.#ringAll();
  }

  #ringAll(): void {
    for (const address of this.#layout.doorbells) new Doorbell(this.#words, address).ring();
  }
}

/** What a thread ended with that nobody caught. */
function threadError(partition: number, error: unknown): unknown {
  const isOutOfHeap = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  if (!isOutOfHeap) return error;
  return new VelostreamError(`partition ${partition} is out of memory`, {
    code: 'resource_limit',
    detail: "Its thread needs more than Node's limit for objects allows.",
    hint: 'Raise it with --max-old-space-size, in MiB, as an argument of node or in NODE_OPTIONS.',
    cause: error,
  });
}

/** Workers get the compiled modules; the bytes stay here. */
function withoutModuleBytes(graph: JobGraph): JobGraph {
  const stages = graph.stages.map((stage) => ({
    ...stage,
    module: { ...stage.module, bytes: new Uint8Array(0) },
  }));
  return { ...graph, stages };
}
