/**
 * The group table alone, on pages that are already filled:
 * `node bench/group-table/main.ts [--rows N] [--rounds N]`. GROUP BY two strings with COUNT, SUM of doubles
 * (as pairs), SUM of integers, MIN and MAX, at 200 to 1,000,000 groups; row by row against in phases, into an
 * empty table (cold) and into one that has all groups (steady). Every round's answers are compared group by
 * group with sums made in JavaScript.
 */
import { parseArgs } from 'node:util';
import { groupTableSizes } from '../../src/kernels/group-table/group-table-spec.ts';
import { makePages, type Pages } from './pages.ts';
import { createTable, type Table, type Way } from './table.ts';

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '2000000' },
    rounds: { type: 'string', default: '5' },
    groups: { type: 'string', default: '200,10000,30000,100000,1000000' },
  },
});
const rowCount = Number(options.rows);
const rounds = Number(options.rounds);

const ways: readonly Way[] = ['direct', 'phased', 'chosen'];

/** For each page the nanoseconds of its fastest round: what is left when others use the machine too. */
interface Times {
  readonly cold: Float64Array;
  readonly steady: Float64Array;
}

console.log(
  `${rowCount} rows, each page's fastest of ${rounds} rounds, million rows/s (cold | steady); ` +
    `chosen: phases from ${groupTableSizes.phasedGroupsMin} groups on`,
);
console.log(['groups', ...ways].map((title) => title.padStart(15)).join(' '));
for (const groupCount of options.groups.split(',').map(Number)) {
  const table = createTable();
  const pages = makePages(table, { rowCount, groupCount });
  const unknown = () => new Float64Array(pages.pageCount).fill(Infinity);
  const times = new Map(ways.map((way): [Way, Times] => [way, { cold: unknown(), steady: unknown() }]));
  for (let round = 0; round < rounds; round++) {
    for (const way of ways) measure(table, pages, way, times.get(way)!);
  }
  const cells = ways.map((way) => {
    const { cold, steady } = times.get(way)!;
    return `${rate(cold)} | ${rate(steady)}`.padStart(15);
  });
  console.log([String(groupCount).padStart(15), ...cells].join(' '));
}

function measure(table: Table, pages: Pages, way: Way, times: Times): void {
  table.init(way);
  pages.run(way, times.cold);
  pages.run(way, times.steady);
  pages.check(2);
}

function rate(nanos: Float64Array): string {
  return ((rowCount * 1e3) / nanos.reduce((a, b) => a + b, 0)).toFixed(1);
}
