/** All rules over one tree, in the order of the places they point at. */
import { checkDocuments } from './documents.ts';
import { checkHomes } from './homes.ts';
import { checkLock } from './lock.ts';
import { checkSizes } from './sizes.ts';
import type { Tree } from './tree.ts';
import { checkUnused } from './unused.ts';
import type { Violation } from './violation.ts';
import { checkWalls } from './walls.ts';
import { checkWords } from './words.ts';

export function checkAll(tree: Tree): Violation[] {
  const checks = [checkWalls, checkUnused, checkHomes, checkSizes, checkWords, checkDocuments, checkLock];
  const violations = checks.flatMap((check) => check(tree));
  return violations.sort((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1));
}
