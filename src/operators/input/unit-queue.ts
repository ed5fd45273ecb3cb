/** How a source task gets its work: units in ascending order, each to one task, and what units hand on. */
import type { WorkUnit } from '../../io/source.ts';

export interface TakenUnit {
  /** Its place in the order of all units. */
  readonly index: number;
  readonly unit: WorkUnit;
}

/**
 * What a unit publishes that will not be read, and neither will those behind it: reading was stopped, failed
 * before it, or has enough rows.
 */
export const abandonedUnit = 3;

export interface UnitQueue {
  /** The next unit for this task; undefined when there is none (left). */
  take(): TakenUnit | undefined;
  /** The job was asked to read no further: a unit without an end is done where it is. */
  readonly isStopping: boolean;
  /** Publishes what the successor of unit `index` needs to know: a small number, not 0. */
  publish(index: number, state: number): void;
  /** What unit `index` published; 0 while it has not. */
  stateOf(index: number): number;
  /** This task takes no more units; those that only it could take are abandoned. */
  close(): void;
}

/** What a task reports about records that it could not use. */
export interface RejectedRecord {
  readonly unitIndex: number;
  readonly unit: WorkUnit;
  /** Where it is in the split, in the unit's own measure: bytes, or rows. */
  readonly offset: number;
  readonly measure: 'byte' | 'row';
  /** It was read, but an expression failed on its values. */
  readonly wasRead: boolean;
  /** The line it is on, from 1; the coordinator finds it where the split can be read again. */
  readonly line?: number | undefined;
  /** The record's bytes; a copy. */
  readonly payload: Uint8Array;
  /** They are only its first ones: it is too long to be kept. */
  readonly isCut?: boolean;
  readonly reason: string;
  /** The column it happened in, where that is known. */
  readonly column: string | undefined;
}

/**
 * Decides what becomes of a rejected record: counts it, and throws `record_rejected` where the job must fail.
 */
export type RejectRecord = (record: RejectedRecord) => void;
