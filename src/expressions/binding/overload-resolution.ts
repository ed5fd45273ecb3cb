/**
 * Which overload a call means, by PostgreSQL's rules (documentation, chapter 10): an exact match; else the
 * candidates that implicit casts reach, thinned out by most exact arguments, then by preferred types, then by
 * what literals without a type most plausibly are.
 */
import type { SqlType, SqlTypeKind } from '../../columns/sql-type.ts';
import { categoryOf, convertsImplicitly, isPreferred, type TypeCategory } from './type-rules.ts';

export interface Signature {
  readonly params: readonly SqlTypeKind[];
  readonly variadic?: boolean;
}

export type Resolution<S extends Signature> =
  | { readonly kind: 'found'; readonly overload: S; readonly params: readonly SqlTypeKind[] }
  | { readonly kind: 'none' }
  | { readonly kind: 'ambiguous' };

interface Candidate<S> {
  readonly overload: S;
  readonly params: readonly SqlTypeKind[];
}

/** `asOperator`: an untyped literal beside a typed operand is first tried as of the same type. */
export function resolveOverload<S extends Signature>(
  overloads: readonly S[],
  args: readonly SqlType[],
  asOperator: boolean,
): Resolution<S> {
  const kinds = args.map((type) => type.kind);
  const candidates = overloads.flatMap((overload) => {
    const params = expandParams(overload, kinds.length);
    return params ? [{ overload, params }] : [];
  });
  const exact =
    exactMatch(candidates, kinds) ?? (asOperator ? exactMatch(candidates, assumeSameType(kinds)) : undefined);
  if (exact) return { kind: 'found', ...exact };
  const reachable = candidates.filter(({ params }) =>
    params.every(
      (param, i) => kinds[i] === 'unknown' || kinds[i] === param || convertsImplicitly(at(kinds, i), param),
    ),
  );
  if (reachable.length === 0) return { kind: 'none' };
  const chosen = thinOut(reachable, kinds);
  return chosen ? { kind: 'found', ...chosen } : { kind: 'ambiguous' };
}

function expandParams(signature: Signature, count: number): readonly SqlTypeKind[] | undefined {
  const { params } = signature;
  if (params.length === count) return params;
  const last = params.at(-1);
  if (!signature.variadic || last === undefined || count < params.length) return undefined;
  return [...params, ...Array<SqlTypeKind>(count - params.length).fill(last)];
}

function exactMatch<S>(
  candidates: readonly Candidate<S>[],
  kinds: readonly SqlTypeKind[],
): Candidate<S> | undefined {
  return candidates.find(({ params }) => params.every((param, i) => param === kinds[i]));
}

function assumeSameType(kinds: readonly SqlTypeKind[]): readonly SqlTypeKind[] {
  const known = kinds.find((kind) => kind !== 'unknown');
  return known === undefined ? kinds : kinds.map((kind) => (kind === 'unknown' ? known : kind));
}

function thinOut<S>(
  reachable: readonly Candidate<S>[],
  kinds: readonly SqlTypeKind[],
): Candidate<S> | undefined {
  let left = reachable;
  if (left.length > 1) left = best(left, ({ params }) => count(params, (param, i) => param === kinds[i]));
  if (left.length > 1) {
    left = best(left, ({ params }) =>
      count(params, (param, i) => param === kinds[i] || (kinds[i] !== 'unknown' && isPreferred(param))),
    );
  }
  if (left.length > 1 && kinds.includes('unknown')) left = guessUnknown(left, kinds);
  return left.length === 1 ? left[0] : undefined;
}

/** For each untyped literal: strings where any candidate takes them, else the one category all agree on. */
function guessUnknown<S>(
  candidates: readonly Candidate<S>[],
  kinds: readonly SqlTypeKind[],
): readonly Candidate<S>[] {
  let left = candidates;
  for (const [i, kind] of kinds.entries()) {
    if (kind !== 'unknown') continue;
    const seen = new Set(left.map(({ params }) => categoryOf(at(params, i))));
    const category: TypeCategory | undefined = seen.has('string')
      ? 'string'
      : seen.size === 1
        ? [...seen][0]
        : undefined;
    if (category === undefined) {
      left = [];
      break;
    }
    left = left.filter(({ params }) => categoryOf(at(params, i)) === category);
    const leaning = left.filter(({ params }) => isPreferred(at(params, i)));
    if (leaning.length > 0) left = leaning;
  }
  if (left.length === 1) return left;
  const known = new Set(kinds.filter((kind) => kind !== 'unknown'));
  if (known.size !== 1) return left;
  const assumed = assumeSameType(kinds);
  return candidates.filter(({ params }) =>
    params.every((param, i) => param === assumed[i] || convertsImplicitly(at(assumed, i), param)),
  );
}

function best<T>(items: readonly T[], score: (item: T) => number): readonly T[] {
  const highest = Math.max(...items.map(score));
  return items.filter((item) => score(item) === highest);
}

function count<T>(items: readonly T[], test: (item: T, index: number) => boolean): number {
  return items.filter(test).length;
}

function at(kinds: readonly SqlTypeKind[], index: number): SqlTypeKind {
  return kinds[index] ?? 'unknown';
}
