/**
 * Runs the cases of a file and compares, or writes what came out into the file to be reviewed: `node
 * test/sql/update.ts [PART_OF_A_FILE_NAME ...]`. A kind of case that needs more than the planner is another
 * entry of `answer`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { PlanCases } from './plan-cases.ts';
import { parseSltFile, printSltFile, type SltCase } from './slt-file.ts';

export interface SltResult {
  readonly case: SltCase;
  /** What came out; undefined where the case has no result. */
  readonly actual: string | undefined;
}

/** Runs all cases of a file in their order. */
export function runSltFile(path: string): readonly SltResult[] {
  const cases = new PlanCases();
  return parseSltFile(readFileSync(path, 'utf8')).cases.map((sltCase) => ({
    case: sltCase,
    actual: answer(sltCase, cases),
  }));
}

/** Puts what came out into the file; answers whether anything changed. */
export function updateSltFile(path: string): boolean {
  const before = readFileSync(path, 'utf8');
  const file = parseSltFile(before);
  const cases = new PlanCases();
  const results = new Map<SltCase, string>();
  for (const sltCase of file.cases) {
    const actual = answer(sltCase, cases);
    if (actual !== undefined) results.set(sltCase, actual);
  }
  const after = printSltFile(file, results);
  if (after !== before) writeFileSync(path, after);
  return after !== before;
}

/**
 * An empty line would end the result in the file. A defect of ours is a result too, so that the others still
 * run.
 */
function answer(sltCase: SltCase, cases: PlanCases): string | undefined {
  try {
    return cases.run(sltCase)?.replaceAll(/^\s*$/gm, '.');
  } catch (error) {
    return `DEFECT: ${error instanceof Error ? error.message : String(error)}`;
  }
}
