/** The columns inside bound expressions: which are used, and expressions with others in their place. */
import {
  type BoundColumn,
  type BoundExpression,
  mapOperands,
  operandsOf,
} from '../expressions/bound-expression.ts';

/** Adds the indexes of the columns that the expression reads. */
export function collectColumns(expression: BoundExpression, into: Set<number>): Set<number> {
  if (expression.kind === 'column') into.add(expression.index);
  else for (const operand of operandsOf(expression)) collectColumns(operand, into);
  return into;
}

/** The expression with each column replaced by what `replace` answers. */
export function replaceColumns(
  expression: BoundExpression,
  replace: (column: BoundColumn) => BoundExpression,
): BoundExpression {
  if (expression.kind === 'column') return replace(expression);
  return mapOperands(expression, (operand) => replaceColumns(operand, replace));
}

/** The same expression over an input where column i has moved to `moved.get(i)`. */
export function moveColumns(
  expression: BoundExpression,
  moved: ReadonlyMap<number, number>,
): BoundExpression {
  return replaceColumns(expression, (column) => {
    const index = moved.get(column.index);
    if (index === undefined) throw new RangeError(`column ${column.index} is gone`);
    return { ...column, index };
  });
}

/** The expression over a projection's output, as an expression over the projection's input. */
export function substituteColumns(
  expression: BoundExpression,
  projection: readonly BoundExpression[],
): BoundExpression {
  return replaceColumns(expression, (column) => {
    const replacement = projection[column.index];
    if (replacement === undefined) throw new RangeError(`no expression ${column.index} in the projection`);
    return replacement;
  });
}

/** Nodes of the tree, counted no further than `max`. */
export function expressionSize(expression: BoundExpression, max: number): number {
  let size = 1;
  for (const operand of operandsOf(expression)) {
    if (size >= max) return max;
    size += expressionSize(operand, max - size);
  }
  return size;
}
