/** Sends probes and load through a named pipe, and says how long each probe took to be answered. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { GeneratorPlan, GeneratorReport } from './latency-generator.ts';
import type { Answers, Way } from './latency-ways.ts';

export interface ProbeTimes {
  /** From when a probe was due until its answer was there. */
  readonly latencyMicros: readonly number[];
  /** How much later than due its write began. */
  readonly lateMicros: readonly number[];
  readonly loadPerSecond: number;
}

/** The first quarter of the probes warms up and is not counted. */
export async function probe(way: Way, plan: Omit<GeneratorPlan, 'pipe'>): Promise<ProbeTimes> {
  const folder = mkdtempSync(join(tmpdir(), 'velostream-latency-'));
  const pipe = join(folder, 'records');
  execFileSync('mkfifo', [pipe]);
  const opened = await way(pipe);
  try {
    const workerData: GeneratorPlan = { ...plan, pipe };
    const generator = new Worker(new URL('./latency-generator.ts', import.meta.url), { workerData });
    const [report] = (await once(generator, 'message')) as [GeneratorReport];
    await opened.ended;
    return timesOf(report, opened.answers);
  } catch (error) {
    opened.abandon();
    throw error;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function timesOf(report: GeneratorReport, answers: Answers): ProbeTimes {
  const { dueNanos, lateNanos, loadRecords, nanos } = report;
  if (answers.size !== dueNanos.length)
    throw new Error(`latency: ${dueNanos.length} probes, ${answers.size} answers`);
  const latencyMicros: number[] = [];
  const lateMicros: number[] = [];
  for (let i = dueNanos.length >> 2; i < dueNanos.length; i++) {
    const at = answers.get(i + 1);
    if (at === undefined) throw new Error(`latency: probe ${i + 1} was not answered`);
    latencyMicros.push(Number(at - dueNanos[i]!) / 1000);
    lateMicros.push(Number(lateNanos[i]!) / 1000);
  }
  return { latencyMicros, lateMicros, loadPerSecond: (loadRecords * 1e9) / Number(nanos) };
}
