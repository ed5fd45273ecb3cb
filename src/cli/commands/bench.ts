/**
 * `velo bench`: runs every SELECT several times, counts its rows and drops them, and prints records per
 * second. Times are from the start of the job to its end: threads are started and files are read anew in
 * every run. Statements that write somewhere are left out, because running them again would write again.
 */
import { encodeUtf8 } from '../../base/bytes.ts';
import { VelostreamError } from '../../base/error.ts';
import { standardOutput } from '../../connectors/descriptor-writer.ts';
import type { ApplicationJob } from '../../engine/application.ts';
import { silentClient } from '../../engine/engine-options.ts';
import type { JobSummary } from '../../runtime/coordinator/coordinator.ts';
import { compile } from '../compile.ts';
import { exitCodes } from '../exit-codes.ts';
import { printDuration, printNoun, printRate } from '../output/quantity.ts';
import { reportFailure } from '../output/report-error.ts';
import { sayError } from '../output/say.ts';
import { type CommonFlags, readSettings } from '../settings.ts';
import { readStatements } from '../statement-text.ts';

export interface BenchFlags extends CommonFlags {
  readonly runs: number;
  readonly warmup: number;
}

export async function bench(file: string | undefined, flags: BenchFlags): Promise<number> {
  const statements = readStatements(file, flags.execute);
  const settings = await readSettings(flags);
  let code: number = exitCodes.invalid;
  try {
    const application = await compile(statements, {
      settings,
      client: silentClient,
      onNotice: (text) => sayError(`${text}\n`),
    });
    for (const job of application.jobs) {
      if (job.kind === 'job') sayError(`${job.name} writes to a stream and is left out\n`);
      if (job.kind !== 'query') continue;
      code = exitCodes.failed;
      await print(await measure(job, flags));
    }
    return exitCodes.ok;
  } catch (error) {
    return reportFailure(error, code, statements.name);
  }
}

async function measure(job: ApplicationJob, flags: BenchFlags): Promise<string> {
  const runs: JobSummary[] = [];
  for (let i = 0; i < flags.warmup + flags.runs; i++) {
    runs.push(await (await job.start()).done);
    checkSameInput(job.name, runs);
  }
  return describeRuns(job, runs.slice(flags.warmup));
}

function checkSameInput(name: string, runs: readonly JobSummary[]): void {
  const [first, last] = [runs[0], runs.at(-1)].map((run) => run?.progress.total.recordsRead);
  if (first === last) return;
  throw new VelostreamError(`${name} read ${first} records in its first run and ${last} in a later one`, {
    code: 'source_unavailable',
    hint: 'Measure over input that stays: standard input and pipes can be read only once.',
  });
}

function describeRuns(
  job: Pick<ApplicationJob, 'name' | 'parallelism'>,
  runs: readonly JobSummary[],
): string {
  const millis = runs.map(({ progress }) => progress.elapsedMillis).sort((a, b) => a - b);
  const total = runs[0]?.progress.total;
  const records = total?.recordsRead ?? 0;
  const { partitions, architecture, reason } = job.parallelism;
  const rateOf = (elapsed: number): string =>
    `${printRate((records * 1000) / Math.max(0.001, elapsed))} records/s`;
  const [best = 0, median = 0, worst = 0] = [millis[0], medianOf(millis), millis.at(-1)];
  return [
    `${job.name}: ${printNoun(records, 'record')}, ${printNoun(total?.rowsWritten ?? 0, 'row')}`,
    `  ${printNoun(partitions, 'partition')}, ${architecture} (${reason})`,
    `  median ${rateOf(median)} (${printDuration(median)}), best ${rateOf(best)}, worst ${rateOf(worst)}`,
    `  ${printNoun(runs.length, 'run')}`,
    '',
  ].join('\n');
}

function medianOf(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}

function print(text: string): Promise<void> {
  return standardOutput.write(encodeUtf8(text));
}
