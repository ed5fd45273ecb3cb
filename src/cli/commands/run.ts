/**
 * `velo run`: runs the statements one after the other, their rows on standard output, all else on standard
 * error.
 */
import { isatty } from 'node:tty';
import { encodeUtf8 } from '../../base/bytes.ts';
import { systemClock } from '../../base/clock.ts';
import { standardOutput } from '../../connectors/descriptor-writer.ts';
import type { ResultFormat } from '../../connectors/stdout/result-writer.ts';
import type { Application, ApplicationRun } from '../../engine/application.ts';
import { printPartitions } from '../../engine/inspect/run-figures.ts';
import { RejectedSamples } from '../../engine/rejected-samples.ts';
import { describeRecord } from '../../runtime/coordinator/bad-record.ts';
import { createClientSink } from '../client-sink.ts';
import { compile } from '../compile.ts';
import { exitCodes } from '../exit-codes.ts';
import { Interruption } from '../interruption.ts';
import { createProgressBar, noProgressBar, type ProgressBar } from '../output/progress-bar.ts';
import { reportFailure } from '../output/report-error.ts';
import { sayError } from '../output/say.ts';
import { describeRun, type FinishedRun } from '../output/summary.ts';
import { type CommonFlags, readSettings } from '../settings.ts';
import { readStatements } from '../statement-text.ts';

export interface RunFlags extends CommonFlags {
  readonly format?: ResultFormat;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

const standardOutputDescriptor = 1;
const standardErrorDescriptor = 2;

export async function run(file: string | undefined, flags: RunFlags): Promise<number> {
  const statements = readStatements(file, flags.execute);
  const settings = await readSettings(flags);
  const isQuiet = flags.quiet ?? false;
  const isTerminal = isatty(standardOutputDescriptor);
  const bar = openProgressBar(isQuiet);
  const say = (text: string): void => {
    bar.clear();
    if (!isQuiet) sayError(`${text}\n`);
  };
  const rejected = new RejectedSamples();
  const interruption = new Interruption(() => say('stopping; Ctrl-C once more ends at once'));
  let code: number = exitCodes.invalid;
  try {
    const application = await compile(statements, {
      settings,
      client: createClientSink({
        format: flags.format ?? (isTerminal ? 'table' : 'jsonl'),
        widthMax: isTerminal ? process.stdout.columns || undefined : undefined,
        beforeWrite: () => bar.clear(),
      }),
      onNotice: say,
      onRejected: (record) => rejected.add(record),
    });
    return await runApplication(application, {
      bar,
      interruption,
      say,
      rejected,
      isVerbose: flags.verbose ?? false,
      onStarted: () => {
        code = exitCodes.failed;
      },
    });
  } catch (error) {
    bar.stop();
    return reportFailure(error, code, statements.name);
  } finally {
    interruption.close();
  }
}

interface RunContext {
  readonly bar: ProgressBar;
  readonly interruption: Interruption;
  readonly say: (text: string) => void;
  readonly rejected: RejectedSamples;
  /** What each partition did is told, too. */
  readonly isVerbose: boolean;
  /** A job runs: what goes wrong from now on is no matter of the statements. */
  readonly onStarted: () => void;
}

async function runApplication(application: Application, context: RunContext): Promise<number> {
  const { interruption, say, rejected, bar } = context;
  const startMillis = systemClock.monotonicMillis();
  const finished: FinishedRun[] = [];
  for (const step of application.steps) {
    if (interruption.exitCode !== undefined) break;
    if (step.kind === 'run') finished.push(await runTogether(step, context));
    else {
      context.onStarted();
      await standardOutput.write(encodeUtf8(`${(await step.explain()).trimEnd()}\n`));
    }
  }
  bar.stop();
  for (const sample of rejected.take()) say(`skipped: ${describeRecord(sample)}`);
  if (finished.length > 0) say(describeRun(finished, systemClock.monotonicMillis() - startMillis));
  if (context.isVerbose) {
    for (const { summary } of finished) say(printPartitions(summary.progress).join('\n'));
  }
  return interruption.exitCode ?? exitCodes.ok;
}

async function runTogether(run: ApplicationRun, context: RunContext): Promise<FinishedRun> {
  const running = await run.start();
  context.onStarted();
  context.interruption.watch(running);
  context.bar.show({ progress: () => running.progress(), inputBytes: run.inputBytes });
  try {
    return { spreads: run.jobs.map(({ parallelism }) => parallelism), summary: await running.done };
  } finally {
    context.bar.stop();
    context.interruption.watch(undefined);
  }
}

function openProgressBar(isQuiet: boolean): ProgressBar {
  if (isQuiet || !isatty(standardErrorDescriptor)) return noProgressBar;
  return createProgressBar(sayError, () => process.stderr.columns || 80);
}
