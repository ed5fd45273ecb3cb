/** Filters as lists of conditions that all must be true, in the order in which they are evaluated. */
import { booleanType } from '../../columns/sql-type.ts';
import type { BoundExpression } from '../../expressions/bound-expression.ts';

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
