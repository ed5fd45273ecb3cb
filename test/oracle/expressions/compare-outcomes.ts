/** Whether two outcomes agree: the same text, or the same number where numbers may be written differently. */
import type { Outcome } from './postgres-evaluator.ts';

export interface Tolerance {
  /** Units in the last place that two doubles may be apart: the host's mathematics is not PostgreSQL's. */
  readonly doubleUlps?: number;
  /** A DECIMAL result may have been rounded at another digit than PostgreSQL's NUMERIC: division. */
  readonly roundedDecimal?: boolean;
}

export function sameOutcome(ours: Outcome, theirs: Outcome, tolerance: Tolerance = {}): boolean {
  if ('error' in ours || 'error' in theirs) return 'error' in ours && 'error' in theirs;
  if (ours.text === theirs.text) return true;
  if (ours.text === null || theirs.text === null) return false;
  const [left, right] = [parseDecimal(ours.text), parseDecimal(theirs.text)];
  if (left && right)
    return (
      sameDecimal(left, right, tolerance.roundedDecimal ?? false) ||
      nearDoubles(ours.text, theirs.text, tolerance)
    );
  return nearDoubles(ours.text, theirs.text, tolerance);
}

interface Decimal {
  readonly unscaled: bigint;
  readonly scale: number;
}

function parseDecimal(text: string): Decimal | undefined {
  const parts = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!parts) return undefined;
  const [, sign = '', integral = '', fraction = ''] = parts;
  const unscaled = BigInt(integral + fraction);
  return { unscaled: sign === '-' ? -unscaled : unscaled, scale: fraction.length };
}

/** Equal at the finer scale; or, when rounded, at most one apart at the coarser. */
function sameDecimal(a: Decimal, b: Decimal, rounded: boolean): boolean {
  const finer = Math.max(a.scale, b.scale);
  const difference = atScale(a, finer) - atScale(b, finer);
  if (difference === 0n) return true;
  const unit = 10n ** BigInt(finer - Math.min(a.scale, b.scale));
  return rounded && difference <= unit && difference >= -unit;
}

function atScale({ unscaled, scale }: Decimal, wanted: number): bigint {
  return unscaled * 10n ** BigInt(wanted - scale);
}

function nearDoubles(ours: string, theirs: string, { doubleUlps = 0 }: Tolerance): boolean {
  const [a, b] = [Number(ours), Number(theirs)];
  if (!/^[-+.\de]+$/i.test(ours) || !/^[-+.\de]+$/i.test(theirs)) return false;
  return Math.abs(a - b) <= doubleUlps * Math.max(Math.abs(b) * 2 ** -52, Number.MIN_VALUE);
}
