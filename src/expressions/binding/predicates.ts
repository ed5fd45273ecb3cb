/** Comparisons and tests, bound: what has no function call's syntax in SQL. All results are BOOLEAN. */
import { type SourceSpan, VelostreamError } from '../../base/error.ts';
import { booleanType } from '../../columns/sql-type.ts';
import type { BoundExpression } from '../bound-expression.ts';
import { settle, toCondition } from './cast-to.ts';
import { toCommonType } from './common-type.ts';
import type { ComparisonName } from './operators.ts';
import { resolveCall } from './resolve-call.ts';

/** `a = b`, `a < b` and so on. */
export function compare(
  operator: ComparisonName,
  left: BoundExpression,
  right: BoundExpression,
  span?: SourceSpan,
): BoundExpression {
  return resolveCall(operator, [left, right], span);
}

/** `a AND b AND ...`, `a OR b OR ...`; nested connectives of the same kind become one node. */
export function bindLogic(
  kind: 'and' | 'or',
  operands: readonly BoundExpression[],
  span?: SourceSpan,
): BoundExpression {
  const context = kind.toUpperCase();
  const args = operands
    .map((operand) => toCondition(operand, context))
    .flatMap((operand) => (operand.kind === kind ? operand.args : [operand]));
  const [first] = args;
  if (args.length === 1 && first) return first;
  return { kind, args, type: booleanType, nullable: args.some((arg) => arg.nullable), span };
}

export function bindNot(operand: BoundExpression, span?: SourceSpan): BoundExpression {
  return resolveCall('not', [toCondition(operand, 'NOT')], span);
}

/** `x IS [NOT] NULL | TRUE | FALSE | UNKNOWN`. */
export function bindIsTest(
  operand: BoundExpression,
  test: 'null' | 'true' | 'false' | 'unknown',
  negated: boolean,
  span?: SourceSpan,
): BoundExpression {
  const name = `${negated ? 'is_not' : 'is'}_${test === 'unknown' ? 'null' : test}`;
  const arg =
    test === 'null'
      ? settle(operand)
      : toCondition(operand, `IS ${negated ? 'NOT ' : ''}${test.toUpperCase()}`);
  return resolveCall(name, [arg], span);
}

/** `a IS DISTINCT FROM b`; `negated` with NOT: equality for which NULL equals NULL. */
export function bindDistinctTest(
  left: BoundExpression,
  right: BoundExpression,
  negated: boolean,
  span?: SourceSpan,
): BoundExpression {
  return resolveCall(negated ? 'is_not_distinct_from' : 'is_distinct_from', [left, right], span);
}

/** `x BETWEEN low AND high`; `symmetric` takes the bounds in either order. */
export function bindBetween(
  operand: BoundExpression,
  bounds: { readonly low: BoundExpression; readonly high: BoundExpression; readonly symmetric: boolean },
  negated: boolean,
  span?: SourceSpan,
): BoundExpression {
  const within = (low: BoundExpression, high: BoundExpression): BoundExpression =>
    bindLogic(
      'and',
      [compare('greater_or_equal', operand, low, span), compare('less_or_equal', operand, high, span)],
      span,
    );
  const { low, high, symmetric } = bounds;
  const between = symmetric
    ? bindLogic('or', [within(low, high), within(high, low)], span)
    : within(low, high);
  return negated ? bindNot(between, span) : between;
}

/** `x IN (a, b, ...)`. */
export function bindIn(
  operand: BoundExpression,
  items: readonly BoundExpression[],
  negated: boolean,
  span?: SourceSpan,
): BoundExpression {
  const [subject, ...rest] = toCommonType([operand, ...items], 'IN');
  const equalities = subject ? rest.map((item) => compare('equal', subject, item, span)) : [];
  const list = bindLogic('or', equalities, span);
  return negated ? bindNot(list, span) : list;
}

/** `x [NOT] LIKE pattern [ESCAPE escape]`; ILIKE is the same between both in lower case. */
export function bindLike(
  operand: BoundExpression,
  pattern: { readonly pattern: BoundExpression; readonly escape: BoundExpression | undefined },
  options: { readonly caseInsensitive: boolean; readonly negated: boolean },
  span?: SourceSpan,
): BoundExpression {
  const escaping = pattern.escape;
  if (options.caseInsensitive && escaping !== undefined) checkCaseless(escaping);
  const inCase = (text: BoundExpression): BoundExpression =>
    options.caseInsensitive ? resolveCall('lower', [text], text.span) : text;
  const args = [inCase(operand), inCase(pattern.pattern), ...(escaping ? [escaping] : [])];
  return resolveCall(options.negated ? 'not_like' : 'like', args, span);
}

/** A letter would mean itself in one case and the escape in the other. */
function checkCaseless(escaping: BoundExpression): void {
  if (escaping.kind === 'literal' && !/[a-z]/i.test(String(escaping.value ?? ''))) return;
  throw new VelostreamError('ILIKE takes a constant that is no letter as its ESCAPE', {
    code: 'sql_unsupported',
    position: escaping.span,
  });
}
