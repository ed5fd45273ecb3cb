/**
 * All benchmarks of the engine as a whole: `npm run bench [-- FLAGS]`; README.md beside this says how to read
 * them.
 *   --only NAME[,NAME] sections and scenarios   --rounds N   --rows N   --partitions N
 *   --smoke everything once, tiny   --keep the generated files   --save, --no-save the results
 * Every answer of every run is checked; the first wrong one ends the run.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import module from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BenchOptions, readOptions, type SectionName, sectionNames } from './engine/options.ts';
import {
  describeCircumstances,
  printCircumstances,
  printSection,
  type Section,
  writeReport,
} from './engine/report.ts';
import { foundingNames, ScenarioLibrary, scenarioNames } from './engine/scenario-library.ts';
import { measureArchitectures } from './engine/sections/architectures.ts';
import { type LatencyData, measureLatency } from './engine/sections/latency.ts';
import { measureRivals } from './engine/sections/rivals.ts';
import { measureStart } from './engine/sections/start.ts';
import { measureState } from './engine/sections/state.ts';

// As the command does: workers find their code compiled from the second start on.
module.enableCompileCache();
process.env.NODE_COMPILE_CACHE ??= module.getCompileCacheDir() ?? '';

const args = process.argv.slice(2);
const options = readOptions(args);
const circumstances = describeCircumstances(args);
print(printCircumstances(circumstances));

const folder = mkdtempSync(join(tmpdir(), 'velostream-bench-'));
const sections: Section[] = [];
let saved: string | undefined;
try {
  const library = new ScenarioLibrary(folder, options);
  for (const name of chosenSections(options)) {
    const section = await measureSection(name, library);
    sections.push(section);
    print(printSection(section));
    // After each section anew: what was measured is not lost when a later one fails.
    if (options.saves) saved = writeReport(join(import.meta.dirname, 'results'), circumstances, sections);
  }
} finally {
  if (options.keepsFiles) print(`files are in ${folder}`);
  else rmSync(folder, { recursive: true });
}
if (saved !== undefined) print(`written to bench/results/${saved}.md and .json`);
print('all answers right');

function measureSection(name: SectionName, library: ScenarioLibrary): Promise<Section> {
  const { rounds, partitions, isSmoke } = options;
  const founding = chosen(isSmoke ? foundingNames.slice(0, 1) : foundingNames);
  switch (name) {
    case 'start':
      return measureStart(library, rounds);
    case 'latency':
      return measureLatency({ partitions, seconds: isSmoke ? 1 : 8 });
    case 'rivals':
      return measureRivals(library, { names: chosen(scenarioNames), rounds, partitions, judges: !isSmoke });
    case 'architectures': {
      const latency = sections.find((section) => section.name === 'latency')?.data as LatencyData | undefined;
      return measureArchitectures(library, { names: founding, rounds, partitions, latency });
    }
    case 'state':
      return measureState(library, founding);
  }
}

/** A scenario's name alone means the section that compares it. */
function chosenSections({ only }: BenchOptions): readonly SectionName[] {
  const unknown = only.find((name) => ![...sectionNames, ...scenarioNames].includes(name));
  if (unknown !== undefined) {
    throw new Error(
      `nothing is called "${unknown}"; there are ${[...sectionNames, ...scenarioNames].join(', ')}`,
    );
  }
  const named = sectionNames.filter((name) => only.includes(name));
  if (named.length > 0) return named;
  return only.length > 0 ? ['rivals'] : sectionNames;
}

function chosen(names: readonly string[]): readonly string[] {
  const named = names.filter((name) => options.only.includes(name));
  return named.length > 0 ? named : names;
}

function print(text: string): void {
  process.stdout.write(`${text}\n\n`);
}
