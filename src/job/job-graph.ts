/**
 * The job graph: what the compile wing hands to the run wing. Plain data that can be posted to a worker:
 * modules as bytes, layouts as addresses, no functions. A job is a list of stages, upstream first, joined by
 * exchanges.
 */
import type { BatchLayout } from '../columns/batch-layout.ts';
import type { Schema } from '../columns/schema.ts';

export type Architecture = 'v1' | 'single_actor' | 'partitioned';

export interface JobGraph {
  /** The statement's name, as metrics and messages show it. */
  readonly name: string;
  readonly architecture: Architecture;
  /** How many partitions (worker threads) the job has. */
  readonly partitionCount: number;
  /** What becomes of the job when the state of one partition fails. */
  readonly onPartitionFailure: 'fail' | 'isolate';
  readonly stages: readonly StageSpec[];
  readonly exchanges: readonly ExchangeSpec[];
  /** What the codes in the lists of evaluation errors mean. */
  readonly evaluationErrorTexts: readonly string[];
  /** One for each statement that the job runs. */
  readonly results: readonly ResultSpec[];
}

/** What a statement gives, and where it goes. */
export interface ResultSpec {
  /** The stage whose rows these are. */
  readonly stage: number;
  readonly schema: Schema;
  readonly sink: SinkSpec;
}

/** A module's bytes; its static data ends at `staticEnd`, where the next module's begins. */
export interface ModuleImage {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly staticEnd: number;
}

export interface StageSpec {
  readonly index: number;
  readonly name: string;
  /** `all`: a task in every partition; `one`: a single task, in partition 0. */
  readonly parallelism: 'all' | 'one';
  readonly module: ModuleImage;
  readonly producer: ProducerSpec;
  readonly output: OutputSpec;
  /** Address of the list of rows that could not be evaluated. */
  readonly evaluationErrors: number;
  /** Rows past the filter after which a task needs no more; undefined: it reads to the end. */
  readonly stopAfterRows: bigint | undefined;
}

/**
 * A global of a source's module, where the query reads `_topic`: the address of the view that the worker sets
 * to the name of the split, whenever it begins a unit.
 */
export const topicViewExport = 'topic_view';

/**
 * `key_text(row) -> address`: the key of a row of the batch as a JSON line, valid until the next batch; of a
 * stage that groups by keys, where they are to be told.
 */
export const keyTextExport = 'key_text';

/**
 * A global of a module that groups rows before they travel: whether its map kernel takes them into the local
 * table straight away, where it can (kernels/group-table/group-direct.ts).
 */
export const localTakesRowsExport = 'local_takes_rows';

/**
 * A row's position is the split's number shifted by this, plus the row's place in the split. Units of a split
 * start at byte or row numbers below 2^44; there may be 2^19 splits.
 */
export const positionSplitShift = 44;

/** What fills the stage's batch. Each kind names the exports it relies on (operators/ calls them). */
export type ProducerSpec =
  /** Records as bytes through a scan kernel (kernels/scan/scan-contract.ts). */
  | {
      readonly kind: 'scan';
      readonly source: SourceSpec;
      readonly scan: ScanExports;
      readonly assignment: UnitAssignment;
    }
  /** Columns that the host writes: columnar files, generated rows. */
  | {
      readonly kind: 'columns';
      readonly source: SourceSpec;
      readonly batch: BatchLayout;
      readonly assignment: UnitAssignment;
    }
  /**
   * The batch of another stage that scans for several; both are one task. That stage has neither map nor
   * output.
   */
  | { readonly kind: 'shared'; readonly stage: number }
  /** One row without columns: SELECT without FROM. */
  | { readonly kind: 'values' }
  /** Pages of an exchange, decoded as they come. */
  | { readonly kind: 'pages'; readonly exchange: number }
  /** Pages of an exchange into a group table, its groups at the end of input. */
  | {
      readonly kind: 'group';
      readonly exchange: number;
      readonly prefix: string;
      /** Whether the stage exports the text of its keys. */
      readonly tellsKeys: boolean;
    }
  /** Pages of an exchange into a sort, in order at the end of input. */
  | { readonly kind: 'sort'; readonly exchange: number; readonly prefix: string }
  /** Pages of an exchange whose senders each send in order, merged as they come. */
  | { readonly kind: 'merge'; readonly exchange: number; readonly prefix: string };

/**
 * Which task takes a unit. `free`: whoever is free takes the next one. `round_robin`: unit i belongs to task
 * i mod N. `by_split`: all units of split i do.
 */
export type UnitAssignment = 'free' | 'round_robin' | 'by_split';

export interface ScanExports {
  /** Where records end: at every line feed, or at those outside quotes. */
  readonly recordEnds: 'lines' | 'quoted_lines';
  /** What the first record of every split has to be, which then is not data. */
  readonly header: HeaderSpec | undefined;
  /** The fields' names, for messages. */
  readonly columnNames: readonly string[];
  /** Addresses of the scan's lists (see scan-contract.ts). */
  readonly recordAddresses: number;
  readonly recordLengths: number;
  readonly badRecords: number;
}

/** A record of names, in which each column is in the same field as in `names`. */
export interface HeaderSpec {
  readonly names: readonly string[];
  /** Bytes; without a quote nothing is quoted. */
  readonly delimiter: number;
  readonly quote: number | undefined;
}

/** Where the rows of the stage's map go. */
export type OutputSpec =
  | {
      readonly kind: 'exchange';
      readonly exchange: number;
      /** u32 for each destination: its current page's address. */
      readonly pageTable: number;
      /** u16 for each key group: the index of its destination in the page table. */
      readonly routeTable: number;
      /** Set where rows may be aggregated before they travel. */
      readonly preAggregate: PreAggregateSpec | undefined;
    }
  /** Text of the rows: two cells (u32) hold the next free byte and the end of the output buffer. */
  | { readonly kind: 'text'; readonly result: number; readonly nextCell: number; readonly endCell: number }
  /** Rows are counted and dropped. */
  | { readonly kind: 'discard'; readonly result: number }
  /** The batch is read by the stages that share it. */
  | { readonly kind: 'shared' };

export interface PreAggregateSpec {
  /** The export prefix of the local table. */
  readonly prefix: string;
  /** u16 for each key group: its owner, where partial rows go. */
  readonly ownerTable: number;
  /** `adaptive`: only while it shrinks the data; `always`: a global aggregate's first phase. */
  readonly mode: 'adaptive' | 'always';
}

export interface ExchangeSpec {
  readonly index: number;
  readonly from: number;
  readonly to: number;
  /** `hash`: by key group to its owner; `gather`: all to partition 0; `local`: stays in its partition. */
  readonly routing: 'hash' | 'gather' | 'local';
}

/** A source as the run wing opens it: the connector's own options, and the work it is cut into. */
export interface SourceSpec {
  readonly relation: string;
  readonly connector: string;
  readonly format: string;
  readonly schema: Schema;
  readonly options: Readonly<Record<string, string>>;
  readonly onError: OnErrorSpec;
}

/** What becomes of a record that cannot be read or evaluated. */
export interface OnErrorSpec {
  readonly action: 'fail' | 'skip' | 'dead_letter';
  /** With `skip` and `dead_letter`: more bad records than this fail the job. */
  readonly limit: number;
  /** With `dead_letter`: the file that takes payloads and reasons. */
  readonly deadLetterPath: string | undefined;
}

export interface SinkSpec {
  /** The written stream; empty where the client gets the rows. */
  readonly relation: string;
  readonly connector: string;
  readonly format: string;
  readonly options: Readonly<Record<string, string>>;
}
