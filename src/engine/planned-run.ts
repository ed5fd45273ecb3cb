/**
 * What runs together: a statement by itself, or neighbours in the text that read the same relation and are
 * spread alike, over one scan. Neighbours only, so that whatever a statement writes is there for the next.
 */
import type { JobPlan } from '../plan/physical-plan.ts';
import { answersAtEnd, canShareScan, jobPlanOf, shareScan } from '../planner/physical/job-plan.ts';
import type { PlannedJob } from './planned-job.ts';

export interface PlannedRun {
  readonly plan: JobPlan;
  readonly first: PlannedJob;
  /** One for each result of the plan. */
  readonly jobs: readonly PlannedJob[];
}

export function runOf(job: PlannedJob): PlannedRun {
  return { plan: jobPlanOf(job.physical), first: job, jobs: [job] };
}

export function shareRuns(jobs: readonly PlannedJob[]): readonly PlannedRun[] {
  const groups: [PlannedJob, ...PlannedJob[]][] = [];
  for (const job of jobs) {
    const last = groups.at(-1);
    if (last !== undefined && canJoin(last, job)) last.push(job);
    else groups.push([job]);
  }
  return groups.map((group) => {
    const [first] = group;
    if (group.length === 1) return runOf(first);
    return { plan: shareScan(group.map(({ physical }) => physical)), first, jobs: group };
  });
}

/**
 * Rows of a result in order wait until the results before it are out. They must not wait in the middle of
 * the scan that those come from: they have to come at its end.
 */
function canJoin(group: readonly [PlannedJob, ...PlannedJob[]], job: PlannedJob): boolean {
  const [first] = group;
  return (
    canShareScan(first.physical, job.physical) &&
    [first, job].every(({ onPartitionFailure }) => onPartitionFailure === 'fail') &&
    (!job.isInOrder || answersAtEnd(job.physical) || !group.some(({ isInOrder }) => isInOrder))
  );
}
