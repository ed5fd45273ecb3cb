/**
 * Makes a wrong case smaller while it stays wrong: parts of the query first, then rows, then NULL for values.
 */

import type { Case } from './judge.ts';
import { smallerQueries, without } from './query.ts';

const triesMax = 150;

export async function shrink(found: Case, isWrong: (candidate: Case) => Promise<boolean>): Promise<Case> {
  let smallest = found;
  let tries = 0;
  for (let hasShrunk = true; hasShrunk; ) {
    hasShrunk = false;
    for (const candidate of smallerCases(smallest)) {
      if (++tries > triesMax) return smallest;
      if (!(await isWrong(candidate))) continue;
      smallest = candidate;
      hasShrunk = true;
      break;
    }
  }
  return smallest;
}

function* smallerCases(found: Case): Iterable<Case> {
  const { table, query } = found;
  for (const smaller of smallerQueries(query)) yield { ...found, query: smaller };
  const { rows } = table;
  const half = rows.length >> 1;
  if (half > 0) {
    yield { ...found, table: { ...table, rows: rows.slice(0, half) } };
    yield { ...found, table: { ...table, rows: rows.slice(half) } };
  }
  if (rows.length <= 8) {
    for (const index of rows.keys()) yield { ...found, table: { ...table, rows: without(rows, index) } };
  }
}
