/**
 * The sinks of a job's results: opened before rows come, committed when the whole job has ended, or aborted.
 * The client sees one result after the other, so a sink in order is opened when the one before it in order
 * is committed; until then its rows wait in their rings.
 */
import type { SinkWriter } from '../../io/sink.ts';
import type { JobGraph } from '../../job/job-graph.ts';
import { partitionsOf } from '../shared-layout.ts';
import type { ResultTaker } from './result-reader.ts';

export interface JobSink {
  readonly writer: SinkWriter;
  /** Whether the sinks in order wait for each other. */
  readonly isInOrder: boolean;
}

type SinkState = 'waiting' | 'open' | 'committed';

export class ResultSinks {
  readonly #graph: JobGraph;
  readonly #sinks: readonly JobSink[];
  readonly #states: SinkState[];
  /** Results in order, in theirs. */
  readonly #order: readonly number[];

  /** `sinks`: one for each result of the graph. */
  constructor(graph: JobGraph, sinks: readonly JobSink[]) {
    this.#graph = graph;
    this.#sinks = sinks;
    this.#states = sinks.map(() => 'waiting');
    this.#order = [...sinks.keys()].filter((result) => sinks[result]!.isInOrder);
  }

  /** Opens all that need not wait. */
  async open(): Promise<void> {
    for (const [result, { isInOrder }] of this.#sinks.entries()) {
      if (!isInOrder || result === this.#order[0]) await this.#open(result);
    }
  }

  get takers(): readonly ResultTaker[] {
    return this.#sinks.map(({ writer }, result) => ({
      partitions: partitionsOf(this.#graph, this.#graph.results[result]!.stage),
      isOpen: () => this.#states[result] === 'open',
      write: (bytes) => writer.write(bytes),
      end: () => this.#end(result),
    }));
  }

  /** The job has ended well. Nothing becomes visible before all is safe. */
  async commit(): Promise<void> {
    const open = [...this.#states.keys()].filter((result) => this.#states[result] !== 'committed');
    for (const result of open) await this.#sinks[result]!.writer.prepare?.();
    for (const result of open) await this.#commit(result);
  }

  /** Gives up what is not committed. */
  async abort(): Promise<void> {
    for (const [result, state] of this.#states.entries()) {
      if (state !== 'committed') await giveUp(this.#sinks[result]!.writer);
    }
  }

  async #open(result: number): Promise<void> {
    await this.#sinks[result]!.writer.open(this.#graph.results[result]!.schema);
    this.#states[result] = 'open';
  }

  async #commit(result: number): Promise<void> {
    await this.#sinks[result]!.writer.commit();
    this.#states[result] = 'committed';
  }

  /** All rows are written. Only what the next one waits for is committed before the job has ended. */
  async #end(result: number): Promise<void> {
    const next = this.#order[this.#order.indexOf(result) + 1];
    const { writer, isInOrder } = this.#sinks[result]!;
    if (!isInOrder || next === undefined) return;
    await writer.prepare?.();
    await this.#commit(result);
    await this.#open(next);
  }
}

/** Aborts what it wrote. What goes wrong with that is no news: the cause of it all is. */
export async function giveUp(writer: SinkWriter): Promise<void> {
  await writer.abort().catch(() => undefined);
}
