/** What the command line says: which sections and scenarios, how many records, rounds and partitions. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

export const sectionNames = ['start', 'latency', 'rivals', 'architectures', 'state'] as const;
export type SectionName = (typeof sectionNames)[number];

export interface BenchOptions {
  readonly isSmoke: boolean;
  /** Sections and scenarios by name; empty means all. */
  readonly only: readonly string[];
  readonly rounds: number;
  /** Of the founding records; the others follow from it unless it was not given. */
  readonly rows: number | undefined;
  /** The most partitions and threads. */
  readonly partitions: number;
  readonly keepsFiles: boolean;
  readonly saves: boolean;
}

export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      smoke: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string' },
      rows: { type: 'string' },
      partitions: { type: 'string' },
      keep: { type: 'boolean', default: false },
      save: { type: 'boolean' },
    },
  });
  const { smoke } = values;
  const only = values.only.flatMap((names) => names.split(','));
  return {
    isSmoke: smoke,
    only,
    rounds: count('--rounds', values.rounds) ?? (smoke ? 1 : 5),
    rows: count('--rows', values.rows) ?? (smoke ? 20_000 : undefined),
    partitions: count('--partitions', values.partitions) ?? availableParallelism(),
    keepsFiles: values.keep,
    saves: values.save ?? (!smoke && only.length === 0),
  };
}

/** 1, 2, 4 ... and the most, even if that is no power of two. */
export function partitionCounts(most: number): readonly number[] {
  const counts: number[] = [];
  for (let i = 1; i < most; i *= 2) counts.push(i);
  return [...counts, most];
}

function count(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text.replaceAll('_', ''));
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`${flag} is a whole number from 1 on, not "${text}"`);
}
