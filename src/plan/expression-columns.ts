/** The columns inside bound expressions: which are used, and expressions with others in their place. */
import {
  type BoundColumn,
  type BoundExpression,
  nodesOf,
  rewriteExpression,
} from '../expressions/bound-expression.ts';

/** Adds the indexes of the columns that the expression reads. */
export function collectColumns(expression: BoundExpression, into: Set<number>): Set<number> {
  for (const node of nodesOf(expression)) if (node.kind === 'column') into.add(node.index);
  return into;
}

/** The expression with each column replaced by what `replace` answers. */
export function replaceColumns(
  expression: BoundExpression,
  replace: (column: BoundColumn) => BoundExpression,
): BoundExpression {
  return rewriteExpression(expression, {
    enter: (node) => (node.kind === 'column' ? replace(node) : undefined),
  });
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
  let size = 0;
  for (const _ of nodesOf(expression)) if (++size >= max) break;
  return size;
}
