/**
 * Where a producer's current batch stands in the input; what the map kernel computes positions and offsets
 * from.
 */

import type { WorkUnit } from '../io/source.ts';
import { positionSplitShift } from '../job/job-graph.ts';

export interface BatchPlace {
  /** The position of the batch's first row; 0 behind an exchange. */
  readonly positionBase: bigint;
  /** Added to a record's address, gives its byte offset in the split. */
  readonly offsetBase: bigint;
}

/**
 * The position of a unit's row, counted from 0. Where a unit starts counts bytes or rows, and a row takes at
 * least one of either, so rows of one unit come before the next one's start, however many they are.
 */
export function positionOf(unit: Pick<WorkUnit, 'split' | 'start'>, row: number): bigint {
  return (BigInt(unit.split) << BigInt(positionSplitShift)) + BigInt(unit.start) + BigInt(row);
}
