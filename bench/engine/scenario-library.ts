/** All scenarios by name. A file is written when a scenario is first asked for, and goes with the folder. */
import { join } from 'node:path';
import type { BenchOptions } from './options.ts';
import { makeBillionRows } from './scenarios/billion-rows.ts';
import { makeDrifting } from './scenarios/drifting.ts';
import { foundingSizes, makeFounding } from './scenarios/founding.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { makeS0, makeS2 } from './scenarios/upstream.ts';

const recordCounts = { founding: 8_000_000, upstream: 4_000_000, billionRows: 10_000_000 };
/** A record of 50 columns is as long as ten of the others. */
const driftingShare = 16;

export const foundingNames: readonly string[] = foundingSizes.map(({ name }) => `founding-${name}`);
export const scenarioNames: readonly string[] = [
  ...foundingNames,
  'S0',
  'S2',
  'drift',
  '1brc',
  '1brc-double',
];

export class ScenarioLibrary {
  readonly #folder: string;
  readonly #rows: number | undefined;
  readonly #made = new Map<string, Scenario>();

  constructor(folder: string, options: BenchOptions) {
    this.#folder = folder;
    this.#rows = options.rows;
  }

  get(name: string): Scenario {
    const known = this.#made.get(name);
    if (known !== undefined) return known;
    for (const scenario of this.#make(name)) this.#made.set(scenario.name, scenario);
    return this.#made.get(name)!;
  }

  /** The founding query over so few records that starting and ending is all that takes time. */
  makeTiny(): Scenario {
    return makeFounding(join(this.#folder, 'tiny.jsonl'), foundingSizes[0]!, 1000);
  }

  #make(name: string): readonly Scenario[] {
    const path = (extension: string): string => join(this.#folder, `${name}.${extension}`);
    const size = foundingSizes.find((each) => name === `founding-${each.name}`);
    const foundingCount = this.#rows ?? recordCounts.founding;
    if (size !== undefined) return [makeFounding(path('jsonl'), size, foundingCount)];
    switch (name) {
      case 'S0':
        return [makeS0(path('jsonl'), this.#rows ?? recordCounts.upstream)];
      case 'S2':
        return [makeS2(path('jsonl'), this.#rows ?? recordCounts.upstream)];
      case 'drift':
        return [makeDrifting(path('jsonl'), Math.ceil(foundingCount / driftingShare))];
      case '1brc':
      case '1brc-double':
        return makeBillionRows(path('csv'), this.#rows ?? recordCounts.billionRows);
      default:
        throw new Error(`no scenario is called "${name}"; there are ${scenarioNames.join(', ')}`);
    }
  }
}
