/**
 * Makes one look-up of neighbouring comparisons of a value with constants, as an IN list or an OR of `=` has
 * them. Only neighbours, so that operands are still evaluated, and fail, in the order in which they stand.
 */
import { sameType } from '../../columns/sql-type.ts';
import { resolveCall } from '../../expressions/binding/resolve-call.ts';
import type { BoundExpression, BoundLiteral } from '../../expressions/bound-expression.ts';
import { lookupKinds } from '../../expressions/functions/in-list.ts';
import { sameExpression } from '../../plan/same-expression.ts';

/** So many comparisons are worth a look-up. */
const lookupCountMin = 8;

interface Equality {
  readonly comparison: BoundExpression;
  readonly subject: BoundExpression;
  readonly item: BoundLiteral;
}

/** Operands of an OR, with the same meaning. */
export function mergeEqualities(operands: readonly BoundExpression[]): readonly BoundExpression[] {
  if (operands.length < lookupCountMin) return operands;
  const merged: BoundExpression[] = [];
  let run: Equality[] = [];
  const endRun = (): void => {
    merged.push(...lookUp(run));
    run = [];
  };
  for (const operand of operands) {
    const equality = asEquality(operand);
    const [first] = run;
    if (first !== undefined && !(equality && sameExpression(equality.subject, first.subject))) endRun();
    if (equality === undefined) merged.push(operand);
    else run.push(equality);
  }
  endRun();
  return merged;
}

/** The comparisons of one subject, as one if there are enough. */
function lookUp(run: readonly Equality[]): readonly BoundExpression[] {
  const [first] = run;
  if (first === undefined || run.length < lookupCountMin) return run.map(({ comparison }) => comparison);
  const items = run.map(({ item }) => item);
  return [resolveCall('in_list', [first.subject, ...items], first.comparison.span)];
}

function asEquality(comparison: BoundExpression): Equality | undefined {
  if (comparison.kind !== 'call' || comparison.name !== 'equal') return undefined;
  const [left, right] = comparison.args;
  if (left === undefined || right === undefined || !lookupKinds.includes(left.type.kind)) return undefined;
  // Decimals of different scales are compared by value, and looked up by their words.
  if (!sameType(left.type, right.type)) return undefined;
  if (right.kind === 'literal') return { comparison, subject: left, item: right };
  return left.kind === 'literal' ? { comparison, subject: right, item: left } : undefined;
}
