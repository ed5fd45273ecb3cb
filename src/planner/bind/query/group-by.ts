/**
 * GROUP BY keys: an integer is a position in the SELECT list; a name is a column of the FROM clause or else
 * an alias; anything else is an expression. A key that is there twice counts once.
 */
import { type SourceSpan, VelostreamError } from '../../../base/error.ts';
import { settle } from '../../../expressions/binding/cast-to.ts';
import type { BoundExpression } from '../../../expressions/bound-expression.ts';
import { collectColumns } from '../../../plan/expression-columns.ts';
import { sameExpression } from '../../../plan/same-expression.ts';
import { numberDigits } from '../../../sql/ast/literal.ts';
import type { Expression } from '../../../sql/ast/query.ts';
import { bindExpression } from '../expression/expression.ts';
import type { ExpressionContext } from '../expression/expression-context.ts';
import type { SelectList } from './select-list.ts';

export function bindGroupKeys(
  groupBy: readonly Expression[],
  context: ExpressionContext,
  list: SelectList,
): readonly BoundExpression[] {
  const bound = context.problems.all(groupBy, (item) => bindKey(item, context, list));
  return bound.filter((key, i) => bound.findIndex((other) => sameExpression(other, key)) === i);
}

function bindKey(item: Expression, context: ExpressionContext, list: SelectList): BoundExpression {
  const position = ordinalOf(item, 'GROUP BY');
  const key =
    position === undefined
      ? settle(bindExpression(item, { ...context, aggregates: undefined, clause: 'GROUP BY' }))
      : list.at(position);
  if (key === undefined) throw notInList('GROUP BY', position ?? 0, item.span);
  checkNoAggregate(key, item.span, context);
  return key;
}

/** An alias or a position can stand for an aggregate, which is not known before the groups are. */
function checkNoAggregate(key: BoundExpression, position: SourceSpan, context: ExpressionContext): void {
  const base = context.aggregates?.base ?? Number.POSITIVE_INFINITY;
  if (![...collectColumns(key, new Set())].some((index) => index >= base)) return;
  throw new VelostreamError('aggregate functions are not allowed in GROUP BY', {
    code: 'sql_grouping',
    position,
  });
}

/** The position that an integer constant means; undefined for any other expression. */
export function ordinalOf(item: Expression, clause: string): number | undefined {
  switch (item.kind) {
    case 'number_literal':
      if (item.form !== 'integer') throw notAnInteger(clause, item.span);
      return Number(numberDigits(item));
    case 'string_literal':
    case 'boolean_literal':
    case 'null_literal':
      throw notAnInteger(clause, item.span);
    default:
      return undefined;
  }
}

export function notInList(clause: string, ordinal: number, position: SourceSpan): VelostreamError {
  return new VelostreamError(`${clause} position ${ordinal} is not in select list`, {
    code: 'sql_undefined_name',
    position,
  });
}

function notAnInteger(clause: string, position: SourceSpan): VelostreamError {
  return new VelostreamError(`non-integer constant in ${clause}`, { code: 'sql_syntax', position });
}
