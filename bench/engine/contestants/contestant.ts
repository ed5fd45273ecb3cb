/** Somebody who can answer a scenario's query: timed alone, then asked for the rows, which are checked. */
import { othersShare, readUsage } from '../../spike/quiet.ts';
import type { Cell, Scenario } from '../scenarios/scenario.ts';

export interface Contestant {
  readonly name: string;
  readonly threads: number;
  /** Takes no part in more rounds than this, and is not warmed up, where it is slow. */
  readonly roundsMax?: number;
  /** Answers nothing; only how long it takes is of interest. */
  readonly isYardstick?: boolean;
  /** Runs the query; the time until it settles is what counts. */
  run(scenario: Scenario): Promise<Outcome>;
}

export interface Outcome {
  readonly rows: (row: (cells: readonly Cell[]) => void) => void;
  readonly notes?: Readonly<Record<string, number>>;
}

export interface Sample {
  readonly millis: number;
  /** Processor time of this whole process, all threads. */
  readonly cpuMillis: number;
  /** What others used of the machine meanwhile, 0 to 1. */
  readonly othersShare: number;
  readonly notes: Readonly<Record<string, number>>;
}

/** One run, its answer checked; throws where a row is wrong. */
export async function takeSample(contestant: Contestant, scenario: Scenario): Promise<Sample> {
  globalThis.gc?.();
  const usage = readUsage();
  const before = process.cpuUsage();
  const started = performance.now();
  const outcome = await contestant.run(scenario);
  const millis = performance.now() - started;
  const { user, system } = process.cpuUsage(before);
  const share = othersShare(usage);
  if (!contestant.isYardstick) {
    const check = scenario.check();
    outcome.rows(check.row);
    check.end();
  }
  return { millis, cpuMillis: (user + system) / 1000, othersShare: share, notes: outcome.notes ?? {} };
}
