/**
 * Computes logical and physical plans row by row in plain JavaScript, slowly and without sharing code with
 * the planner or the kernels. Knows integers, strings and booleans. Physical plans run in any number of
 * partitions, with chunks dealt and channels read in an order that a random source decides, and must not
 * depend on it.
 */
import type { BoundAggregate, BoundExpression } from '../../../src/expressions/bound-expression.ts';
import type { LogicalPlan, SortKey } from '../../../src/plan/logical-plan.ts';

export type Value = bigint | string | boolean | null;
export type Row = readonly Value[];

/** A value that cannot be computed: the row, and with it the query, fails. */
export class EvaluationFailure extends Error {}

interface PlacedRow {
  readonly row: Row;
  /** Where the row stands: in the input, or in the order that the last sort made. */
  readonly position: bigint;
}

/** The result of a logical plan, in the order that it promises, or else of positions. */
export function runLogical(plan: LogicalPlan, tables: ReadonlyMap<string, readonly Row[]>): readonly Row[] {
  return run(plan, tables).map((placed) => placed.row);
}

function run(plan: LogicalPlan, tables: ReadonlyMap<string, readonly Row[]>): PlacedRow[] {
  switch (plan.kind) {
    case 'scan': {
      const rows = (tables.get(plan.relation) ?? []).map((row, index) => ({
        row: plan.columns.map((column) => (column.kind === 'field' ? (row[column.index] ?? null) : null)),
        position: BigInt(index),
      }));
      return rows.filter(({ row }) => plan.filter === undefined || evaluate(plan.filter, row) === true);
    }
    case 'values':
      return [{ row: [], position: 0n }];
    case 'filter':
      return run(plan.input, tables).filter(({ row }) => evaluate(plan.predicate, row) === true);
    case 'project':
      return run(plan.input, tables).map(({ row, position }) => ({
        row: plan.expressions.map((expression) => evaluate(expression, row)),
        position,
      }));
    case 'distinct':
      return group(run(plan.input, tables), (row) => row, []);
    case 'aggregate':
      return group(
        run(plan.input, tables),
        (row) => plan.keys.map((key) => evaluate(key, row)),
        plan.aggregates,
        plan.keys.length === 0,
      );
    case 'sort':
      return renumber(run(plan.input, tables).sort((a, b) => compareRows(a.row, b.row, plan.keys)));
    case 'top_n': {
      const sorted = run(plan.input, tables).sort((a, b) => compareRows(a.row, b.row, plan.keys));
      return renumber(sorted.slice(Number(plan.offset), Number(plan.offset + plan.limit)));
    }
    case 'limit': {
      const rows = run(plan.input, tables).sort((a, b) => (a.position < b.position ? -1 : 1));
      const end = plan.limit === undefined ? rows.length : Number(plan.offset + plan.limit);
      return renumber(rows.slice(Number(plan.offset), end));
    }
  }
}

function renumber(rows: readonly PlacedRow[]): PlacedRow[] {
  return rows.map(({ row }, index) => ({ row, position: BigInt(index) }));
}

function group(
  rows: readonly PlacedRow[],
  keyOf: (row: Row) => Row,
  aggregates: readonly BoundAggregate[],
  always = false,
): PlacedRow[] {
  const groups = new Map<string, { key: Row; rows: PlacedRow[] }>();
  if (always) groups.set(rowText([]), { key: [], rows: [] });
  for (const placed of rows) {
    const key = keyOf(placed.row);
    const found = groups.get(rowText(key)) ?? { key, rows: [] };
    found.rows.push(placed);
    groups.set(rowText(key), found);
  }
  return [...groups.values()].map(({ key, rows: members }) => ({
    row: [...key, ...aggregates.map((aggregate) => fold(aggregate, members))],
    position: firstPosition(members),
  }));
}

/** A group stands where its first row stood. */
function firstPosition(rows: readonly PlacedRow[]): bigint {
  return rows.map((placed) => placed.position).sort((a, b) => (a < b ? -1 : 1))[0] ?? 0n;
}

function fold(aggregate: BoundAggregate, rows: readonly PlacedRow[]): Value {
  const { filter, args } = aggregate;
  const counted = rows.filter(({ row }) => filter === undefined || evaluate(filter, row) === true);
  const inputs = counted.map(({ row, position }) => ({
    values: args.map((arg) => evaluate(arg, row)),
    position,
  }));
  return aggregateValues(aggregate, inputs);
}

export interface AggregateInput {
  /** The arguments, then the keys of the aggregate's own order. */
  readonly values: readonly Value[];
  readonly position: bigint;
}

export function aggregateValues(
  { name, order, distinct }: Pick<BoundAggregate, 'name' | 'order' | 'distinct'>,
  inputs: readonly AggregateInput[],
): Value {
  const keys = order.map((key, i) => ({ ...key, index: i + 1 }));
  const inOrder = inputs
    .map(({ values: [value = true, ...rest], position }) => ({ values: [value, ...rest], position }))
    .sort((a, b) => compareRows(a.values, b.values, keys) || (a.position < b.position ? -1 : 1));
  const given = inOrder.map(({ values: [value = null] }) => value).filter((value) => value !== null);
  const values = distinct ? [...new Set(given)] : given;
  switch (name) {
    case 'count':
      return BigInt(values.length);
    case 'sum':
      return values.length === 0 ? null : values.reduce<bigint>((sum, value) => sum + BigInt(value), 0n);
    case 'min':
      return values.reduce<Value>((least, value) => (least === null || value < least ? value : least), null);
    case 'max':
      return values.reduce<Value>((most, value) => (most === null || value > most ? value : most), null);
    case 'first':
      return inOrder[0]?.values[0] ?? null;
    case 'last':
      return inOrder.at(-1)?.values[0] ?? null;
    default:
      throw new Error(`the interpreter knows no aggregate ${name}`);
  }
}

/** Three-valued, left to right; AND, OR and CASE evaluate no more than decides them. */
export function evaluate(expression: BoundExpression, row: Row): Value {
  switch (expression.kind) {
    case 'column':
      return row[expression.index] ?? null;
    case 'literal':
      return typeof expression.value === 'number' ? BigInt(expression.value) : (expression.value as Value);
    case 'cast':
      return evaluate(expression.arg, row);
    case 'and':
    case 'or': {
      const decisive = expression.kind === 'or';
      let result: Value = !decisive;
      for (const arg of expression.args) {
        const value = evaluate(arg, row);
        if (value === decisive) return decisive;
        if (value === null) result = null;
      }
      return result;
    }
    case 'case': {
      const branch = expression.branches.find(({ condition }) => evaluate(condition, row) === true);
      return evaluate(branch?.result ?? expression.otherwise, row);
    }
    case 'coalesce': {
      for (const arg of expression.args) {
        const value = evaluate(arg, row);
        if (value !== null) return value;
      }
      return null;
    }
    case 'call':
      return call(
        expression.name,
        expression.args.map((arg) => evaluate(arg, row)),
      );
  }
}

function call(name: string, args: readonly Value[]): Value {
  const [a = null, b = null] = args;
  if (name === 'is_null') return a === null;
  if (name === 'is_not_null') return a !== null;
  if (name === 'is_true') return a === true;
  if (a === null || (args.length > 1 && b === null)) return null;
  if (name === 'not') return !a;
  if (typeof a === 'bigint' && (typeof b === 'bigint' || args.length === 1)) {
    const numeric = arithmetic(name, a, typeof b === 'bigint' ? b : 0n);
    if (numeric !== undefined) return numeric;
  }
  return comparison(name, a, b as Value);
}

function arithmetic(name: string, a: bigint, b: bigint): bigint | undefined {
  switch (name) {
    case 'add':
      return a + b;
    case 'subtract':
      return a - b;
    case 'multiply':
      return a * b;
    case 'negate':
      return -a;
    case 'divide':
      if (b === 0n) throw new EvaluationFailure('division by zero');
      return a / b;
    default:
      return undefined;
  }
}

function comparison(name: string, a: Value, b: Value): Value {
  const order = compareValues(a, b);
  switch (name) {
    case 'equal':
      return order === 0;
    case 'not_equal':
      return order !== 0;
    case 'less_than':
      return order < 0;
    case 'less_or_equal':
      return order <= 0;
    case 'greater_than':
      return order > 0;
    case 'greater_or_equal':
      return order >= 0;
    default:
      throw new Error(`the interpreter knows no function ${name}`);
  }
}

export function compareRows(a: Row, b: Row, keys: readonly SortKey[]): number {
  for (const { index, descending, nullsFirst } of keys) {
    const [left, right] = [a[index] ?? null, b[index] ?? null];
    if (left === null && right === null) continue;
    if (left === null) return nullsFirst ? -1 : 1;
    if (right === null) return nullsFirst ? 1 : -1;
    const order = compareValues(left, right);
    if (order !== 0) return descending ? -order : order;
  }
  return 0;
}

function compareValues(a: Value, b: Value): number {
  if (a === b || a === null || b === null) return 0;
  return a < b ? -1 : 1;
}

/** Different rows have different texts. */
export function rowText(row: Row): string {
  return JSON.stringify(row.map((value) => (typeof value === 'bigint' ? { n: value.toString() } : value)));
}
