/**
 * Interleaved rounds: each contestant once a round, in turn, so that a slow minute hits all alike. Ratios are
 * taken within a round, and their median is reported.
 */
import { type Contestant, type Sample, takeSample } from './contestants/contestant.ts';
import type { Scenario } from './scenarios/scenario.ts';

export interface Measured {
  readonly contestant: string;
  readonly threads: number;
  readonly samples: readonly TimedSample[];
}

export interface TimedSample extends Sample {
  /** What the same query took just before over hardly any records: compiling it, its threads, its end. */
  readonly startMillis: number;
}

export interface RoundsOptions {
  readonly rounds: number;
  /** Where the starts are to be measured too: a file of hardly any records. */
  readonly tiny?: Scenario;
}

/** A first round that does not count warms caches, code and threads. */
export async function measure(
  contestants: readonly Contestant[],
  scenario: Scenario,
  { rounds, tiny }: RoundsOptions,
): Promise<readonly Measured[]> {
  const samples: TimedSample[][] = contestants.map(() => []);
  for (let round = -1; round < rounds; round++) {
    for (const [i, contestant] of contestants.entries()) {
      const { roundsMax } = contestant;
      const isWarmUp = round < 0;
      if (isWarmUp ? roundsMax !== undefined || rounds === 1 : round >= (roundsMax ?? rounds)) continue;
      const hasStart = tiny !== undefined && !contestant.isYardstick;
      const startMillis = hasStart ? (await takeSample(contestant, tiny)).millis : 0;
      const sample = await takeSample(contestant, scenario);
      if (!isWarmUp) samples[i]!.push({ ...sample, startMillis });
    }
  }
  return contestants.map(({ name, threads }, i) => ({ contestant: name, threads, samples: samples[i]! }));
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  const median = sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
  return { median, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}

export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** How many times faster `one` is than `other`, round by round. */
export function ratioOf(one: Measured, other: Measured): Spread {
  return ratios(one, other, ({ samples }, round) => samples[round]!.millis);
}

/** The same for what is left when each one's start is taken off. */
export function runningRatioOf(one: Measured, other: Measured): Spread {
  return ratios(one, other, ({ samples }, round) => {
    const { millis, startMillis } = samples[round]!;
    return Math.max(1, millis - startMillis);
  });
}

/** By each one's fastest round: what else the machine did only ever adds. */
export function fastestRatioOf(one: Measured, other: Measured): number {
  const least = ({ samples }: Measured): number => Math.min(...samples.map(({ millis }) => millis));
  return least(other) / least(one);
}

/** By the least processor time of any round: what is left of a ratio where others use the machine too. */
export function leastProcessorRatioOf(one: Measured, other: Measured): number {
  const least = ({ samples }: Measured): number => Math.min(...samples.map(({ cpuMillis }) => cpuMillis));
  return least(other) / least(one);
}

function ratios(one: Measured, other: Measured, millisOf: (of: Measured, round: number) => number): Spread {
  const rounds = Math.min(one.samples.length, other.samples.length);
  return spreadOf(Array.from({ length: rounds }, (_, i) => millisOf(other, i) / millisOf(one, i)));
}

/** The median of the starts. */
export function startMillisOf({ samples }: Measured): number {
  return spreadOf(samples.map(({ startMillis }) => startMillis)).median;
}

/** Million records a second. */
export function speedOf({ samples }: Measured, recordCount: number): Spread {
  return spreadOf(samples.map(({ millis }) => recordCount / millis / 1000));
}
