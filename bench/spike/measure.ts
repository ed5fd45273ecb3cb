/**
 * Interleaved rounds: every case once a round, in order, so that a slow minute hits all alike. A sample
 * counts only if nothing else used more than a tenth of the machine meanwhile; rounds go on, within limits,
 * until there are enough.
 */
import { othersShare, readUsage } from './quiet.ts';

export interface Sample {
  readonly millis: number;
  /** The first pass over untouched memory, where a case has one. */
  readonly coldMillis?: number;
  /** Processor time of all workers together. */
  readonly cpuMillis?: number;
  /** Per-phase times and the like, from the last round. */
  readonly notes?: Readonly<Record<string, number>>;
}

export interface Case {
  readonly name: string;
  /** A slow case may sit out some rounds. */
  readonly roundsMax?: number;
  run(): Promise<Sample>;
}

export interface Measured {
  readonly name: string;
  readonly millis: number;
  readonly bestMillis: number;
  readonly coldMillis: number | undefined;
  /** The least of all runs. */
  readonly cpuMillis: number | undefined;
  /** The first case's median time over this one's. */
  readonly ratio: number;
  readonly quietCount: number;
  readonly notes: Readonly<Record<string, number>>;
}

const othersShareMax = 0.1;
/** Rounds end when the machine never gets quiet; then the quietest samples count. */
const roundsFactorMax = 2;

interface Shared {
  readonly sample: Sample;
  readonly share: number;
}

export async function measure(cases: readonly Case[], rounds: number): Promise<Measured[]> {
  const taken: Shared[][] = cases.map(() => []);
  const isMissing = (i: number) => countQuiet(taken[i]!) < Math.min(rounds, cases[i]!.roundsMax ?? rounds);
  const roundsMax = rounds > 1 ? rounds * roundsFactorMax : 1;
  for (let round = 0; round < roundsMax; round++) {
    for (const [i, each] of cases.entries()) {
      if (!isMissing(i)) continue;
      const before = readUsage();
      const sample = await each.run();
      taken[i]!.push({ sample, share: othersShare(before) });
    }
  }
  const millisOf = (samples: readonly Sample[]) => median(samples.map((sample) => sample.millis));
  const first = millisOf(quietest(taken[0]!));
  return cases.map((each, i) => {
    const samples = quietest(taken[i]!);
    const colds = samples.flatMap((sample) => sample.coldMillis ?? []);
    const cpus = taken[i]!.flatMap(({ sample }) => sample.cpuMillis ?? []);
    return {
      name: each.name,
      millis: millisOf(samples),
      bestMillis: Math.min(...taken[i]!.map(({ sample }) => sample.millis)),
      coldMillis: colds.length > 0 ? median(colds) : undefined,
      cpuMillis: cpus.length > 0 ? Math.min(...cpus) : undefined,
      ratio: first / millisOf(samples),
      quietCount: countQuiet(taken[i]!),
      notes: medianNotes(samples),
    };
  });
}

function countQuiet(taken: readonly Shared[]): number {
  return taken.filter(({ share }) => share <= othersShareMax).length;
}

/** The quiet samples, or the quieter third where there are fewer than three. */
function quietest(taken: readonly Shared[]): Sample[] {
  const sorted = taken.toSorted((a, b) => a.share - b.share);
  const count = Math.max(countQuiet(taken), Math.min(3, taken.length), Math.ceil(taken.length / 3));
  return sorted.slice(0, count).map(({ sample }) => sample);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

function medianNotes(samples: readonly Sample[]): Record<string, number> {
  const names = Object.keys(samples[0]?.notes ?? {});
  return Object.fromEntries(names.map((name) => [name, median(samples.map((s) => s.notes?.[name] ?? 0))]));
}
