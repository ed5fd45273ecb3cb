/**
 * Computes what does not depend on a row, once, at planning time. What fails on evaluation stays and fails on
 * a row, if a row ever gets there. A decided AND, OR or CASE loses what cannot be reached any more, nothing
 * before it; comparisons with many constants become one look-up.
 */
import { booleanType } from '../../columns/sql-type.ts';
import { booleanLiteral } from '../../expressions/binding/literals.ts';
import {
  type BoundAggregate,
  type BoundCase,
  type BoundExpression,
  type BoundLogic,
  rewriteExpression,
} from '../../expressions/bound-expression.ts';
import { type FoldOptions, foldConstant, isConstant } from '../../expressions/fold.ts';
import type { LogicalPlan } from '../../plan/logical-plan.ts';
import { transformPlan } from '../../plan/rewrite-plan.ts';
import { mergeEqualities } from './merge-equalities.ts';

export function foldConstants(plan: LogicalPlan, session: FoldOptions): LogicalPlan {
  const fold = (expression: BoundExpression): BoundExpression => foldExpression(expression, session);
  return transformPlan(plan, (node) => foldNode(node, fold));
}

type Fold = (expression: BoundExpression) => BoundExpression;

function foldNode(node: LogicalPlan, fold: Fold): LogicalPlan {
  switch (node.kind) {
    case 'filter': {
      const predicate = fold(node.predicate);
      return isTrue(predicate) ? node.input : { ...node, predicate };
    }
    case 'scan': {
      const filter = node.filter && fold(node.filter);
      return { ...node, filter: filter === undefined || isTrue(filter) ? undefined : filter };
    }
    case 'project':
      return { ...node, expressions: node.expressions.map(fold) };
    case 'aggregate':
      return {
        ...node,
        keys: node.keys.map(fold),
        aggregates: node.aggregates.map((aggregate) => foldAggregate(aggregate, fold)),
      };
    default:
      return node;
  }
}

function foldAggregate(aggregate: BoundAggregate, fold: Fold): BoundAggregate {
  const filter = aggregate.filter && fold(aggregate.filter);
  return {
    ...aggregate,
    args: aggregate.args.map(fold),
    filter: filter !== undefined && isTrue(filter) ? undefined : filter,
  };
}

/** The expression with every constant part computed. */
export function foldExpression(expression: BoundExpression, session: FoldOptions): BoundExpression {
  return rewriteExpression(expression, {
    enter: (node) => (isConstant(node) ? foldConstant(node, session) : undefined),
    leave: (node) => {
      switch (node.kind) {
        case 'and':
        case 'or':
          return simplifyLogic(node);
        case 'case':
          return simplifyCase(node);
        default:
          return node;
      }
    },
  });
}

/** Drops operands that decide nothing, and all behind the one that decides. */
function simplifyLogic(logic: BoundLogic): BoundExpression {
  const decisive = logic.kind === 'or';
  const reached: BoundExpression[] = [];
  for (const arg of logic.args) {
    if (isBoolean(arg, !decisive)) continue;
    reached.push(arg);
    if (isBoolean(arg, decisive)) break;
  }
  const args = decisive ? mergeEqualities(reached) : reached;
  const [first] = args;
  if (first === undefined) return booleanLiteral(!decisive, logic.span);
  if (args.length === 1) return first;
  return { ...logic, args, type: booleanType, nullable: args.some((arg) => arg.nullable) };
}

/** Drops branches that are never taken, and all behind the one that always is. */
function simplifyCase(expression: BoundCase): BoundExpression {
  const branches: BoundCase['branches'][number][] = [];
  let { otherwise } = expression;
  for (const branch of expression.branches) {
    if (isBoolean(branch.condition, false) || isNull(branch.condition)) continue;
    if (isTrue(branch.condition)) {
      otherwise = branch.result;
      break;
    }
    branches.push(branch);
  }
  if (branches.length === 0) return otherwise;
  const nullable = otherwise.nullable || branches.some((branch) => branch.result.nullable);
  return { ...expression, branches, otherwise, nullable };
}

function isBoolean(expression: BoundExpression, value: boolean): boolean {
  return expression.kind === 'literal' && expression.value === value;
}

function isTrue(expression: BoundExpression): boolean {
  return isBoolean(expression, true);
}

function isNull(expression: BoundExpression): boolean {
  return expression.kind === 'literal' && expression.value === null;
}
