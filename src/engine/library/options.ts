/**
 * What a program may say to the library. Types of the door: they name nothing that a program may not have.
 */
import type { ArchitectureOptions } from '../../plan/architecture.ts';
import type { EngineLimits } from '../engine-limits.ts';

/** Checked when a `Velostream` is made. What a statement says of itself in WITH goes before it. */
export interface VelostreamOptions extends ArchitectureOptions {
  /** Cores to plan for, 1 to 1,024; the machine's unless said otherwise. */
  readonly cores?: number | undefined;
  /** The session's time zone, an IANA name. `UTC` unless said otherwise. */
  readonly timeZone?: string | undefined;
  readonly limits?: EngineLimits | undefined;
  /** Told what is worth knowing and is no error. Nothing is printed unless this does. */
  readonly onNotice?: ((text: string) => void) | undefined;
}

export interface QueryOptions {
  /**
   * Cancels what runs: the call then fails with the code `cancelled`, and the signal's reason as its cause.
   */
  readonly signal?: CancelSignal | undefined;
}

export interface RunOptions extends QueryOptions {
  /** Lists so many keys of each partition, `Infinity` for all; none unless said otherwise. */
  readonly keysPerPartition?: number | undefined;
}

/** What the library needs of an `AbortSignal`; every one of them has it. */
export interface CancelSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
