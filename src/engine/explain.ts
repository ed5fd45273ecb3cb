/** What EXPLAIN prints: the plans as the planner tells them, the kernels, and the figures of a run. */
import type { ExplainOptions } from '../plan/bound-script.ts';
import { explainPlans } from '../planner/explain.ts';
import type { JobProgress } from '../runtime/coordinator/job-progress.ts';
import type { EngineOptions } from './engine-options.ts';
import type { PlannedJob } from './planned-job.ts';
import { compilePlanned, openSink, startPlannedJob } from './start-job.ts';

export async function explainJob(
  planned: PlannedJob,
  options: EngineOptions,
  explain: ExplainOptions,
): Promise<string> {
  const parts = [explainPlans(planned)];
  if (explain.kernels) {
    const compiled = compilePlanned(planned, await openSink(planned, options), options);
    parts.push(...compiled.texts().map(({ name, text }) => `Kernel ${name}\n${indent(text)}`));
  }
  if (explain.analyze) parts.push(`Run\n${indent(await analyse(planned, options))}`);
  return `${parts.join('\n\n')}\n`;
}

/** Runs the job, dropping its rows, and prints rows and time of each stage in each partition. */
async function analyse(planned: PlannedJob, options: EngineOptions): Promise<string> {
  const nowhere = { open: done, write: done, commit: done, abort: done };
  const client = { rowFormat: 'none' as const, create: async () => nowhere };
  const job = await startPlannedJob({ ...planned, target: undefined }, { ...options, client });
  const { progress } = await job.done;
  return printFigures(planned, progress);
}

async function done(): Promise<void> {}

function printFigures(planned: PlannedJob, progress: JobProgress): string {
  const lines = [`total: ${progress.total.recordsRead} records in ${progress.elapsedMillis.toFixed(1)} ms`];
  for (const stage of planned.physical.stages) {
    lines.push(`stage ${stage.name}`);
    for (const { partition, stages } of progress.partitions) {
      const figures = stages[stage.id];
      if (figures === undefined || figures.batches === 0) continue;
      const { rowsIn, rowsOut, micros } = figures;
      lines.push(
        `  partition ${partition}: ${rowsIn} rows in, ${rowsOut} out, ${(micros / 1000).toFixed(1)} ms`,
      );
    }
  }
  return lines.join('\n');
}

function indent(text: string): string {
  return text.trimEnd().replaceAll(/^/gm, '  ');
}
