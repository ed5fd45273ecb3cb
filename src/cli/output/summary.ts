/** What a run did, on one line: how much, how fast, how it was spread and why. */
import type { Parallelism } from '../../plan/architecture.ts';
import type { JobSummary } from '../../runtime/coordinator/coordinator.ts';
import { printCount, printDuration, printNoun, printRate } from './quantity.ts';

/** Statements that ran together. */
export interface FinishedRun {
  /** Of each statement. */
  readonly spreads: readonly Parallelism[];
  readonly summary: JobSummary;
}

export function describeRun(runs: readonly FinishedRun[], elapsedMillis: number): string {
  const sum = (name: 'recordsRead' | 'rowsWritten' | 'badRecords'): number =>
    runs.reduce((total, { summary }) => total + summary.progress.total[name], 0);
  const records = sum('recordsRead');
  // Runs come one after the other, so their times add up to what the rate is of.
  const millis = runs.reduce((total, { summary }) => total + summary.progress.elapsedMillis, 0);
  const perSecond = (records * 1000) / Math.max(1, millis);
  const what = records > 0 ? printNoun(records, 'record') : printNoun(sum('rowsWritten'), 'row');
  const parts = [`${what} in ${printDuration(elapsedMillis)}`];
  const statements = runs.reduce((count, { spreads }) => count + spreads.length, 0);
  if (statements > 1) parts[0] += ` by ${statements} statements`;
  if (records > 0) parts.push(`${printRate(perSecond)} records/s`);
  const skipped = sum('badRecords');
  if (skipped > 0) parts.push(`${printCount(skipped)} skipped`);
  if (runs.some(({ summary }) => !summary.isComplete)) parts.push('interrupted');
  return [...parts, ...describeParallelism(runs)].join(', ');
}

/** `2 partitions, partitioned (GROUP BY on 2 cores)`; where statements differ, each kind once. */
function describeParallelism(runs: readonly FinishedRun[]): readonly string[] {
  const kinds = runs
    .flatMap(({ spreads }) => spreads)
    .map(({ partitions, architecture, reason }) => {
      return `${printNoun(partitions, 'partition')}, ${architecture} (${reason})`;
    });
  return [[...new Set(kinds)].join('; ')].filter((text) => text !== '');
}
