/** What each partition of a finished statement did, and which keys it owns, for a program. */
import type { JobSummary } from '../../runtime/coordinator/coordinator.ts';
import type { ApplicationJob } from '../application.ts';
import { parseRows } from '../result-rows.ts';
import type { PartitionSummary } from './summaries.ts';

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
