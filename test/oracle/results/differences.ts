/**
 * Where we and DuckDB differ on purpose; this list is reviewed, nothing else is let through. Where PostgreSQL
 * has what the query needs, it has to answer as we do; where it has not, or does as DuckDB, the entry's cause
 * has to be shown in the very query that is judged.
 */
import { guardedConditions, pruned, unfiltered, unlimited } from './causes.ts';
import type { QueryShape } from './query.ts';
import type { Table } from './table.ts';
import { type Answer, sameAnswer, type Witness } from './witness.ts';

export interface Disagreement {
  readonly table: Table;
  readonly query: QueryShape;
  readonly sql: string;
  readonly ours: Answer;
  /** DuckDB's answer. */
  readonly theirs: Answer;
}

export interface KnownDifference {
  readonly reason: string;
  readonly covers: (disagreement: Disagreement) => boolean;
  /** Asks a witness whether the cause is there; undefined: PostgreSQL has to be on our side. */
  readonly isShown?: (disagreement: Disagreement, witness: Witness) => Promise<boolean>;
}

const known: readonly KnownDifference[] = [
  {
    reason: 'Division by zero is an error; DuckDB gives NULL.',
    covers: ({ sql, ours }) => / [/%] /.test(sql) && failsWith(ours, 'division by zero'),
  },
  {
    reason: 'What leaves the range of its type is an error, computed or not; DuckDB gives an infinity.',
    covers: ({ ours, theirs }) => failsWith(ours, 'out of range') && 'rows' in theirs,
  },
  {
    reason: 'An argument is computed only for the rows that its FILTER keeps; DuckDB computes it for all.',
    covers: ({ sql, ours, theirs }) => sql.includes(' FILTER (') && 'rows' in ours && 'error' in theirs,
  },
  {
    reason: 'What nobody reads is not computed, so that it cannot fail; the others compute a subquery whole.',
    covers: ({ ours, theirs }) => 'rows' in ours && 'error' in theirs,
    isShown: async ({ table, query, ours }, witness) => {
      const read = pruned(query);
      return read !== undefined && sameAnswer(ours, await witness.answer(table, read));
    },
  },
  {
    reason: 'Rows are computed by the batch, those that a LIMIT cuts off, too; the others stop earlier.',
    covers: ({ ours, theirs }) => 'error' in ours && 'rows' in theirs,
    isShown: ({ table, query }, witness) => failsOn(table, unlimited(query), witness),
  },
  {
    reason: 'Where reading stops at a LIMIT, rows behind it cannot fail; DuckDB computes more of them.',
    covers: ({ query, ours, theirs }) =>
      [...unlimited(query)].length > 0 && 'rows' in ours && 'error' in theirs,
  },
  {
    reason: 'A subquery is computed before a condition on it is tested; the others may test that first.',
    covers: ({ ours, theirs }) => 'error' in ours && 'rows' in theirs,
    isShown: ({ table, query }, witness) => failsOn(table, unfiltered(query), witness),
  },
  {
    reason: 'Conditions are tested as written; the others test cheap ones first and may not reach it.',
    covers: ({ ours, theirs }) => 'error' in ours && 'rows' in theirs,
    isShown: ({ table, query }, witness) => failsOn(table, guardedConditions(query), witness),
  },
  {
    reason: 'A sum with an infinity is that infinity; the compensated sum of DuckDB makes NaN of it.',
    covers: ({ sql, ours, theirs }) =>
      sql.includes('SUM(') && hasRowWith(ours, 'Infinity') && hasRowWith(theirs, 'NaN'),
  },
];

function failsWith(answer: Answer, text: string): boolean {
  return 'error' in answer && answer.error.includes(text);
}

function hasRowWith(answer: Answer, text: string): boolean {
  return 'rows' in answer && answer.rows.some((row) => row.includes(text));
}

/** Whether a value leaves its range, or is divided by zero, in one of the queries. */
async function failsOn(table: Table, queries: Iterable<QueryShape>, witness: Witness): Promise<boolean> {
  for (const query of queries) {
    const answer = await witness.answer(table, query);
    if ('error' in answer && /out of range|overflow|underflow|by zero/i.test(answer.error)) return true;
  }
  return false;
}

/** All that may explain it. */
export function knownDifferences(disagreement: Disagreement): readonly KnownDifference[] {
  return known.filter(({ covers }) => covers(disagreement));
}
