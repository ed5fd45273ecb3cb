/**
 * Interleaved rounds: each contestant once a round, in turn, so that a slow minute hits all alike. Ratios are
 * taken within a round, and their median is reported.
 */
import { type Contestant, type Sample, takeSample } from './contestants/contestant.ts';
import type { Scenario } from './scenarios/scenario.ts';

export interface Measured {
  readonly contestant: string;
  readonly threads: number;
  readonly samples: readonly Sample[];
}

/** A first round that does not count warms caches, code and threads. */
export async function measure(
  contestants: readonly Contestant[],
  scenario: Scenario,
  rounds: number,
): Promise<readonly Measured[]> {
  const samples: Sample[][] = contestants.map(() => []);
  for (let round = -1; round < rounds; round++) {
    for (const [i, contestant] of contestants.entries()) {
      const roundsMax = contestant.roundsMax ?? Infinity;
      if (round >= roundsMax || (round < 0 && (roundsMax < rounds || rounds === 1))) continue;
      const sample = await takeSample(contestant, scenario);
      if (round >= 0) samples[i]!.push(sample);
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
  const rounds = Math.min(one.samples.length, other.samples.length);
  return spreadOf(
    Array.from({ length: rounds }, (_, i) => other.samples[i]!.millis / one.samples[i]!.millis),
  );
}

/** Million records a second. */
export function speedOf({ samples }: Measured, recordCount: number): Spread {
  return spreadOf(samples.map(({ millis }) => recordCount / millis / 1000));
}
