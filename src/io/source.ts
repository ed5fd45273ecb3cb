/**
 * What we ask of a source. The coordinator's side says what there is to read and cuts it into units; a
 * worker's side reads one unit after another. Units are ordered: (split, chunk) is the position of everything
 * in them.
 */
import type { BatchLayout } from '../columns/batch-layout.ts';
import type { Schema } from '../columns/schema.ts';
import type { SourceSpec } from '../job/job-graph.ts';
import type { BadRecordReason } from '../kernels/scan/scan-contract.ts';

/** One piece of work for one worker; plain data. */
export interface WorkUnit {
  /** Which split, counted from 0: a file, a topic's partition. */
  readonly split: number;
  /** Which chunk of the split, counted from 0. */
  readonly chunk: number;
  /** What the split is called in messages: a path, `stdin`, a generator's name. */
  readonly name: string;
  /** The range in the connector's own measure: bytes of a file, row groups, row numbers. */
  readonly start: number;
  readonly end: number;
  /** The split's size in the same measure; `Infinity` where it is not known. */
  readonly splitEnd: number;
  /** Bytes it stands for in progress reports; 0 when unknown. */
  readonly byteCount: number;
  /** How the bytes are packed. A packed split is one unit. */
  readonly compression: 'none' | 'gzip';
}

/** What there is to read. */
export interface SourcePlan {
  readonly units: readonly WorkUnit[];
  /** Bytes of all units, for progress; 0 when unknown. */
  readonly byteCount: number;
  /** What was read is gone: nobody can read it again. */
  readonly isReadOnce?: boolean;
}

/** A source whose schema may not be known yet. */
export type UnboundSource = Omit<SourceSpec, 'schema'>;

/** The coordinator's side of a connector. */
export interface SourceConnector {
  readonly name: string;
  /**
   * `bytes`: records for a scan kernel, in `source.format`; `columns`: batches written by a `ColumnReader`.
   */
  delivers(source: UnboundSource): 'bytes' | 'columns';
  /**
   * The first bytes of the first split, unpacked: whole records where there are any; to learn their form
   * from.
   */
  sample(source: UnboundSource): Promise<Uint8Array>;
  /** The schema found in the data, for a stream declared without columns. */
  inferSchema(source: UnboundSource): Promise<Schema>;
  /** Checks the options and cuts the input into units. */
  plan(source: SourceSpec): Promise<SourcePlan>;
}

/** A growing input buffer in a worker's private memory. */
export interface InputBuffer {
  readonly address: number;
  readonly capacityBytes: number;
  /** The buffer's bytes; take it anew after `grow` and after every kernel call. */
  bytes(): Uint8Array;
  /** Makes room for at least `byteCount`, keeping what is there; the address may change. */
  grow(byteCount: number): void;
}

/** The worker's side of a source of bytes: raw reads; record boundaries are the format's business. */
export interface ByteReader {
  open(unit: WorkUnit): void;
  /**
   * Reads up to `byteCount` bytes of the unit's split at `position` into `target`; returns how many, 0 at the
   * end of the split. `wait`: none now (a pipe); then `ready` settles when there may be some.
   */
  read(target: Uint8Array, position: number, byteCount: number): number | 'wait';
  ready(): Promise<void>;
  close(): void;
}

/** A row that cannot be given. */
export interface BadRow {
  readonly reason: BadRecordReason;
  readonly column: string;
}

/**
 * How many rows are in the batch; 0 at the unit's end. A bad row: the next one, which is passed over; none is
 * in the batch. `wait`: none are due yet; then `ready` settles when some may be.
 */
export type Filled = number | BadRow | 'wait';

/** The worker's side of a source of columns. */
export interface ColumnReader {
  open(unit: WorkUnit): Promise<void>;
  /**
   * Writes the unit's next rows into the batch. Long strings go where `allocate` says and live until the next
   * call.
   */
  fill(memory: () => ArrayBufferLike, batch: BatchLayout, allocate: (byteCount: number) => number): Filled;
  ready(): Promise<void>;
  close(): void;
}

/** Opens the worker's side of a source by its connector's name. */
export interface WorkerConnectors {
  readBytes(source: SourceSpec): ByteReader;
  readColumns(source: SourceSpec): ColumnReader;
}
