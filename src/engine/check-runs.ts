/**
 * What the statements of a text must not do to each other: read twice what is there once, replace each
 * other's files, or have dead letters where rows are.
 */
import { VelostreamError } from '../base/error.ts';
import { isDirect } from '../connectors/file/direct-output.ts';
import { fileIdentity } from '../connectors/file/file-identity.ts';
import type { PlannedJob } from './planned-job.ts';
import { type PlannedRun, writtenPath } from './planned-run.ts';
import type { ScriptProblems, Subject } from './script-problems.ts';

export interface RunsOfText {
  readonly runs: readonly PlannedRun[];
  /** The statements themselves came from standard input. */
  readonly isStandardInputTaken: boolean;
}

export async function checkRuns(
  { runs, isStandardInputTaken }: RunsOfText,
  problems: ScriptProblems,
): Promise<void> {
  const anywhere: Subject = { relation: '', role: 'sink' };
  await problems.attempt(anywhere, () => checkReadOnce(runs, isStandardInputTaken));
  await problems.attempt(anywhere, () => checkWrittenOnce(runs));
  await checkDeadLetters(runs, problems);
}

/** What can be read once is there for one run, and not where the statements themselves came from there. */
function checkReadOnce(runs: readonly PlannedRun[], isTaken: boolean): void {
  const [taken, second] = runs.filter(({ first }) =>
    [...first.sources.values()].some(({ plan }) => plan.isReadOnce ?? false),
  );
  if (taken !== undefined && isTaken) {
    throw new VelostreamError('standard input can be read once', {
      code: 'sql_invalid_option',
      detail: `The statements came from it, and nothing is left for "${taken.first.name}" to read.`,
      hint: 'Give the statements as a file or an argument.',
      position: taken.first.span,
    });
  }
  if (taken === undefined || second === undefined) return;
  throw new VelostreamError('standard input can be read once', {
    code: 'sql_invalid_option',
    detail: `"${taken.first.name}" reads it to its end; "${second.first.name}" cannot share the reading.`,
    hint: 'Side by side they share it, but for a LIMIT without ORDER BY, and single rows behind a result.',
    position: second.first.span,
  });
}

/** A file is replaced by what one statement writes, so a second one would take the first one's rows away. */
function checkWrittenOnce(runs: readonly PlannedRun[]): void {
  const written = new Set<string>();
  for (const job of runs.flatMap(({ jobs }) => jobs)) {
    const path = writtenPath(job);
    if (path === undefined || isDirect(path)) continue;
    const file = fileIdentity(path);
    if (written.has(file)) {
      throw new VelostreamError(`two statements write the file "${path}"`, {
        code: 'sql_invalid_option',
        detail: 'Each of them would replace what the other wrote.',
        hint: 'Write it with one statement, or each into a file of its own and read them together.',
        position: job.span,
      });
    }
    written.add(file);
  }
}

/** Dead letters would be lost in a file that is replaced, and be read as records in one that is read. */
async function checkDeadLetters(runs: readonly PlannedRun[], problems: ScriptProblems): Promise<void> {
  const jobs = runs.flatMap((run) => run.jobs);
  const sources = jobs.flatMap((job) => [...job.sources.values()].map(({ source }) => source));
  const dying = sources.filter(({ onError }) => onError.deadLetterPath !== undefined);
  if (dying.length === 0) return;
  const used = filesOf(jobs);
  for (const { relation, onError } of dying) {
    const { deadLetterPath = '' } = onError;
    const use = used.get(fileIdentity(deadLetterPath));
    if (use === undefined) continue;
    await problems.attempt({ relation, role: 'source' }, () => {
      throw new VelostreamError(`the dead letters of "${relation}" cannot be in a file that ${use}`, {
        code: 'sql_invalid_option',
        option: 'dead_letter_path',
      });
    });
  }
}

/** By their identities: who reads or writes them. */
function filesOf(jobs: readonly PlannedJob[]): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const { source, plan } of jobs.flatMap((job) => [...job.sources.values()])) {
    if (source.connector !== 'file') continue;
    const names = new Set(plan.units.map(({ name }) => name));
    for (const name of names) files.set(fileIdentity(name), `"${source.relation}" reads`);
  }
  for (const job of jobs) {
    const path = writtenPath(job);
    if (path !== undefined && !isDirect(path)) files.set(fileIdentity(path), `"${job.name}" writes`);
  }
  return files;
}
