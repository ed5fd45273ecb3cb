/**
 * Memory of a group: what the workers' heaps took from the moment the group table was opened until all groups were in,
 * as the job's own counter says, by the number of groups; beside it the bytes of key and accumulators alone.
 */
import { partitioned, velostream } from '../contestants/velostream.ts';
import { type Section, significant, table } from '../report.ts';
import { measure } from '../rounds.ts';
import type { ScenarioLibrary } from '../scenario-library.ts';

/** Two strings as views of 16 bytes, a count, and a sum of doubles as a pair. */
const keyAndAccumulatorBytes = 2 * 16 + 8 + 2 * 8;

export async function measureState(library: ScenarioLibrary, names: readonly string[]): Promise<Section> {
  const data = [];
  for (const name of names) {
    const scenario = library.get(name);
    const [measured] = await measure([velostream(partitioned(1))], scenario, 1);
    const { groups = 0, stateBytes = 0 } = measured!.samples[0]!.notes;
    data.push({ name, groups, stateBytes, bytesPerGroup: stateBytes / groups });
  }
  const rows = data.map(({ groups, stateBytes, bytesPerGroup }) => [
    groups.toLocaleString('en'),
    significant(stateBytes / 2 ** 20),
    significant(bytesPerGroup),
    `${significant(bytesPerGroup / keyAndAccumulatorBytes)}x`,
  ]);
  const over = `over the ${keyAndAccumulatorBytes} bytes of key and accumulators (asked for: 2x)`;
  return {
    name: 'state',
    title: 'State',
    markdown: table(['groups', 'MiB', 'bytes a group', over], rows),
    data,
  };
}
