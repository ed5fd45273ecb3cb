/** What a run did, on one line: how much, how fast, how it was spread and why. */
import type { Parallelism } from '../../plan/architecture.ts';
import type { JobSummary } from '../../runtime/coordinator/coordinator.ts';
import { printCount, printDuration, printNoun, printRate } from './quantity.ts';

export interface FinishedJob {
  readonly parallelism: Parallelism;
  readonly summary: JobSummary;
}

export function describeRun(jobs: readonly FinishedJob[], elapsedMillis: number): string {
  const sum = (name: 'recordsRead' | 'rowsWritten' | 'badRecords'): number =>
    jobs.reduce((total, { summary }) => total + summary.progress.total[name], 0);
  const records = sum('recordsRead');
  // Several statements run one after the other, so their times add up to what the rate is of.
  const millis = jobs.reduce((total, { summary }) => total + summary.progress.elapsedMillis, 0);
  const perSecond = (records * 1000) / Math.max(1, millis);
  const what = records > 0 ? printNoun(records, 'record') : printNoun(sum('rowsWritten'), 'row');
  const parts = [`${what} in ${printDuration(elapsedMillis)}`];
  if (jobs.length > 1) parts[0] += ` by ${jobs.length} statements`;
  if (records > 0) parts.push(`${printRate(perSecond)} records/s`);
  const skipped = sum('badRecords');
  if (skipped > 0) parts.push(`${printCount(skipped)} skipped`);
  if (jobs.some(({ summary }) => !summary.isComplete)) parts.push('interrupted');
  return [...parts, ...describeParallelism(jobs)].join(', ');
}

/** `2 partitions, partitioned (GROUP BY on 2 cores)`; where statements differ, each kind once. */
function describeParallelism(jobs: readonly FinishedJob[]): readonly string[] {
  const kinds = jobs.map(({ parallelism: { partitions, architecture, reason } }) => {
    return `${printNoun(partitions, 'partition')}, ${architecture} (${reason})`;
  });
  return [[...new Set(kinds)].join('; ')].filter((text) => text !== '');
}
