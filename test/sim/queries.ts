/** The queries of the simulation, each with its answer by plain JavaScript. Rows are JSON texts. */

export interface DataRow {
  readonly k: string;
  readonly g: number;
  readonly v: number;
  readonly s: string;
}

export interface SimulatedQuery {
  readonly sql: string;
  readonly isOrdered: boolean;
  readonly answer: (rows: readonly DataRow[]) => readonly object[];
}

const sum = (rows: readonly DataRow[]): number => rows.reduce((total, { v }) => total + v, 0);
const compare = <T>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

function groups(rows: readonly DataRow[], keyOf: (row: DataRow) => string | number): DataRow[][] {
  const found = new Map<string | number, DataRow[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = found.get(key);
    if (group === undefined) found.set(key, [row]);
    else group.push(row);
  }
  return [...found.values()];
}

const byKey = (rows: readonly DataRow[]) =>
  groups(rows, ({ k }) => k).map((group) => ({ k: group[0]!.k, n: group.length, total: sum(group) }));

const strings = (rows: readonly DataRow[]): string[] => rows.map(({ s }) => s).sort(compare);

export const queries: Readonly<Record<string, SimulatedQuery>> = {
  grouped: {
    sql: 'SELECT k, COUNT(*) AS n, SUM(v) AS total FROM t GROUP BY k',
    isOrdered: false,
    answer: byKey,
  },
  groups_of_groups: {
    sql: `SELECT n, COUNT(*) AS c, SUM(total) AS total
          FROM (SELECT k, COUNT(*) AS n, SUM(v) AS total FROM t GROUP BY k) GROUP BY n`,
    isOrdered: false,
    answer: (rows) => {
      const inner = byKey(rows);
      return [...new Set(inner.map(({ n }) => n))].map((n) => {
        const same = inner.filter((group) => group.n === n);
        return { n, c: same.length, total: same.reduce((total, group) => total + group.total, 0) };
      });
    },
  },
  groups_of_groups_in_order: {
    sql: `SELECT n, MAX(total) AS top FROM (SELECT k, g, COUNT(*) AS n, SUM(v) AS total FROM t GROUP BY k, g)
          GROUP BY n ORDER BY n DESC LIMIT 3`,
    isOrdered: true,
    answer: (rows) => {
      const inner = groups(rows, ({ k, g }) => `${g} ${k}`);
      const counts = [...new Set(inner.map((group) => group.length))].sort((a, b) => b - a).slice(0, 3);
      return counts.map((n) => ({
        n,
        top: Math.max(...inner.filter((group) => group.length === n).map(sum)),
      }));
    },
  },
  top_groups: {
    sql: 'SELECT k, COUNT(*) AS n, SUM(v) AS total FROM t GROUP BY k ORDER BY total DESC, k LIMIT 7',
    isOrdered: true,
    answer: (rows) => {
      const order = (a: { k: string; total: number }, b: { k: string; total: number }): number =>
        b.total - a.total || compare(a.k, b.k);
      return byKey(rows).sort(order).slice(0, 7);
    },
  },
  stateless: {
    sql: 'SELECT k, s, v + 1 AS w FROM t WHERE v % 3 <> 0',
    isOrdered: false,
    answer: (rows) => rows.filter(({ v }) => v % 3 !== 0).map(({ k, s, v }) => ({ k, s, w: v + 1 })),
  },
  sorted: {
    sql: 'SELECT v, k, s FROM t ORDER BY v, k, s LIMIT 50 OFFSET 3',
    isOrdered: true,
    answer: (rows) => {
      const order = (a: DataRow, b: DataRow): number => a.v - b.v || compare(a.k, b.k) || compare(a.s, b.s);
      const kept = rows.toSorted(order).slice(3, 53);
      return kept.map(({ v, k, s }) => ({ v, k, s }));
    },
  },
  long_states: {
    sql: 'SELECT g, MIN(s) AS low, MAX(s) AS high, COUNT(*) AS n FROM t GROUP BY g',
    isOrdered: false,
    answer: (rows) =>
      groups(rows, ({ g }) => g).map((group) => {
        const all = strings(group);
        return { g: group[0]!.g, low: all[0], high: all.at(-1), n: group.length };
      }),
  },
  long_keys: {
    sql: 'SELECT s, COUNT(*) AS n FROM t GROUP BY s',
    isOrdered: false,
    answer: (rows) => groups(rows, ({ s }) => s).map((group) => ({ s: group[0]!.s, n: group.length })),
  },
  distinct_in_order: {
    sql: 'SELECT DISTINCT s, g FROM t ORDER BY s DESC, g',
    isOrdered: true,
    answer: (rows) => {
      const order = (a: DataRow, b: DataRow): number => compare(b.s, a.s) || a.g - b.g;
      const distinct = groups(rows, ({ s, g }) => `${g} ${s}`).map((group) => group[0]!);
      return distinct.sort(order).map(({ s, g }) => ({ s, g }));
    },
  },
  summary: {
    sql: 'SELECT COUNT(*) AS n, SUM(v) AS total, MIN(s) AS low FROM t',
    isOrdered: false,
    answer: (rows) => [
      { n: rows.length, total: rows.length === 0 ? null : sum(rows), low: strings(rows)[0] ?? null },
    ],
  },
  first_rows: {
    sql: 'SELECT k, v, s FROM t WHERE v % 2 = 0 LIMIT 5',
    isOrdered: true,
    answer: (rows) => {
      const even = rows.filter(({ v }) => v % 2 === 0).slice(0, 5);
      return even.map(({ k, v, s }) => ({ k, v, s }));
    },
  },
  first_and_last: {
    sql: 'SELECT g, FIRST(v) AS a, LAST(v) AS b FROM t GROUP BY g',
    isOrdered: false,
    answer: (rows) =>
      groups(rows, ({ g }) => g).map((group) => ({ g: group[0]!.g, a: group[0]!.v, b: group.at(-1)!.v })),
  },
};

const padding = 'so that a page holds few rows '.repeat(10);

/** Their batches take several pages, so that a task stops inside one, and a merge takes several of each. */
export const longRowQueries: Readonly<Record<string, SimulatedQuery>> = {
  long_rows_in_order: {
    sql: `SELECT v, k, s || '${padding}' AS s FROM t ORDER BY v DESC, k, s`,
    isOrdered: true,
    answer: (rows) => rows.toSorted(byValue).map(longRow),
  },
  some_long_rows_in_order: {
    sql: `SELECT v, k, s || '${padding}' AS s FROM t ORDER BY v DESC, k, s LIMIT 200 OFFSET 150`,
    isOrdered: true,
    answer: (rows) => rows.toSorted(byValue).slice(150, 350).map(longRow),
  },
};

function byValue(a: DataRow, b: DataRow): number {
  return b.v - a.v || compare(a.k, b.k) || compare(a.s + padding, b.s + padding);
}

function longRow({ v, k, s }: DataRow): object {
  return { v, k, s: s + padding };
}
