/**
 * The nearest known name for a misspelt one: "did you mean". Compared without regard to case, by the
 * optimal string alignment distance (insert, delete, replace and swap of neighbours each count one).
 */

/**
 * The candidate closest to `name`, the first one where several are equally close, or `undefined` where none
 * is close enough to be a likely slip: at most one edit per three letters of the longer word.
 */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.slice(0, lengthMax).toLowerCase();
  let nearest: string | undefined;
  let nearestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const offered = candidate.slice(0, lengthMax).toLowerCase();
    const allowed = Math.floor(Math.max(wanted.length, offered.length) / 3);
    if (Math.abs(wanted.length - offered.length) > allowed) continue;
    const distance = editDistance(wanted, offered);
    if (distance > allowed || distance >= nearestDistance) continue;
    nearest = candidate;
    nearestDistance = distance;
  }
  return nearest;
}

/** Longer names are compared by their beginnings, so that no input makes this slow. */
const lengthMax = 128;

/**
 * The optimal string alignment distance by dynamic programming over three rows:
 * d[i][j] = min(d[i-1][j] + 1, d[i][j-1] + 1, d[i-1][j-1] + (a[i] != b[j]), swapped: d[i-2][j-2] + 1).
 */
export function editDistance(left: string, right: string): number {
  let twoBack: number[] = [];
  let oneBack = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const row = [i];
    for (let j = 1; j <= right.length; j++) {
      const replaced = at(oneBack, j - 1) + (left[i - 1] === right[j - 1] ? 0 : 1);
      let best = Math.min(at(oneBack, j) + 1, at(row, j - 1) + 1, replaced);
      const swapped = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      if (swapped) best = Math.min(best, at(twoBack, j - 2) + 1);
      row.push(best);
    }
    twoBack = oneBack;
    oneBack = row;
  }
  return at(oneBack, right.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
