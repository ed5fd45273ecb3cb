/** The pipelines that are compared, as variations of the default. */

import type { Case, Sample } from './measure.ts';
import { defaultSpec, type JobResult, type JobSpec, runJob, type Shape } from './pipeline/job.ts';

export type Variation = Partial<Omit<JobSpec, 'file' | 'partitionCount' | 'shape'>>;

/** A run over untouched memory, then one over the same memory; both count all records. */
export function jobCase(
  name: string,
  file: { readonly path: string; readonly recordCount: number },
  partitionCount: number,
  shape: Shape,
  variation: Variation = {},
): Case {
  const spec: JobSpec = { ...defaultSpec, ...variation, file: file.path, partitionCount, shape };
  return {
    name,
    run: async (): Promise<Sample> => {
      const [cold, warm] = await runJob(spec, 2);
      for (const result of [cold!, warm!]) {
        if (result.records !== file.recordCount) throw new Error(`${name}: ${result.records} records`);
      }
      const cpuMillis = warm!.workers.reduce((sum, { stats }) => sum + stats.cpuMillis, 0);
      return { millis: warm!.millis, coldMillis: cold!.millis, cpuMillis, notes: notesOf(warm!) };
    },
  };
}

/** Sums over the workers: milliseconds of each phase, pages and rows sent, parks and sleeps. */
function notesOf(result: JobResult): Record<string, number> {
  const notes: Record<string, number> = {};
  for (const { stats } of result.workers) {
    const { pagesSent, rowsSent, parks, sleeps, steps } = stats;
    const all = { ...stats.millis, pagesSent, rowsSent, parks, sleeps, steps };
    for (const [key, value] of Object.entries(all)) notes[key] = (notes[key] ?? 0) + value;
  }
  return notes;
}
