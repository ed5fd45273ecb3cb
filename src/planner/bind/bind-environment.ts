/** What binding any part of a script is done with. */
import type { Catalog } from '../../plan/relation.ts';
import type { ProblemList } from './problem-list.ts';

export interface BindEnvironment {
  readonly catalog: Catalog;
  readonly problems: ProblemList;
  /** What CURRENT_TIMESTAMP is, in microseconds since 1970: one instant for the whole script. */
  readonly nowMicros: bigint;
  /** Streams and tables that statements of the script write: read there, they have no system columns. */
  readonly written: ReadonlySet<string>;
}
