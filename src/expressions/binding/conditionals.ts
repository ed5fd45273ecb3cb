/** CASE, COALESCE and NULLIF, bound. Their operands are converted to one common type. */
import type { SourceSpan } from '../../base/error.ts';
import type { BoundExpression } from '../bound-expression.ts';
import { castTo, settle, toCondition } from './cast-to.ts';
import { commonType, toCommonType } from './common-type.ts';
import { nullLiteral } from './literals.ts';
import { compare } from './predicates.ts';
import { categoryOf } from './type-rules.ts';

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

/** `NULLIF(a, b)`: NULL where they are equal, else `a`, in the type that the comparison takes it. */
export function bindNullIf(
  left: BoundExpression,
  right: BoundExpression,
  span?: SourceSpan,
): BoundExpression {
  const condition = compare('equal', left, right, span);
  const compared = condition.kind === 'call' ? condition.args[0] : undefined;
  const result = compared === undefined || keepsType(left, compared) ? settle(left) : compared;
  return {
    kind: 'case',
    branches: [{ condition, result: nullLiteral(span, result.type) }],
    otherwise: result,
    type: result.type,
    nullable: true,
    span,
  };
}

/** PostgreSQL compares an INT with a BIGINT, and a DATE with a TIMESTAMP, as they are. */
function keepsType({ type }: BoundExpression, compared: BoundExpression): boolean {
  const comparesAcross = compared.type.kind === 'bigint' || categoryOf(compared.type.kind) === 'datetime';
  return comparesAcross && type.kind !== 'unknown';
}
