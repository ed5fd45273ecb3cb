/**
 * One query over one file, for all contestants: its text in two dialects, the loop somebody would write by
 * hand, and the answer, computed while the file was made and apart from all of them.
 */

export type Cell = string | number;

/** Takes the rows of an answer one by one and throws at the first that is wrong, missing or twice there. */
export interface AnswerCheck {
  row(cells: readonly Cell[]): void;
  /** No more rows come. */
  end(): void;
}

export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly path: string;
  readonly recordCount: number;
  readonly byteCount: number;
  readonly groupCount: number | undefined;
  /** Declarations and one SELECT. */
  readonly velostreamSql: string;
  readonly duckdbSql: string;
  /**
   * Reads the file and answers a function that gives the rows; what it does is timed, what it answers is not.
   */
  byHand(): (row: (cells: readonly Cell[]) => void) => void;
  check(): AnswerCheck;
  /** What the design asks for; undefined where it asks for nothing. */
  readonly targets: Targets;
}

/** Least ratios of throughput, one thread each. */
export interface Targets {
  readonly overByHand?: number;
  readonly overDuckdb?: number;
  /** All cores over one; stated for two. */
  readonly twoOverOne?: number;
}

export function isClose(found: number, expected: number): boolean {
  return Math.abs(found - expected) <= 1e-9 * Math.max(1, Math.abs(expected));
}

export function wrongRow(scenario: string, cells: readonly Cell[], expected: string): Error {
  return new Error(`${scenario}: wrong row (${cells.join(', ')}), expected ${expected}`);
}
