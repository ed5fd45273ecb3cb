/** Filters as lists of conditions that all must be true, in the order in which they are evaluated. */
import { booleanType } from '../../columns/sql-type.ts';
import { bindIsTest } from '../../expressions/binding/predicates.ts';
import type { BoundExpression } from '../../expressions/bound-expression.ts';
import { isFallible } from '../../expressions/fallible.ts';

export function conjunctsOf(predicate: BoundExpression | undefined): readonly BoundExpression[] {
  if (predicate === undefined) return [];
  return predicate.kind === 'and' ? predicate.args.flatMap(conjunctsOf) : [predicate];
}

/** One predicate of all conditions; undefined where there is none. */
export function conjunctionOf(conjuncts: readonly BoundExpression[]): BoundExpression | undefined {
  const [first] = conjuncts;
  if (first === undefined || conjuncts.length === 1) return first;
  return {
    kind: 'and',
    args: conjuncts,
    type: booleanType,
    nullable: conjuncts.some((conjunct) => conjunct.nullable),
    span: undefined,
  };
}

/**
 * The predicate of two filters in a row. The upper one's conditions are evaluated only where the lower one's
 * are true; as AND goes on behind a NULL, a lower condition that can be NULL is asked whether it is TRUE
 * where the upper can fail.
 */
export function filterBehind(lower: BoundExpression | undefined, upper: BoundExpression): BoundExpression {
  const protecting = isFallible(upper);
  const first = conjunctsOf(lower).map((conjunct) =>
    protecting && conjunct.nullable ? bindIsTest(conjunct, 'true', false, conjunct.span) : conjunct,
  );
  return conjunctionOf([...first, ...conjunctsOf(upper)]) ?? upper;
}
