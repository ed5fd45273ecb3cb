/**
 * What we ask of a sink. One sink has one writer, on the coordinator's thread; it gets blocks of formatted
 * rows in the order in which they are to be written, answers when it can take more, and makes the whole
 * output visible at `commit`, behind `prepare`, or nothing.
 */
import type { Schema } from '../columns/schema.ts';
import type { SinkSpec } from '../job/job-graph.ts';

export interface SinkWriter {
  /** Writes whatever comes before the first row. */
  open(schema: Schema): Promise<void>;
  /**
   * Takes a block of whole rows as text. The bytes lie in memory that is shared with workers, who use it
   * again as soon as the promise settles.
   */
  write(bytes: Uint8Array): Promise<void>;
  /** Everything arrived: makes it safe, where that can fail; all sinks of a job before the first commits. */
  prepare?(): Promise<void>;
  /** Makes the output visible. */
  commit(): Promise<void>;
  /** The job failed or was cancelled: leaves nothing half-written. */
  abort(): Promise<void>;
}

const nothing = async (): Promise<void> => {};

/** Takes whatever comes, and leaves nothing. */
export const nowhere: SinkWriter = { open: nothing, write: nothing, commit: nothing, abort: nothing };

/** What the workers format rows as; `none`: rows are only counted. */
export type RowFormat = 'jsonl' | 'csv' | 'none';

export interface SinkConnector {
  readonly name: string;
  /** Checks the options; which text the writer wants from the workers. */
  rowFormat(sink: SinkSpec): RowFormat;
  /** Opens the target, before any work is done. */
  create(sink: SinkSpec): Promise<SinkWriter>;
}
