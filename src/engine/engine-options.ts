/**
 * What the engine is told from outside: how to spread a job, where rows of a bare SELECT go, what to report.
 */
import type { Clock } from '../base/clock.ts';
import type { Schema } from '../columns/schema.ts';
import { nowhere, type RowFormat, type SinkWriter } from '../io/sink.ts';
import type { RejectedRecord } from '../operators/input/unit-queue.ts';
import type { ArchitectureOptions } from '../plan/architecture.ts';
import type { Inspection } from '../runtime/messages.ts';
import type { FaultSpec } from '../runtime/worker/faults.ts';
import type { EngineLimits } from './engine-limits.ts';

export interface EngineOptions {
  readonly architecture: ArchitectureOptions;
  /** Cores to plan for; the machine's unless said otherwise. */
  readonly cores: number;
  readonly client: ClientSink;
  readonly clock: Clock;
  /** What becomes of bad records of sources that do not say; `fail` unless said otherwise. */
  readonly onError?: 'fail' | 'skip' | undefined;
  /** The session's time zone, an IANA name; UTC unless said otherwise. */
  readonly timeZone?: string | undefined;
  readonly limits?: TestedLimits | undefined;
  /** Cancels whatever runs under these options. */
  readonly signal?: AbortSignal | undefined;
  /** Whether the process goes on for a running job's sake; it does unless said otherwise. */
  readonly holdsProcess?: boolean | undefined;
  /** The statements came from standard input, so that no stream can. */
  readonly isStandardInputTaken?: boolean | undefined;
  /** Told what a user should know and is no error: a worker that could not be pinned. */
  readonly onNotice: (text: string) => void;
  /** What a run tells of itself at some cost; nothing unless said otherwise. */
  readonly inspection?: Inspection | undefined;
  /** For tests: what goes wrong in one partition. */
  readonly fault?: FaultSpec | undefined;
  /** Told of samples of the records that were skipped, and of every one that goes to the dead letters. */
  readonly onRejected?: ((record: RejectedRecord) => void) | undefined;
}

export function timeZoneOf({ timeZone }: Pick<EngineOptions, 'timeZone'>): string {
  return timeZone ?? 'UTC';
}

/** Where the rows of a bare SELECT go, as blocks of text in `rowFormat`. */
export interface ClientSink {
  readonly rowFormat: RowFormat;
  create(schema: Schema): Promise<SinkWriter>;
}

/** Takes no rows: they are counted only. */
export const silentClient: ClientSink = { rowFormat: 'none', create: async () => nowhere };

export interface TestedLimits extends EngineLimits {
  /** For tests: where a worker's heap starts at least. */
  readonly heapStart?: number | undefined;
}
