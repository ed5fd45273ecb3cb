/**
 * What runs together: a statement by itself, or neighbours in the text that read the same relation and are
 * spread alike, over one scan. Neighbours only, so that whatever a statement writes is there for the next.
 */
import type { JobPlan } from '../plan/physical-plan.ts';
import { answersAtEnd, canShareScan, jobPlanOf, shareScan } from '../planner/physical/job-plan.ts';
import type { PlannedJob } from './planned-job.ts';
import { type ResolvedSource, resolveSource } from './resolved-source.ts';

/** Rings of a run that is shared: together they are small beside what one memory holds. */
const ringsMax = 4096;

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

/** The same statement over what lies there now. */
export async function withFreshSources(job: PlannedJob): Promise<PlannedJob> {
  const sources = new Map<string, ResolvedSource>();
  for (const [name, { source }] of job.sources) {
    sources.set(name, await resolveSource(source, source.schema));
  }
  return { ...job, sources };
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
    !group.some((each) => writesInto(each, job)) &&
    [...group, job].reduce((sum, each) => sum + ringCount(each), 0) <= ringsMax &&
    (!job.sink.isInOrder || answersAtEnd(job.physical) || !group.some(({ sink }) => sink.isInOrder))
  );
}

/**
 * Whether one job writes a file that the other may read, which then has to come after it. Goes by the last
 * name that the path read is sure of, as a file or a folder of the path written: a path has many spellings.
 */
function writesInto(writer: PlannedJob, { sources }: PlannedJob): boolean {
  const written = namesOf(writtenPath(writer) ?? '');
  return [...sources.values()].some(({ source }) => {
    const { path } = source.options;
    if (path === undefined || written.length === 0) return false;
    const [fixed = '', ...wild] = path.split(/[*?[{]/);
    const name = namesOf(wild.length > 0 ? fixed.slice(0, fixed.lastIndexOf('/') + 1) : path).at(-1);
    return name === undefined || written.includes(name);
  });
}

/** The file that its rows replace, or go to. */
export function writtenPath({ sink: { spec } }: PlannedJob): string | undefined {
  return spec.connector === 'file' ? spec.options.path : undefined;
}

/** `.` and `..` left out: they are neither files nor folders of their own. */
function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.' && name !== '..');
}

/** At most: from each partition to each other, and to the client. */
function ringCount({ physical: { exchanges, parallelism } }: PlannedJob): number {
  return parallelism.partitions * (1 + exchanges.length * parallelism.partitions);
}
