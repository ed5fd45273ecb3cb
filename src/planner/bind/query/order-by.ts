/**
 * ORDER BY: an integer is a position in the SELECT list, a bare name first one of its names, anything else an
 * expression over what the SELECT list is over. Ties are broken by all output columns, so that the order is
 * total and LIMIT always means the same rows.
 */
import { type SourceSpan, VelostreamError } from '../../../base/error.ts';
import type { SqlType } from '../../../columns/sql-type.ts';
import { settle } from '../../../expressions/binding/cast-to.ts';
import type { BoundExpression } from '../../../expressions/bound-expression.ts';
import { printExpression } from '../../../expressions/print-expression.ts';
import type { SortKey } from '../../../plan/logical-plan.ts';
import { sameExpression } from '../../../plan/same-expression.ts';
import type { Select, SortItem } from '../../../sql/ast/query.ts';
import { bindExpression } from '../expression/expression.ts';
import type { ExpressionContext } from '../expression/expression-context.ts';
import { keyOrderOf } from '../expression/key-order.ts';
import { ambiguous } from '../expression/scope.ts';
import { notInList, ordinalOf } from './group-by.ts';
import type { OutputColumn } from './select-list.ts';

export interface BoundOrder {
  /** Columns that only the order needs, behind the output columns. */
  readonly hidden: readonly OutputColumn[];
  /** Over the output columns and the hidden ones. */
  readonly keys: readonly SortKey[];
}

export function bindOrderBy(
  query: Select,
  outputs: readonly OutputColumn[],
  context: ExpressionContext,
): BoundOrder {
  const columns = [...outputs];
  const keys = context.problems.all(query.orderBy, (item): SortKey => {
    const index = bindSortItem(item, outputs, columns, context);
    if (query.distinct && index >= outputs.length) throw notSelected(item.span);
    return { index, ...keyOrderOf(item) };
  });
  const distinctKeys = keys.filter((key, i) => keys.findIndex((other) => other.index === key.index) === i);
  return { hidden: columns.slice(outputs.length), keys: withTieBreaks(distinctKeys, outputs) };
}

/** The column to sort by; a new one is added behind the others. */
function bindSortItem(
  item: SortItem,
  outputs: readonly OutputColumn[],
  columns: OutputColumn[],
  context: ExpressionContext,
): number {
  const named = ordinalIndex(item, outputs) ?? namedIndex(item, outputs);
  if (named !== undefined) return named;
  const expression = settle(bindExpression(item.expression, { ...context, clause: 'ORDER BY' }));
  const known = columns.findIndex((column) => sameExpression(column.expression, expression));
  if (known >= 0) return known;
  return columns.push({ name: printExpression(expression), expression }) - 1;
}

function ordinalIndex(item: SortItem, outputs: readonly OutputColumn[]): number | undefined {
  const position = ordinalOf(item.expression, 'ORDER BY');
  if (position === undefined) return undefined;
  if (position < 1 || position > outputs.length) throw notInList('ORDER BY', position, item.expression.span);
  return position - 1;
}

function namedIndex(item: SortItem, outputs: readonly OutputColumn[]): number | undefined {
  if (item.expression.kind !== 'column_reference' || item.expression.parts.length > 1) return undefined;
  const name = item.expression.parts[0]?.name ?? '';
  const matches = [...outputs.keys()].filter((i) => outputs[i]?.name === name);
  const [first] = matches;
  if (first === undefined) return undefined;
  const different = matches.some((i) => !sameOutput(outputs[i], outputs[first]));
  if (different) throw ambiguousOrder(name, item.expression.span);
  return first;
}

function sameOutput(a: OutputColumn | undefined, b: OutputColumn | undefined): boolean {
  return a !== undefined && b !== undefined && sameExpression(a.expression, b.expression);
}

function withTieBreaks(keys: readonly SortKey[], outputs: readonly OutputColumn[]): readonly SortKey[] {
  if (keys.length === 0) return keys;
  const tie = (index: number): SortKey => ({ index, descending: false, nullsFirst: false, tieBreak: true });
  const indexes = [...outputs.keys()];
  const rest = indexes.filter((index) => !keys.some((key) => key.index === index)).map(tie);
  const exact = indexes
    .filter((i) => printsDifferently(outputs[i]?.expression))
    .map((i) => ({ ...tie(i), exact: true }));
  return [...keys, ...rest, ...exact];
}

/** Types with values that compare as equal and yet print differently. */
const looselyEqual: ReadonlySet<SqlType['kind']> = new Set(['double', 'interval']);

function printsDifferently(expression: BoundExpression | undefined): boolean {
  return expression !== undefined && looselyEqual.has(expression.type.kind);
}

function ambiguousOrder(name: string, position: SourceSpan): VelostreamError {
  const { message } = ambiguous(name, position);
  return new VelostreamError(message.replace('column reference', 'ORDER BY'), {
    code: 'sql_ambiguous_name',
    position,
  });
}

function notSelected(position: SourceSpan): VelostreamError {
  return new VelostreamError('for SELECT DISTINCT, ORDER BY expressions must appear in select list', {
    code: 'sql_grouping',
    position,
  });
}
