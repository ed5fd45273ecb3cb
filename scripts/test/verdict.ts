/**
 * The rules about skipped tests, and the count. A skip says why; a skip for want of something outside this
 * repository says `needs ...` and is a failure where everything must be there (`CI=true`).
 */
import type { TestLine } from './reporter.ts';
import type { FileResult } from './run-file.ts';

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Turns skips that are not allowed into failures; `strict` is for a machine that has to have everything. */
export function judge(result: FileResult, strict: boolean): FileResult {
  return { ...result, lines: result.lines.map((line) => judgeLine(line, strict)) };
}

function judgeLine(line: TestLine, strict: boolean): TestLine {
  if (line.outcome !== 'skipped') return line;
  if (line.reason === '') {
    return { ...line, outcome: 'failed', error: 'a skipped test has to say why' };
  }
  if (strict && line.reason.startsWith('needs ')) {
    return { ...line, outcome: 'failed', error: `skipped, which CI=true forbids: ${line.reason}` };
  }
  return line;
}

export function tally(lines: readonly TestLine[]): Tally {
  const count = (outcome: TestLine['outcome']): number =>
    lines.filter((line) => line.outcome === outcome).length;
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
}
