/** What each partition of a finished statement did, and which keys it owns, for a program. */
import type { JobSummary } from '../../runtime/coordinator/coordinator.ts';
import type { BackpressureState } from '../../runtime/coordinator/job-progress.ts';
import type { ApplicationJob } from '../application.ts';
import { parseRows, type Row } from '../result-rows.ts';

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

/** `firstStage`: where the job's stages begin in the run that the summary is of. */
export function describePartitions(
  { keys: keySchema }: ApplicationJob,
  firstStage: number,
  summary: JobSummary,
): readonly PartitionSummary[] {
  const keyStage = keySchema === undefined ? undefined : firstStage + keySchema.stage;
  return summary.progress.partitions.map((progress) => {
    const { partition, counters, utilizationMax, backpressureMax } = progress;
    const owned = summary.ownedKeys.filter((some) => some.partition === partition && some.stage === keyStage);
    return {
      partition,
      recordsRead: counters.recordsRead,
      groups: counters.groups,
      keys: owned.flatMap(({ keys }) => parseRows(keys.join('\n'), keySchema?.schema ?? [])),
      busyMillis: counters.busyMicros / 1000,
      blockedMillis: counters.blockedMicros / 1000,
      queueUtilizationMax: utilizationMax,
      backpressureMax,
    };
  });
}
