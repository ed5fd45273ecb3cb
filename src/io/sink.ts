/**
 * What we ask of a sink. One sink has one writer, on the coordinator's thread; it gets blocks in the order in which
 * they are to be written, answers when it can take more, and makes the whole output visible at `commit`, or nothing.
 */
import type { Schema } from '../columns/schema.ts';
import type { SinkSpec } from '../job/job-graph.ts';

/** A result row as values of the TypeScript door (columns/row-decoder.ts says which type becomes what). */
export type ResultRow = readonly ResultValue[];
export type ResultValue = boolean | number | bigint | string | null;

export interface SinkWriter {
  /** Writes a header or whatever comes before the first row. */
  open(schema: Schema): Promise<void>;
  /** Takes a block of formatted rows; the bytes may be reused as soon as the promise settles. */
  writeBytes(bytes: Uint8Array): Promise<void>;
  /** Takes decoded rows, for sinks that want rows. */
  writeRows(rows: readonly ResultRow[]): Promise<void>;
  /** Everything arrived: makes the output visible. */
  commit(): Promise<void>;
  /** The job failed: leaves nothing half-written. */
  abort(): Promise<void>;
}

export interface SinkConnector {
  readonly name: string;
  /** `bytes`: workers format the rows; `rows`: the writer gets decoded rows; `nothing`: rows are only counted. */
  readonly takes: (sink: SinkSpec) => 'bytes' | 'rows' | 'nothing';
  /** Checks the options and opens the target, before any work is done. */
  create(sink: SinkSpec): Promise<SinkWriter>;
}
