/**
 * From how many groups on do phases pay? The update loop alone over ready pages of rows with uniformly random
 * keys, all groups there already: nanoseconds a row, the least of all rounds.
 */
import { pageHeaderBytes } from '../../src/columns/page.ts';
import { buildStageModule } from './kernels/stage.ts';
import { createLayout, rawRow, rowsPerPage } from './pipeline/layout.ts';
import { GroupTable, type Loop } from './pipeline/owner.ts';
import { table } from './report.ts';

const pageBytes = 65_536;
const groupCounts = [1000, 4000, 8000, 16_000, 32_000, 64_000, 128_000, 512_000];

export function measureThreshold(rounds: number, pageCount: number): string {
  const rows = groupCounts.map((groups) => {
    const update = preparePages(groups, pageCount);
    // Fills the table, and lets V8 optimise the loops.
    update('update');
    update('update_two_phase');
    let least = { byRow: Number.POSITIVE_INFINITY, inPhases: Number.POSITIVE_INFINITY };
    for (let round = 0; round < rounds * 3; round++) {
      const byRow = Math.min(least.byRow, update('update'));
      least = { byRow, inPhases: Math.min(least.inPhases, update('update_two_phase')) };
    }
    const { byRow, inPhases } = least;
    return [String(groups), byRow.toFixed(1), inPhases.toFixed(1), (byRow / inPhases).toFixed(2)];
  });
  const head = ['groups', 'row by row, ns', 'two phases, ns', 'x'];
  return `## Two phases: nanoseconds of update per row\n\n${table(head, rows)}\n`;
}

/** Yields a function that runs a loop over all pages and says how many nanoseconds a row took. */
function preparePages(groups: number, pageCount: number): (loop: 'update' | 'update_two_phase') => number {
  const base = 0;
  const sizes = { partitionCount: 1, pageBytes, groupsMax: groups, localGroupsMax: 16 };
  const layout = createLayout({ base, ...sizes });
  const pages = Math.ceil(layout.end / 65_536) + 1;
  const memory = new WebAssembly.Memory({ initial: pages + pageCount, maximum: 65_536 });
  const bytes = buildStageModule(layout, { sum: 'double-double', sharedMemory: false });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  const loops = instance.exports as unknown as Record<string, Loop & ((log2: number) => void)>;
  const owned = new GroupTable(memory, layout.owned, loops.rehash_owned!, 0);
  owned.reserve(groups);
  const rowsEach = rowsPerPage(pageBytes, rawRow.strideBytes);
  const rows = { first: pages * 65_536, pageCount, rowsEach };
  fillPages(new DataView(memory.buffer), rows, groups);
  return (loop) => {
    const started = performance.now();
    for (let page = 0; page < pageCount; page++) loops[loop]!((pages + page) * pageBytes, 0, rowsEach);
    return ((performance.now() - started) * 1e6) / (pageCount * rowsEach);
  };
}

interface PageRange {
  readonly first: number;
  readonly pageCount: number;
  readonly rowsEach: number;
}

function fillPages(view: DataView, { first, pageCount, rowsEach }: PageRange, groups: number): void {
  let state = 2_463_534_242;
  for (let page = 0; page < pageCount; page++) {
    for (let row = 0; row < rowsEach; row++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      const group = (state >>> 0) % groups;
      const at = first + page * pageBytes + pageHeaderBytes + row * rawRow.strideBytes;
      // Any two well mixed words do for a hash here; the key holds the number itself as a short string.
      view.setInt32(at + rawRow.hash, mix(group), true);
      view.setInt32(at + rawRow.hash + 4, mix(group + 0x5bd1e995), true);
      view.setUint8(at + rawRow.keys, 4);
      view.setUint32(at + rawRow.keys + 1, group, true);
      view.setFloat64(at + rawRow.price, (state >>> 8) / 100, true);
      view.setBigInt64(at + rawRow.quantity, 100n, true);
    }
  }
}

/** The finaliser of MurmurHash3 (Appleby). */
function mix(word: number): number {
  const once = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return twice ^ (twice >>> 16);
}
