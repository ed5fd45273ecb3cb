/** A logical plan as an indented tree, the result on top; the text that EXPLAIN shows and tests compare. */
import { printSchema, type Schema } from '../columns/schema.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { printAggregate, printExpression } from '../expressions/print-expression.ts';
import type { LogicalPlan } from './logical-plan.ts';
import { printSortKeys } from './print-sort-keys.ts';
import { nodesOf } from './rewrite-plan.ts';

/** With `withColumns` every operator says which columns it gives. */
export function printLogicalPlan(plan: LogicalPlan, withColumns: boolean = false): string {
  return [...nodesOf(plan)]
    .flatMap((node, depth) => {
      const columns = `Columns: ${printSchema(node.schema) || 'none'}`;
      const isTold = !withColumns || node.kind === 'scan';
      return indent(isTold ? describe(node) : [...describe(node), columns], depth);
    })
    .join('\n');
}

function indent(lines: readonly string[], depth: number): readonly string[] {
  return lines.map((line, i) => `${'  '.repeat(i === 0 ? depth : depth + 2)}${line}`);
}

function describe(node: LogicalPlan): readonly string[] {
  switch (node.kind) {
    case 'scan': {
      const scan = `Scan ${node.relation}: ${printSchema(node.schema) || 'no columns'}`;
      return node.filter === undefined ? [scan] : [scan, `Filter: ${printExpression(node.filter)}`];
    }
    case 'values':
      return ['One row'];
    case 'filter':
      return [`Filter: ${printExpression(node.predicate)}`];
    case 'project':
      return [`Project: ${printProjection(node.expressions, node.schema)}`];
    case 'aggregate': {
      const keys = node.keys.map(printExpression).join(', ');
      const aggregates = node.aggregates.map(printAggregate).join(', ');
      const title = keys === '' ? 'Aggregate' : node.aggregates.length === 0 ? 'Distinct' : 'Aggregate';
      const lines = [keys === '' ? `${title}: all rows` : `${title}: by ${keys}`];
      return aggregates === '' ? lines : [...lines, `Aggregates: ${aggregates}`];
    }
    case 'distinct':
      return ['Distinct'];
    case 'sort':
      return [`Sort: ${printSortKeys(node.keys, node.schema)}`];
    case 'limit':
      return [`Limit: ${printLimit(node.limit, node.offset)}`];
    case 'top_n':
      return [`Top-N: ${printLimit(node.limit, node.offset)}, by ${printSortKeys(node.keys, node.schema)}`];
  }
}

/** `symbol, price * 2 AS total`: a name is written only where it is not the expression itself. */
export function printProjection(expressions: readonly BoundExpression[], schema: Schema): string {
  const columns = expressions.map((expression, i) => {
    const text = printExpression(expression);
    const name = schema[i]?.name ?? text;
    return text === name ? text : `${text} AS ${name}`;
  });
  return columns.join(', ') || 'no columns';
}

export function printLimit(limit: bigint | undefined, offset: bigint): string {
  const rows = limit === undefined ? 'all rows' : `${limit} row${limit === 1n ? '' : 's'}`;
  return offset === 0n ? rows : `${rows} after the first ${offset}`;
}
