/**
 * What every map kernel gives: the rows of a batch filtered, projected and put where the stage's output says.
 * It stops at a row that does not go out and resumes there.
 *
 * Exports of a module with a map:
 *   map_reset()
 *     The batch before is done with: strings made for it, by the scan or by expressions, are given up; called
 *     before the producer's next step.
 *   map_start(rows: i32, p: i64, o: i64)
 *     A new batch; p is the position of its first row, o added to a record's address its byte offset.
 *   map_step() -> i32: goes on; answers as `putStatus` says.
 *   map_rows_out: global i64: rows that passed, since the start.
 *   map_error_count: global i32: how many entries of the evaluation-error list are valid for this batch.
 */

/**
 * What putting rows out answers: a map step and the drain of a group table for all rows that are left, the
 * append to a page for one. A number from 0 on is the destination whose page is full.
 */
export const putStatus = {
  /** All went. */
  done: -1,
  /** This or below: the row is larger than an empty page of destination `oversized - status`. */
  oversized: -2,
} as const;

/** One entry of the evaluation-error list: u32 row of the batch, u32 place in `evaluationErrorTexts`. */
export const evaluationErrorLog2 = 3;
export const evaluationErrorBytes: number = 1 << evaluationErrorLog2;
export const evaluationErrorCodeOffset = 4;
