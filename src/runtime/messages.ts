/**
 * What the coordinator and its workers post to each other. Rows never travel this way: they use the rings.
 */

import type { ErrorDomain } from '../base/error.ts';
import type { WorkUnit } from '../io/source.ts';
import type { JobGraph } from '../job/job-graph.ts';
import type { RejectedRecord } from '../operators/input/unit-queue.ts';
import type { LostGroups } from '../operators/state/lost-groups.ts';
import type { SharedLayout } from './shared-layout.ts';
import type { FaultSpec } from './worker/faults.ts';

/** A worker's part of a job. */
export interface WorkerStart {
  readonly graph: JobGraph;
  /** For each stage: its compiled module, so that all workers share the machine code. */
  readonly modules: readonly WebAssembly.Module[];
  readonly layout: SharedLayout;
  readonly shared: WebAssembly.Memory;
  readonly partition: number;
  /** For each stage: its units; empty for stages without a source. */
  readonly units: readonly (readonly WorkUnit[])[];
  readonly options: WorkerOptions;
}

/** What a run tells of itself at some cost. */
export interface Inspection {
  /** Rows and time of every operator. */
  readonly operators: boolean;
  /** So many keys of each grouping are listed for each partition. */
  readonly keysMax: number;
}

export interface WorkerOptions {
  /** Pin each worker to a core of its own. */
  readonly enableCoreAffinity: boolean;
  /** Bytes of memory one worker may take. */
  readonly memoryBytesMax: number;
  /** Bytes of one run of records. */
  readonly inputBufferBytes: number;
  readonly recordBytesMax: number;
  readonly preAggregateGroupsMax: number;
  /** How long a sleeper sleeps when nobody wakes it: a net under the doorbells, which nothing relies on. */
  readonly sleepMillisMax: number;
  /** What is noted beyond the counters; none of it in a usual run. */
  readonly inspection?: Inspection | undefined;
  /** For tests: where the heap starts at least; above 2^31 addresses are those of a large state. */
  readonly heapStart?: number | undefined;
  /** For tests: what goes wrong in one partition. */
  readonly fault?: FaultSpec | undefined;
}

/** An error as it crosses threads. */
export interface PostedError {
  readonly message: string;
  readonly code: string;
  readonly domain: ErrorDomain;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  readonly stack: string | undefined;
}

export type WorkerMessage =
  | {
      readonly kind: 'started';
      readonly partition: number;
      readonly core: number | undefined;
      readonly note: string | undefined;
    }
  /** A record was skipped or goes to the dead letters. */
  | {
      readonly kind: 'rejected';
      readonly partition: number;
      readonly stage: number;
      readonly record: RejectedRecord;
    }
  /** The stage's source failed at this record or unit; the lowest unit's failure is the job's. */
  | {
      readonly kind: 'source_failed';
      readonly partition: number;
      readonly stage: number;
      readonly unitIndex: number;
      readonly record: RejectedRecord | undefined;
      readonly error: PostedError;
    }
  /** A source task takes no more units. */
  | { readonly kind: 'source_ended'; readonly partition: number; readonly stage: number }
  /** Keys of the stage's groups that this partition owns. */
  | {
      readonly kind: 'keys';
      readonly partition: number;
      readonly stage: number;
      readonly keys: readonly string[];
    }
  /** The state of this partition was given up; the others go on. */
  | {
      readonly kind: 'partition_lost';
      readonly partition: number;
      readonly stage: number;
      readonly error: PostedError;
    }
  /** Groups of this partition whose row could not be computed. */
  | {
      readonly kind: 'groups_lost';
      readonly partition: number;
      readonly stage: number;
      readonly groups: LostGroups;
    }
  /** Anything else went wrong in this partition. */
  | { readonly kind: 'failed'; readonly partition: number; readonly error: PostedError }
  | { readonly kind: 'finished'; readonly partition: number }
  /** The last message of a thread that can take part in another job. */
  | { readonly kind: 'idle' };
