/**
 * Expressions: from the syntax tree to typed calls. Names mean what the scope says, coercions are those of
 * expressions/. An aggregate call becomes a column behind the scope's own columns; group.ts puts it in its
 * place.
 */
import { VelostreamError } from '../../../base/error.ts';
import { dateType, timestampType, timestamptzType, varcharType } from '../../../columns/sql-type.ts';
import { castTo } from '../../../expressions/binding/cast-to.ts';
import { bindCase } from '../../../expressions/binding/conditionals.ts';
import { castWithin } from '../../../expressions/binding/limits.ts';
import {
  booleanLiteral,
  literal,
  nullLiteral,
  numberLiteral,
  stringLiteral,
} from '../../../expressions/binding/literals.ts';
import { operatorNames } from '../../../expressions/binding/operators.ts';
import * as predicates from '../../../expressions/binding/predicates.ts';
import { resolveCall } from '../../../expressions/binding/resolve-call.ts';
import type { BoundExpression } from '../../../expressions/bound-expression.ts';
import { numberDigits, type TypedLiteral } from '../../../sql/ast/literal.ts';
import type {
  Binary,
  Case,
  Cast,
  ColumnReference,
  DatetimeFunction,
  Expression,
} from '../../../sql/ast/query.ts';
import { type Visitor, visit } from '../../../sql/ast/traverse.ts';
import { bindCall } from './call.ts';
import { bindDataType, secondsLimit } from './data-type.ts';
import type { ExpressionContext } from './expression-context.ts';
import { bindInterval } from './interval-literal.ts';
import { findColumn, undefinedColumn } from './scope.ts';

/**
 * Chains such as `a + b + c` lean to the left, up to as high as a tree may be. They are bound from the bottom
 * up, so that the call stack holds only what stands in parentheses.
 */
export function bindExpression(expression: Expression, context: ExpressionContext): BoundExpression {
  const chain = [expression];
  for (let left = leftmostOf(expression); left !== undefined; left = leftmostOf(left)) chain.push(left);
  const { problems } = context;
  let below: Expression | undefined;
  let bound: BoundExpression | undefined;
  const visitor = visitorOf(context, (node) => {
    return node === below ? (bound ?? problems.giveUp()) : bindExpression(node, context);
  });
  for (const node of chain.reverse()) {
    bound = problems.attempt(() => visit(node, visitor));
    below = node;
  }
  return bound ?? problems.giveUp();
}

/** The operand that an operator was parsed behind. */
function leftmostOf(expression: Expression): Expression | undefined {
  switch (expression.kind) {
    case 'binary':
    case 'distinct_test':
      return expression.left;
    case 'logical':
      return expression.operands[0];
    case 'is_test':
    case 'between':
    case 'in_list':
    case 'like':
    case 'cast':
    case 'at_time_zone':
      return expression.operand;
    default:
      return undefined;
  }
}

type Bind = (node: Expression) => BoundExpression;

function visitorOf(context: ExpressionContext, bind: Bind): Visitor<Expression, BoundExpression> {
  const { problems } = context;
  const all = (...nodes: readonly Expression[]): BoundExpression[] => problems.all(nodes, bind);
  const both = (left: Expression, right: Expression): [BoundExpression, BoundExpression] => {
    const [a, b] = all(left, right);
    return a === undefined || b === undefined ? problems.giveUp() : [a, b];
  };
  return {
    number_literal: (node) => numberLiteral(numberDigits(node), node.span),
    string_literal: (node) => stringLiteral(node.value, node.span),
    boolean_literal: (node) => booleanLiteral(node.value, node.span),
    null_literal: (node) => nullLiteral(node.span),
    typed_literal: (node) => bindCast(node, stringLiteral(node.value, node.span)),
    interval_literal: bindInterval,
    column_reference: (node) => bindColumn(node, context),
    unary: (node) => {
      const operand = bind(node.operand);
      if (node.operator === 'not') return predicates.bindNot(operand, node.span);
      return resolveCall(node.operator === '-' ? 'negate' : 'plus', [operand], node.span);
    },
    binary: (node) => bindBinary(node, both(node.left, node.right)),
    logical: (node) => predicates.bindLogic(node.operator, all(...node.operands), node.span),
    is_test: (node) => predicates.bindIsTest(bind(node.operand), node.test, node.negated, node.span),
    distinct_test: (node) => {
      const [left, right] = both(node.left, node.right);
      return predicates.bindDistinctTest(left, right, node.negated, node.span);
    },
    between: (node) => {
      const operand = problems.attempt(() => bind(node.operand));
      const [low, high] = both(node.low, node.high);
      if (operand === undefined) return problems.giveUp();
      return predicates.bindBetween(
        operand,
        { low, high, symmetric: node.symmetric },
        node.negated,
        node.span,
      );
    },
    in_list: (node) => {
      const [operand, ...items] = all(node.operand, ...node.items);
      if (operand === undefined) return problems.giveUp();
      return predicates.bindIn(operand, items, node.negated, node.span);
    },
    like: (node) => {
      const [operand, pattern] = both(node.operand, node.pattern);
      const escapedBy = node.escape && bind(node.escape);
      const { caseInsensitive, negated } = node;
      return predicates.bindLike(
        operand,
        { pattern, escape: escapedBy },
        { caseInsensitive, negated },
        node.span,
      );
    },
    cast: (node) => bindCast(node, bind(node.operand)),
    case: (node) => bindCaseOf(node, context, bind),
    call: (node) => bindCall(node, context, bindExpression),
    extract: (node) => {
      const field = stringLiteral(node.field.name, node.field.span);
      return resolveCall('extract', [field, bind(node.operand)], node.span);
    },
    at_time_zone: (node) => {
      const [operand, zone] = both(node.operand, node.zone);
      return resolveCall('timezone', [zone, operand], node.span);
    },
    datetime_function: (node) => bindClock(node, context),
  };
}

function bindColumn(node: ColumnReference, context: ExpressionContext): BoundExpression {
  const column = findColumn(context.scope, node);
  if (column !== undefined) return column;
  const [part] = node.parts;
  if (node.parts.length === 1 && part !== undefined) {
    const aliased = context.aliases?.find(part.name, node);
    if (aliased !== undefined) return aliased;
  }
  throw undefinedColumn(context.scope, node, context.aliases?.names());
}

/** An error about the operator points at the operator, one about its value at the whole. */
function bindBinary(node: Binary, [left, right]: [BoundExpression, BoundExpression]): BoundExpression {
  const name = operatorNames.get(node.operator);
  if (name === undefined) throw new RangeError(`no catalogue name for the operator ${node.operator}`);
  const call = resolveCall(name, [left, right], node.operatorSpan);
  return { ...call, span: node.span };
}

function bindCast(node: Cast | TypedLiteral, operand: BoundExpression): BoundExpression {
  const { type, limit } = bindDataType(node.type, operand);
  return castWithin(castTo(operand, type, node.span, true), limit, node.span);
}

function bindCaseOf(node: Case, context: ExpressionContext, bind: Bind): BoundExpression {
  const { problems } = context;
  const before = problems.count;
  const operand = node.operand && problems.attempt(() => bind(node.operand as Expression));
  const branches = problems.all(node.branches, (branch) => {
    const [condition, result] = problems.all([branch.condition, branch.result], bind);
    return condition === undefined || result === undefined ? problems.giveUp() : { condition, result };
  });
  const otherwise = node.otherwise && bind(node.otherwise);
  if (problems.count > before) problems.giveUp();
  return bindCase(operand, branches, otherwise, node.span);
}

function bindClock(node: DatetimeFunction, context: ExpressionContext): BoundExpression {
  const limit = secondsLimit(node.precision, node.name, node.span);
  const now = castWithin(literal(timestamptzType, context.nowMicros, node.span), limit, node.span);
  switch (node.name) {
    case 'current_timestamp':
      return now;
    case 'localtimestamp':
      return castTo(now, timestampType, node.span, true);
    case 'current_date':
      return castTo(now, dateType, node.span, true);
    default:
      throw new VelostreamError(`${node.name} is not supported`, {
        code: 'sql_unsupported',
        position: node.span,
        hint: `Use localtimestamp, or CAST(localtimestamp AS ${varcharType.kind.toUpperCase()}).`,
      });
  }
}
