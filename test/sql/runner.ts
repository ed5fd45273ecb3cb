/**
 * Runs the cases of a file and compares, or writes what came out into the file to be reviewed:
 * `node test/sql/update.ts [PART_OF_A_FILE_NAME ...]`. Cases of the planner (plan-cases.ts) and cases that
 * run (row-cases.ts) may stand in one file.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { PlanCases } from './plan-cases.ts';
import { RowCases } from './row-cases.ts';
import { parseSltFile, printSltFile, type SltCase } from './slt-file.ts';

export interface PreparedCase {
  readonly case: SltCase;
  /** Computes what comes out. */
  readonly answer: () => Promise<string>;
}

/** Takes the declarations of a file in, and gives the cases that have a result. */
export function openSltFile(path: string): readonly PreparedCase[] {
  return prepare(parseSltFile(readFileSync(path, 'utf8')).cases);
}

/** Puts what came out into the file; answers whether anything changed. */
export async function updateSltFile(path: string): Promise<boolean> {
  const before = readFileSync(path, 'utf8');
  const file = parseSltFile(before);
  const results = new Map<SltCase, string>();
  for (const { case: sltCase, answer } of prepare(file.cases)) results.set(sltCase, await answer());
  const after = printSltFile(file, results);
  if (after !== before) writeFileSync(path, after);
  return after !== before;
}

function prepare(cases: readonly SltCase[]): readonly PreparedCase[] {
  const plans = new PlanCases();
  const rows = new RowCases();
  return cases.flatMap((sltCase) => {
    switch (sltCase.kind) {
      case 'given':
        rows.give(sltCase);
        return [];
      case 'rows':
        return [{ case: sltCase, answer: settled(rows.prepare(sltCase)) }];
      default: {
        // Planning is quick, and a case sees what is declared before it only.
        const actual = attempt(() => plans.run(sltCase));
        return actual === undefined ? [] : [{ case: sltCase, answer: async () => printable(actual) }];
      }
    }
  });
}

function settled(answer: () => Promise<string>): () => Promise<string> {
  return () => answer().then(printable, (error: unknown) => printable(describeDefect(error)));
}

function attempt(run: () => string | undefined): string | undefined {
  try {
    return run();
  } catch (error) {
    return describeDefect(error);
  }
}

/** A defect of ours is a result too, so that the other cases still run. */
function describeDefect(error: unknown): string {
  return `DEFECT: ${error instanceof Error ? error.message : String(error)}`;
}

/** Others would make the file a binary one. */
const isPlain = (character: string): boolean => character >= ' ' || character === '\n' || character === '\t';

/** An empty line would end the result in the file. */
function printable(text: string): string {
  const plain = Array.from(text.replaceAll(/^\s*$/gm, '.'), (character) =>
    isPlain(character) ? character : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return plain.join('');
}
