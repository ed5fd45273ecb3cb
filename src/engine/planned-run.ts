/**
 * What runs together: a statement by itself, or neighbours in the text that read the same relation and are
 * spread alike, over one scan. Neighbours only, so that whatever a statement writes is there for the next.
 */
import { VelostreamError } from '../base/error.ts';
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

/** What can be read once is there for one run, and not where the statements themselves came from there. */
export function checkReadOnce(runs: readonly PlannedRun[], isTaken: boolean): void {
  const [taken, second] = runs.filter(({ first }) =>
    [...first.sources.values()].some(({ plan }) => plan.isReadOnce ?? false),
  );
  if (taken !== undefined && isTaken) {
    throw new VelostreamError('standard input can be read once', {
      code: 'sql_invalid_option',
      detail: `The statements came from it, and nothing is left for "${taken.first.name}" to read.`,
      hint: 'Give the statements as a file or an argument.',
    });
  }
  if (taken === undefined || second === undefined) return;
  throw new VelostreamError('standard input can be read once', {
    code: 'sql_invalid_option',
    detail: `"${taken.first.name}" reads it to its end; "${second.first.name}" cannot share the reading.`,
    hint: 'Side by side they share it, but for a LIMIT without ORDER BY, and single rows behind a result.',
  });
}

/** A file is replaced by what one statement writes, so a second one would take the first one's rows away. */
export function checkWrittenOnce(runs: readonly PlannedRun[]): void {
  const written = new Set<string>();
  for (const job of runs.flatMap(({ jobs }) => jobs)) {
    const path = writtenPath(job);
    if (path === undefined) continue;
    const file = (path.startsWith('/') ? '/' : '') + namesOf(path).join('/');
    if (written.has(file)) {
      throw new VelostreamError(`two statements write the file "${path}"`, {
        code: 'sql_invalid_option',
        detail: 'Each of them would replace what the other wrote.',
        hint: 'Write it with one statement, or each into a file of its own and read them together.',
      });
    }
    written.add(file);
  }
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

function writtenPath({ sink: { spec } }: PlannedJob): string | undefined {
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
