/**
 * Where we and DuckDB differ on purpose; this list is reviewed, nothing else is let through. Where PostgreSQL
 * has what the query needs, it has to answer as we do, unless the entry says why it need not.
 */
import type { Answer } from './witness.ts';

export interface Disagreement {
  readonly sql: string;
  readonly ours: Answer;
  /** DuckDB's answer. */
  readonly theirs: Answer;
}

export interface KnownDifference {
  readonly reason: string;
  /** Whether PostgreSQL has to be on our side. */
  readonly isDecidedByPostgres: boolean;
  readonly covers: (disagreement: Disagreement) => boolean;
}

const known: readonly KnownDifference[] = [
  {
    reason: 'Division by zero is an error; DuckDB gives NULL.',
    isDecidedByPostgres: true,
    covers: ({ sql, ours }) => / [/%] /.test(sql) && failsWith(ours, 'division by zero'),
  },
  {
    reason: 'An argument is computed only for the rows that its FILTER keeps; DuckDB computes it for all.',
    isDecidedByPostgres: true,
    covers: ({ sql, ours, theirs }) => sql.includes(' FILTER (') && 'rows' in ours && 'error' in theirs,
  },
  {
    reason: 'What nobody reads is not computed, so that it cannot fail; the others compute a subquery whole.',
    isDecidedByPostgres: false,
    covers: ({ sql, ours, theirs }) => sql.includes('(SELECT ') && 'rows' in ours && 'error' in theirs,
  },
  {
    reason: 'Conditions are tested as written; DuckDB tests cheap ones first and may not reach it.',
    isDecidedByPostgres: false,
    covers: ({ sql, ours, theirs }) =>
      / (AND|OR) /.test(sql) && failsWith(ours, 'out of range') && 'rows' in theirs,
  },
];

function failsWith(answer: Answer, text: string): boolean {
  return 'error' in answer && answer.error.includes(text);
}

/** All that may explain it. */
export function knownDifferences(disagreement: Disagreement): readonly KnownDifference[] {
  return known.filter(({ covers }) => covers(disagreement));
}
