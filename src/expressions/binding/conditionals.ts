/** CASE, COALESCE and NULLIF, bound. Their operands are converted to one common type. */
import type { SourceSpan } from '../../base/error.ts';
import type { BoundExpression } from '../bound-expression.ts';
import { castTo, toCondition } from './cast-to.ts';
import { commonType, toCommonType } from './common-type.ts';
import { nullLiteral } from './literals.ts';
import { compare } from './predicates.ts';

export interface CaseBranch {
  readonly condition: BoundExpression;
  readonly result: BoundExpression;
}

/** Searched CASE when `operand` is undefined; else each branch's condition is compared with it. */
export function bindCase(
  operand: BoundExpression | undefined,
  branches: readonly CaseBranch[],
  otherwise: BoundExpression | undefined,
  span?: SourceSpan,
): BoundExpression {
  const last = otherwise ?? nullLiteral(span);
  const type = commonType([last, ...branches.map((branch) => branch.result)], 'CASE');
  const bound = branches.map(({ condition, result }) => ({
    condition: operand
      ? compare('equal', operand, condition, condition.span)
      : toCondition(condition, 'CASE/WHEN'),
    result: castTo(result, type, result.span, false),
  }));
  const fallback = castTo(last, type, last.span, false);
  const nullable = fallback.nullable || bound.some(({ result }) => result.nullable);
  return { kind: 'case', branches: bound, otherwise: fallback, type, nullable, span };
}

export function bindCoalesce(args: readonly BoundExpression[], span?: SourceSpan): BoundExpression {
  const same = toCommonType(args, 'COALESCE');
  const [first] = same;
  if (same.length === 1 && first) return first;
  const type = commonType(same, 'COALESCE');
  return { kind: 'coalesce', args: same, type, nullable: same.every((arg) => arg.nullable), span };
}

/** `NULLIF(a, b)`: NULL where they are equal, else `a` with its own type. */
export function bindNullIf(
  left: BoundExpression,
  right: BoundExpression,
  span?: SourceSpan,
): BoundExpression {
  const condition = compare('equal', left, right, span);
  const result = castTo(left, commonType([left], 'NULLIF'), left.span, false);
  return {
    kind: 'case',
    branches: [{ condition, result: nullLiteral(span, result.type) }],
    otherwise: result,
    type: result.type,
    nullable: true,
    span,
  };
}
