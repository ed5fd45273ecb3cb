/**
 * Memory of a group: what a worker's heap took from the moment its group table was opened until all groups
 * were in, as the job's own counter says. Buffers of fixed size are in it too; so what a job with few groups
 * takes is subtracted. Beside it the bytes of key and accumulators alone.
 */
import { partitioned, velostream } from '../contestants/velostream.ts';
import { type Section, significant, table } from '../report.ts';
import { measure } from '../rounds.ts';
import type { ScenarioLibrary } from '../scenario-library.ts';

/** Two strings as views of 16 bytes, a count, and a sum of doubles as a pair. */
const keyAndAccumulatorBytes = 2 * 16 + 8 + 2 * 8;

export async function measureState(library: ScenarioLibrary, names: readonly string[]): Promise<Section> {
  const states = [];
  for (const name of names) states.push({ name, ...(await stateOf(library, name)) });
  const base = states[0]!;
  const data = [];
  for (const { name, groups, bytes } of states) {
    const bytesPerGroup = groups > base.groups ? (bytes - base.bytes) / (groups - base.groups) : Number.NaN;
    data.push({ name, groups, bytes, bytesPerGroup });
  }
  const rows = data.map(({ groups, bytes, bytesPerGroup }) => [
    groups.toLocaleString('en'),
    significant(bytes / 2 ** 20),
    significant(bytesPerGroup),
    significant(bytesPerGroup / keyAndAccumulatorBytes),
  ]);
  const over = `over the ${keyAndAccumulatorBytes} bytes of key and accumulators (asked for: 2x)`;
  const head = ['groups', 'MiB, all', `bytes a group beyond the first ${base.groups}`, over];
  return { name: 'state', title: 'State', markdown: table(head, rows), data };
}

async function stateOf(library: ScenarioLibrary, name: string): Promise<{ groups: number; bytes: number }> {
  const [measured] = await measure([velostream(partitioned(1))], library.get(name), { rounds: 1 });
  const { groups = 0, stateBytes = 0 } = measured!.samples[0]!.notes;
  return { groups, bytes: stateBytes };
}
