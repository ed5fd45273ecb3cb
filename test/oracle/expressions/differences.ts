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
export const withoutCounterpart: ReadonlySet<string> = new Set([
  'log(double, double)',
  // Those with constant units and zones, and those that PostgreSQL spells otherwise: judged in
  // date-time-functions.test.ts.
  ...'extract date_part date_trunc datediff timezone unix_timestamp'.split(' '),
  ...'year quarter month week day hour minute second'.split(' '),
  'make_timestamptz(int, int, int, int, int, double, varchar)',
]);

const hostMathematics = new Set(
  `sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh exp ln log log10 cbrt
  power power_operator`.split(/\s+/),
);

export function toleranceOf(name: string): Tolerance {
  if (hostMathematics.has(name)) return { doubleUlps: 4 };
  return name === 'divide' ? { roundedDecimal: true } : {};
}

const known: readonly KnownDifference[] = [
  {
    reason:
      "A DECIMAL has 38 digits, and its scale follows from the operands' types: what needs more is an error.",
    covers: ({ ours, theirs }) =>
      'error' in ours &&
      ours.error === 'numeric_out_of_range' &&
      'text' in theirs &&
      needsMoreDigits(theirs.text),
  },
  {
    reason: 'A DECIMAL is always a number: NaN and infinities have no place in it.',
    covers: ({ name, ours, theirs }) =>
      name.endsWith('to decimal') && 'error' in ours && 'text' in theirs && !/\d/.test(theirs.text ?? ''),
  },
  {
    reason: 'Dates, timestamps and intervals are finite.',
    covers: ({ ours, theirs }) =>
      'error' in ours && 'text' in theirs && /^-?infinity$/.test(theirs.text ?? ''),
  },
  {
    reason: 'A year-month beside a minus and digits is read as years, months and seconds (routines/text).',
    covers: ({ sql }) => /^CAST\('2024-02-29'::text AS interval\)$/.test(sql),
  },
  {
    reason: 'The musl library raises ß to ẞ; Unicode has no simple upper case for it, nor has our table.',
    covers: ({ name, sql }) => (name === 'upper' || name === 'initcap') && sql.includes('ß'),
  },
  {
    reason: 'PostgreSQL negates the least INT, which wraps: it leaves nothing out; we leave out that many.',
    covers: ({ name, sql }) => name === 'right' && sql.includes("'-2147483648'"),
  },
  {
    reason: 'A unit or zone is checked when the statement is bound, also where the time is NULL.',
    covers: ({ ours, theirs }) =>
      'error' in ours &&
      /not (recognized|supported)/.test(ours.error) &&
      'text' in theirs &&
      theirs.text === null,
  },
  {
    reason: "A zone's history is known to 2110; after that its last offset is kept.",
    covers: ({ name, sql }) => name === 'date_trunc' && sql.includes("'294246-12-31 23:59:59.999999+00'"),
  },
  {
    reason: 'The fields of a DATE do not go through a TIMESTAMP, whose years are fewer.',
    covers: ({ sql, theirs }) => sql.includes("'5874897-12-31'::date") && 'error' in theirs,
  },
];

/**
 * Whether the number has more than 38 digits when it gets the 16 behind the point that a quotient has at
 * least.
 */
function needsMoreDigits(text: string | null): boolean {
  const parts = /^-?(\d+)(?:\.(\d+))?$/.exec(text ?? '');
  return parts !== null && (parts[1]?.length ?? 0) + Math.max(parts[2]?.length ?? 0, 16) > 38;
}

export function knownDifference(difference: Difference): boolean {
  return known.some(({ covers }) => covers(difference));
}
