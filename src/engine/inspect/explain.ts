/** What EXPLAIN prints: the plans as the planner tells them, the kernels, and the figures of a run. */
import { nowhere } from '../../io/sink.ts';
import type { ExplainOptions } from '../../plan/bound-script.ts';
import { explainPlans } from '../../planner/explain.ts';
import type { EngineOptions } from '../engine-options.ts';
import type { PlannedJob } from '../planned-job.ts';
import { runOf } from '../planned-run.ts';
import { compileRun, sinksOf, startRun } from '../start-job.ts';
import { printFigures } from './run-figures.ts';

export async function explainJob(
  planned: PlannedJob,
  options: EngineOptions,
  explain: ExplainOptions,
): Promise<string> {
  const parts = [explainPlans(planned, explain.verbose)];
  if (explain.kernels) {
    const run = runOf(planned);
    const compiled = compileRun(run, sinksOf(run), options);
    parts.push(...compiled.texts().map(({ name, text }) => `Kernel ${name}\n${indent(text)}`));
  }
  if (explain.analyze) parts.push(`Run\n${indent(await analyse(planned, options, explain.verbose))}`);
  return `${parts.join('\n\n')}\n`;
}

/** Keys that are shown for each partition, and with VERBOSE. */
const keysMax = { usual: 3, verbose: 1000 };

/** Runs the job as it would run, but drops its rows when they are formatted. */
async function analyse(planned: PlannedJob, options: EngineOptions, isVerbose: boolean): Promise<string> {
  const inspection = { operators: true, keysMax: isVerbose ? keysMax.verbose : keysMax.usual };
  const run = runOf(planned);
  const sinks = sinksOf(run);
  const isSilentClient = planned.target === undefined && sinks[0]?.rowFormat === 'none';
  const job = await startRun(
    run,
    { ...options, inspection },
    sinks.map((sink) => ({
      ...sink,
      rowFormat: isSilentClient ? 'jsonl' : sink.rowFormat,
      create: async () => nowhere,
    })),
  );
  return printFigures(planned, await job.done);
}

function indent(text: string): string {
  return text.trimEnd().replaceAll(/^/gm, '  ');
}
