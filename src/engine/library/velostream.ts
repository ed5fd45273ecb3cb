/** The library's door: SQL in, rows out, on all cores of the machine, inside the program's own process. */
import { systemClock } from '../../base/clock.ts';
import { VelostreamError } from '../../base/error.ts';
import { prepareWorkers } from '../../runtime/coordinator/worker-pool.ts';
import { type Application, type ApplicationRun, compileScript } from '../application.ts';
import type { ClientSink, EngineOptions } from '../engine-options.ts';
import { describePartitions, type PartitionSummary } from '../inspect/partition-summary.ts';
import { type Row, RowQueue, type RowValue } from '../result-rows.ts';
import { type CheckedOptions, checkKey, checkOptions, checkSql } from './check-options.ts';
import type { VelostreamOptions } from './options.ts';

/** What a statement did. Statements that share a scan share its counts and their times, too. */
export interface StatementSummary {
  /** The stream that was written, or `query_1`, `query_2`, ... */
  readonly name: string;
  readonly recordsRead: number;
  readonly rowsWritten: number;
  /** Records that were skipped or went to the dead letters. */
  readonly badRecords: number;
  readonly elapsedMillis: number;
  readonly partitions: readonly PartitionSummary[];
}

export interface RunOptions {
  /** Lists so many keys of each partition; none unless said otherwise. */
  readonly keysPerPartition?: number;
}

const discard: ClientSink = {
  rowFormat: 'none',
  create: async () => ({
    open: async () => {},
    write: async () => {},
    commit: async () => {},
    abort: async () => {},
  }),
};

export class Velostream {
  readonly #options: CheckedOptions;

  /** @throws VelostreamError `config_invalid` for an option that is unknown or out of its range. */
  constructor(options: VelostreamOptions = {}) {
    this.#options = checkOptions(options);
  }

  /**
   * The rows of the text's SELECTs, one statement after the other, as they are ready; statements that write
   * to a stream run when it is their turn, and an EXPLAIN gives a row `plan` for each line. Leaving the loop
   * early stops the job.
   *
   * @throws ScriptErrors for what is wrong with the text, VelostreamError for everything else.
   */
  async *query(sql: string): AsyncGenerator<Row, void, undefined> {
    prepareWorkers(1);
    const queue: { current: RowQueue } = { current: new RowQueue() };
    const client: ClientSink = { rowFormat: 'jsonl', create: (schema) => queue.current.sink.create(schema) };
    const application = await this.#compile(sql, client);
    for (const step of application.steps) {
      queue.current = new RowQueue();
      if (step.kind === 'run') yield* this.#rowsOf(step, queue.current);
      else for (const line of (await step.explain()).trimEnd().split('\n')) yield { plan: line };
    }
  }

  /** Runs every statement to its end; rows of bare SELECTs are counted and dropped. */
  async run(sql: string, options: RunOptions = {}): Promise<readonly StatementSummary[]> {
    prepareWorkers(1);
    const application = await this.#compile(sql, discard, options.keysPerPartition);
    const summaries: StatementSummary[] = [];
    for (const run of application.steps) {
      if (run.kind !== 'run') continue;
      const summary = await (await run.start()).done;
      const { recordsRead, badRecords } = summary.progress.total;
      const { elapsedMillis, resultRows } = summary.progress;
      for (const [i, job] of run.jobs.entries()) {
        const rowsWritten = resultRows[i] ?? 0;
        const partitions = describePartitions(job, run.firstStages[i] ?? 0, summary);
        const { name } = job;
        summaries.push({ name, recordsRead, rowsWritten, badRecords, elapsedMillis, partitions });
      }
    }
    return summaries;
  }

  /**
   * The partition that owns a key of the last statement's outermost GROUP BY, given as a value for each of
   * its columns.
   */
  async partitionOf(sql: string, key: readonly RowValue[]): Promise<number> {
    const application = await this.#compile(sql, discard);
    const job = application.jobs.at(-1);
    if (job !== undefined) return job.partitionOf(checkKey(key));
    throw new VelostreamError('there is no statement that groups', { code: 'sql_invalid_option' });
  }

  /** The plans of every statement as text: stages, exchanges, architecture, and the reason for each. */
  async explain(sql: string): Promise<string> {
    const application = await this.#compile(sql, discard);
    const options = { analyze: false, kernels: false, verbose: false };
    const texts = await Promise.all(
      application.steps.map((step) => (step.kind === 'run' ? step.explain(options) : step.explain())),
    );
    return texts.join('\n');
  }

  async *#rowsOf(run: ApplicationRun, queue: RowQueue): AsyncGenerator<Row, void, undefined> {
    const running = await run.start();
    running.done.then(
      () => queue.end(),
      (error: unknown) => queue.end(error),
    );
    let isComplete = false;
    try {
      yield* queue.take();
      isComplete = true;
    } finally {
      if (!isComplete) {
        running.cancel();
        queue.end();
        await running.done.catch(() => undefined);
      }
    }
  }

  #compile(sql: string, client: ClientSink, keysMax = 0): Promise<Application> {
    const { architecture, cores, timeZone, limits, onNotice } = this.#options;
    const options: EngineOptions = {
      architecture,
      cores: cores ?? machineCores(),
      client,
      clock: systemClock,
      timeZone,
      limits,
      inspection: { operators: false, keysMax },
      onNotice: onNotice ?? (() => {}),
    };
    return compileScript(checkSql(sql), options);
  }
}

function machineCores(): number {
  return globalThis.navigator?.hardwareConcurrency ?? 1;
}
