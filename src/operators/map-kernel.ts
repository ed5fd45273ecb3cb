/**
 * The map kernel of a stage as operators call it: filter and projection over the batch, rows into the output.
 *
 *   map_reset()             the batch before is done with: strings made for it, by the scan or by
 *                           expressions, are given up; called before the producer's next step
 *   map_start(rows, p, o)   a new batch; p is the position of its first row, o added to a record's
 *                           address its byte offset
 *   map_step() -> i32       goes on; -1: all rows done; d >= 0: destination d is full; -2 - d: the next
 *                           row is larger than an empty page of destination d
 *   map_rows_out            global i64: rows that passed, since the start
 *   map_error_count         global i32: entries of the evaluation-error list for this batch
 */
import type { Kernel } from '../wasm/instantiate.ts';

export const mapDone = -1;
/** Answers at or below this name a destination whose page is too small for one row: index = -2 - answer. */
export const mapOversized = -2;

/** One entry of the evaluation-error list: u32 row of the batch, u32 index in `evaluationErrors`. */
export const evaluationErrorBytes = 8;

export interface MapKernel {
  reset(): void;
  start(rows: number, positionBase: bigint, offsetBase: bigint): void;
  step(): number;
  /** Rows that passed the filter since the job started. */
  rowsOut(): bigint;
  errorCount(): number;
}

export function bindMapKernel(kernel: Kernel): MapKernel {
  const rowsOut = kernel.exports.map_rows_out as WebAssembly.Global;
  const errorCount = kernel.exports.map_error_count as WebAssembly.Global;
  return {
    reset: kernel.exports.map_reset as MapKernel['reset'],
    start: kernel.exports.map_start as MapKernel['start'],
    step: kernel.exports.map_step as MapKernel['step'],
    rowsOut: () => rowsOut.value as bigint,
    errorCount: () => errorCount.value as number,
  };
}
