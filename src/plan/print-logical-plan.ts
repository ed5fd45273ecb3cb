/** A logical plan as an indented tree, the result on top; the text that EXPLAIN shows and tests compare. */
import { printSchema } from '../columns/schema.ts';
import { printAggregate, printExpression } from '../expressions/print-expression.ts';
import type { LogicalPlan } from './logical-plan.ts';
import { printSortKeys } from './print-sort-keys.ts';
import { nodesOf } from './rewrite-plan.ts';

export function printLogicalPlan(plan: LogicalPlan): string {
  return [...nodesOf(plan)].flatMap((node, depth) => indent(describe(node), depth)).join('\n');
}

function indent(lines: readonly string[], depth: number): readonly string[] {
  return lines.map((line, i) => `${'  '.repeat(i === 0 ? depth : depth + 2)}${line}`);
}

function describe(node: LogicalPlan): readonly string[] {
  switch (node.kind) {
    case 'scan': {
      const scan = `Scan ${node.relation}: ${node.schema.length === 0 ? 'no columns' : printSchema(node.schema)}`;
      return node.filter === undefined ? [scan] : [scan, `Filter: ${printExpression(node.filter)}`];
    }
    case 'values':
      return ['One row'];
    case 'filter':
      return [`Filter: ${printExpression(node.predicate)}`];
    case 'project':
      return [
        `Project: ${node.expressions.map((e, i) => printNamed(printExpression(e), node.schema[i]?.name)).join(', ')}`,
      ];
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

/** `price * 2 AS total`; only the expression where that is the name. */
export function printNamed(expression: string, name: string | undefined): string {
  return name === undefined || expression === name ? expression : `${expression} AS ${name}`;
}

export function printLimit(limit: bigint | undefined, offset: bigint): string {
  const rows = limit === undefined ? 'all rows' : `${limit} row${limit === 1n ? '' : 's'}`;
  return offset === 0n ? rows : `${rows} after the first ${offset}`;
}
