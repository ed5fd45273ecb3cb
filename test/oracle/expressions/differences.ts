/** Where our expressions differ from PostgreSQL's on purpose: each entry with its reason. */
import type { Tolerance } from './compare-outcomes.ts';
import type { Outcome } from './postgres-evaluator.ts';

export interface Difference {
  /** The function, or `cast X to Y`. */
  readonly name: string;
  readonly sql: string;
  readonly ours: Outcome;
  readonly theirs: Outcome;
}

interface KnownDifference {
  readonly reason: string;
  readonly covers: (difference: Difference) => boolean;
}

/** What PostgreSQL does not have, or has under these types only as NUMERIC. */
export const withoutCounterpart: ReadonlySet<string> = new Set(['log(double, double)', 'in_list']);

const hostMathematics = new Set(
  'sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh exp ln log log10 cbrt power power_operator'.split(' '),
);

export function toleranceOf(name: string): Tolerance {
  if (hostMathematics.has(name)) return { doubleUlps: 4 };
  return name === 'divide' ? { roundedDecimal: true } : {};
}

const known: readonly KnownDifference[] = [];

export function knownDifference(difference: Difference): boolean {
  return known.some(({ covers }) => covers(difference));
}
