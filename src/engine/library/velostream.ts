/** The library's door: SQL in, rows out, on all cores of the machine, inside the program's own process. */
/// <reference lib="esnext.disposable" preserve="true" />
import { systemClock } from '../../base/clock.ts';
import { VelostreamError } from '../../base/error.ts';
import { type BadRecord, describeRecord } from '../../runtime/coordinator/bad-record.ts';
import type { JobSummary } from '../../runtime/coordinator/coordinator.ts';
import { cancelledError } from '../../runtime/coordinator/job-errors.ts';
import { endWaitingWorkers, prepareWorkers } from '../../runtime/coordinator/worker-pool.ts';
import { requireNode } from '../../runtime/node-version.ts';
import { type Application, type ApplicationRun, compileScript } from '../application.ts';
import { type EngineOptions, silentClient } from '../engine-options.ts';
import { RejectedSamples } from '../rejected-samples.ts';
import type { Row, RowValue } from '../result-rows.ts';
import {
  type CheckedOptions,
  checkKey,
  checkOptions,
  checkQueryOptions,
  checkRunOptions,
  checkSql,
} from './check-options.ts';
import { describePartitions } from './describe-partitions.ts';
import { Execution } from './execution.ts';
import type { CancelSignal, QueryOptions, RunOptions, VelostreamOptions } from './options.ts';
import { RowIterator } from './row-iterator.ts';
import { RowQueue } from './row-queue.ts';
import type { StatementSummary } from './summaries.ts';

requireNode();

export class Velostream {
  readonly #options: CheckedOptions;
  readonly #running: Set<Execution<unknown>> = new Set();
  #isClosed = false;

  /** @throws {VelostreamError} `config_invalid` for an option that is unknown or not in its range. */
  constructor(options: VelostreamOptions = {}) {
    this.#options = checkOptions(options);
  }

  /**
   * The rows of the text's SELECTs, one statement after the other, as they are ready; statements that write
   * to a stream run when it is their turn, and an EXPLAIN gives a row `plan` for each line. The statements
   * start with the first row that is asked for. Leaving the loop early, or calling `return`, cancels them.
   *
   * @throws {ScriptErrors} for what is wrong with the text, and the sources and sinks that it names: the
   * first row rejects with it, as with all else.
   * @throws {RecordError} for the first record that cannot be used, unless its source says otherwise.
   * @throws {IncompleteError} after the last row, where groups were given up as `on_partition_failure` asks.
   * @throws {VelostreamError} for everything else, `cancelled` among it; its `code` says what.
   */
  query(sql: string, options: QueryOptions = {}): AsyncGenerator<Row, void, undefined> {
    const text = checkSql(sql);
    const { signal } = checkQueryOptions(options);
    const queue = new RowQueue();
    return new RowIterator(queue, () =>
      this.#execute(signal, (cancelled) =>
        this.#fill(queue, text, cancelled).then(
          () => queue.end(),
          (error: unknown) => queue.end(error),
        ),
      ),
    );
  }

  /**
   * Runs every statement to its end; rows of bare SELECTs are counted and dropped.
   *
   * @throws {ScriptErrors} for what is wrong with the text, and the sources and sinks that it names; nothing
   * has run then.
   * @throws {RecordError} for the first record that cannot be used, unless its source says otherwise.
   * @throws {IncompleteError} where groups were given up as `on_partition_failure` asks; the others are
   * written.
   * @throws {VelostreamError} for everything else, `cancelled` among it; its `code` says what.
   */
  async run(sql: string, options: RunOptions = {}): Promise<readonly StatementSummary[]> {
    const text = checkSql(sql);
    const { signal, keysPerPartition } = checkRunOptions(options);
    return this.#execute(signal, (cancelled) => this.#runAll(text, cancelled, keysPerPartition)).done;
  }

  /**
   * The partition that owns a key of the last statement's outermost GROUP BY, given as a value for each of
   * its columns. Nothing is run.
   *
   * @throws {ScriptErrors} for what is wrong with the text.
   * @throws {VelostreamError} `sql_invalid_option` where there is no such GROUP BY, or the key has not its
   * form.
   */
  async partitionOf(sql: string, key: readonly RowValue[]): Promise<number> {
    const text = checkSql(sql);
    const values = checkKey(key);
    const application = await this.#compile(text, { client: silentClient });
    const job = application.jobs.at(-1);
    if (job !== undefined) return job.partitionOf(values);
    throw new VelostreamError('there is no statement that groups', { code: 'sql_invalid_option' });
  }

  /**
   * The plans of every statement as text: stages, exchanges, architecture, and the reason for each. An
   * EXPLAIN ANALYZE in the text runs its statement.
   *
   * @throws {ScriptErrors} for what is wrong with the text.
   * @throws {VelostreamError} for everything else; its `code` says what.
   */
  async explain(sql: string): Promise<string> {
    const text = checkSql(sql);
    return this.#execute(undefined, (signal) => this.#explainAll(text, signal)).done;
  }

  /**
   * Cancels what runs, and ends the threads of the process that wait for work. Settles when all that has
   * ended; from then on this `Velostream` runs nothing. Others find no thread waiting, and start new ones.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    const running = [...this.#running];
    for (const execution of running) execution.cancel(closedError());
    await Promise.allSettled(running.map(({ done }) => done));
    await endWaitingWorkers();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #execute<T>(signal: CancelSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Execution<T> {
    if (this.#isClosed) throw closedError();
    prepareWorkers(1);
    const execution = new Execution(work, signal);
    this.#running.add(execution);
    const forget = (): boolean => this.#running.delete(execution);
    execution.done.then(forget, forget);
    return execution;
  }

  async #fill(queue: RowQueue, sql: string, signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => queue.drop());
    const rejected = new RejectedSamples();
    const application = await this.#compile(sql, {
      client: queue.sink,
      signal,
      // The program's wait for a row does.
      holdsProcess: false,
      onRejected: (record) => rejected.add(record),
    });
    for (const step of application.steps) {
      throwIfCancelled(signal);
      if (step.kind === 'run') {
        const { progress } = await (await step.start()).done;
        this.#noticeRejected(progress.total.badRecords, rejected.take());
      } else {
        const lines = (await step.explain()).trimEnd().split('\n');
        await queue.write(lines.map((line) => ({ plan: line })));
      }
    }
    throwIfCancelled(signal);
  }

  async #runAll(
    sql: string,
    signal: AbortSignal,
    keysMax: number | undefined,
  ): Promise<readonly StatementSummary[]> {
    const rejected = new RejectedSamples();
    const application = await this.#compile(sql, {
      client: silentClient,
      signal,
      inspection: { operators: false, keysMax: keysMax ?? 0 },
      onRejected: (record) => rejected.add(record),
    });
    const summaries: StatementSummary[] = [];
    for (const step of application.steps) {
      throwIfCancelled(signal);
      if (step.kind !== 'run') continue;
      const summary = await (await step.start()).done;
      const badRecordSamples = rejected.take();
      this.#noticeRejected(summary.progress.total.badRecords, badRecordSamples);
      summaries.push(...describeStatements(step, summary, badRecordSamples));
    }
    return summaries;
  }

  async #explainAll(sql: string, signal: AbortSignal): Promise<string> {
    const application = await this.#compile(sql, { client: silentClient, signal });
    const options = { analyze: false, kernels: false, verbose: false };
    const texts = await Promise.all(
      application.steps.map((step) => (step.kind === 'run' ? step.explain(options) : step.explain())),
    );
    return texts.join('\n');
  }

  #noticeRejected(count: number, samples: readonly BadRecord[]): void {
    if (count === 0) return;
    const what = count === 1 ? '1 record could not be used' : `${count} records could not be used`;
    this.#options.onNotice?.([what, ...samples.map(describeRecord)].join('\n'));
  }

  #compile(
    sql: string,
    own: Pick<EngineOptions, 'client' | 'signal' | 'holdsProcess' | 'inspection' | 'onRejected'>,
  ): Promise<Application> {
    const { architecture, cores, timeZone, limits, onNotice } = this.#options;
    return compileScript(sql, {
      architecture,
      cores: cores ?? machineCores(),
      clock: systemClock,
      timeZone,
      limits,
      onNotice: onNotice ?? (() => {}),
      ...own,
    });
  }
}

function describeStatements(
  { jobs, firstStages }: ApplicationRun,
  summary: JobSummary,
  badRecordSamples: readonly BadRecord[],
): readonly StatementSummary[] {
  const { total, resultRows, elapsedMillis } = summary.progress;
  const { recordsRead, badRecords } = total;
  return jobs.map((job, i) => ({
    name: job.name,
    recordsRead,
    rowsWritten: resultRows[i] ?? 0,
    badRecords,
    badRecordSamples,
    elapsedMillis,
    partitions: describePartitions(job, firstStages[i] ?? 0, summary),
  }));
}

function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw cancelledError(signal.reason);
}

function closedError(): VelostreamError {
  return new VelostreamError('this Velostream is closed', { code: 'cancelled' });
}

function machineCores(): number {
  return globalThis.navigator?.hardwareConcurrency ?? 1;
}
