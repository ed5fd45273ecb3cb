/**
 * Calls: of aggregates, of the few functions with an evaluation order of their own, and of the catalogue's.
 */
import { type SourceSpan, VelostreamError } from '../../../base/error.ts';
import { nearestName } from '../../../base/nearest-name.ts';
import { dateType, timestamptzType } from '../../../columns/sql-type.ts';
import { castTo } from '../../../expressions/binding/cast-to.ts';
import { bindCoalesce, bindNullIf } from '../../../expressions/binding/conditionals.ts';
import { literal } from '../../../expressions/binding/literals.ts';
import {
  isAggregateName,
  resolveAggregate,
  resolveCall,
  resolveWrittenCall,
} from '../../../expressions/binding/resolve-call.ts';
import type { BoundExpression } from '../../../expressions/bound-expression.ts';
import { sameExpression } from '../../../plan/same-expression.ts';
import { dottedName } from '../../../sql/ast/name.ts';
import type { Call, Expression } from '../../../sql/ast/query.ts';
import type { ExpressionContext } from './expression-context.ts';
import { keyOrderOf } from './key-order.ts';

type BindIn = (expression: Expression, context: ExpressionContext) => BoundExpression;

export function bindCall(node: Call, context: ExpressionContext, bind: BindIn): BoundExpression {
  const name = dottedName(node.name);
  if (isAggregateName(name)) return bindAggregate(node, name, context, bind);
  checkPlain(node, name);
  const args = context.problems.all(node.args, (arg) => bind(arg, context));
  const [first, second] = args;
  const now = literal(timestamptzType, context.nowMicros, node.span);
  switch (name) {
    case 'coalesce':
      if (first === undefined) break;
      return bindCoalesce(args, node.span);
    case 'nullif':
      if (first === undefined || second === undefined || args.length > 2) break;
      return bindNullIf(first, second, node.span);
    case 'age':
      if (first === undefined || second !== undefined) break;
      return resolveCall(name, [castTo(now, dateType, node.span, true), first], node.span);
    case 'now':
    case 'transaction_timestamp':
    case 'statement_timestamp':
      if (first !== undefined) break;
      return now;
    default:
  }
  return resolveWrittenCall(name, args, node.span);
}

function bindAggregate(node: Call, name: string, context: ExpressionContext, bind: BindIn): BoundExpression {
  const { aggregates, problems } = context;
  if (aggregates === undefined) throw misplacedAggregate(node, context.clause);
  if (node.star && name !== 'count') throw starOf(node, name);
  const inside = { ...context, aggregates: undefined, clause: insideAggregate };
  const args = problems.all(node.args, (arg) => bind(arg, inside));
  const filter = node.filter && bind(node.filter, { ...inside, clause: 'FILTER' });
  const orderBy = problems.all(node.orderBy, (item) => {
    const expression = bind(item.expression, inside);
    if (node.distinct && !args.some((arg) => sameExpression(arg, expression))) throw notAnArgument(item.span);
    return { expression, ...keyOrderOf(item) };
  });
  const { distinct } = node;
  return aggregates.add(resolveAggregate(name, args, { distinct, orderBy, filter }, node.span), node.span);
}

const insideAggregate = 'an aggregate';

function notAnArgument(position: SourceSpan): VelostreamError {
  return new VelostreamError(
    'in an aggregate with DISTINCT, ORDER BY expressions must appear in argument list',
    { code: 'sql_grouping', position },
  );
}

function misplacedAggregate(node: Call, clause: string): VelostreamError {
  const nested = clause === insideAggregate;
  const message = nested
    ? 'aggregate function calls cannot be nested'
    : `aggregate functions are not allowed in ${clause}`;
  const hint = clause === 'WHERE' ? 'A condition on groups stands in HAVING.' : undefined;
  return new VelostreamError(message, { code: 'sql_grouping', position: node.span, hint });
}

function checkPlain(node: Call, name: string): void {
  const wrong = node.distinct
    ? 'DISTINCT'
    : node.filter
      ? 'FILTER'
      : node.orderBy.length > 0
        ? 'ORDER BY'
        : undefined;
  if (wrong !== undefined) {
    throw new VelostreamError(`${wrong} specified, but ${name} is not an aggregate function`, {
      code: 'sql_type_mismatch',
      position: node.span,
    });
  }
  if (node.star) throw starOf(node, name);
}

function starOf(node: Call, name: string): VelostreamError {
  return new VelostreamError(`function ${name}(*) does not exist`, {
    code: 'sql_undefined_name',
    position: node.span,
    hint: nearestName(name, ['count'])
      ? 'Perhaps you meant the function "count".'
      : 'Only COUNT takes a star.',
  });
}
