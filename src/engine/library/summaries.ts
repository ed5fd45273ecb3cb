/** What a program is told of statements that ran. Plain data; times are milliseconds. */

import type { BackpressureState } from '../../runtime/coordinator/backpressure.ts';
import type { BadRecord } from '../../runtime/coordinator/bad-record.ts';
import type { Row } from '../result-rows.ts';

/** What a statement did. Statements that share a scan share its counts and their times, too. */
export interface StatementSummary {
  /** The stream that was written, or `query_1`, `query_2`, ... */
  readonly name: string;
  readonly recordsRead: number;
  readonly rowsWritten: number;
  /** Records that were skipped or went to the dead letters. */
  readonly badRecords: number;
  /** The first few of them, in the order of the input. */
  readonly badRecordSamples: readonly BadRecord[];
  readonly elapsedMillis: number;
  readonly partitions: readonly PartitionSummary[];
}

/** What one partition, a worker thread with a state of its own, did. */
export interface PartitionSummary {
  readonly partition: number;
  readonly recordsRead: number;
  /** Groups that it owned at the end, of all statements that ran together. */
  readonly groups: number;
  /** Keys of the outermost GROUP BY that it owns, as many as were asked for. */
  readonly keys: readonly Row[];
  readonly busyMillis: number;
  /** How long its rows had to wait for partitions that were behind. */
  readonly blockedMillis: number;
  /** How full the fullest queue to this partition was at its worst, 0 to 1. */
  readonly queueUtilizationMax: number;
  readonly backpressureMax: BackpressureState;
}
