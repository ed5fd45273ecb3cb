/**
 * Bound expressions and aggregates as SQL-like text for plans: resolved names, inserted casts shown, operands
 * in brackets.
 */
import { printType, type SqlType } from '../columns/sql-type.ts';
import { binaryOperators, unaryOperators } from './binding/operators.ts';
import {
  type BoundAggregate,
  type BoundCall,
  type BoundExpression,
  chainOf,
  type Interval,
  type KeyOrder,
  type LiteralValue,
} from './bound-expression.ts';

export function printExpression(expression: BoundExpression): string {
  let below: { readonly node: BoundExpression; readonly text: string } | undefined;
  const print = (inner: BoundExpression): string =>
    inner === below?.node ? below.text : printExpression(inner);
  for (const node of chainOf(expression)) below = { node, text: printNode(node, print) };
  return below?.text ?? '';
}

type Print = (expression: BoundExpression) => string;

function printNode(expression: BoundExpression, print: Print): string {
  switch (expression.kind) {
    case 'column':
      return expression.name;
    case 'literal':
      return printLiteral(expression.type, expression.value);
    case 'cast':
      return `CAST(${print(expression.arg)} AS ${printType(expression.type)})`;
    case 'and':
    case 'or':
      return expression.args
        .map((arg) => printOperand(arg, print))
        .join(` ${expression.kind.toUpperCase()} `);
    case 'case': {
      const branches = expression.branches.map(
        ({ condition, result }) => `WHEN ${print(condition)} THEN ${print(result)}`,
      );
      return `CASE ${branches.join(' ')} ELSE ${print(expression.otherwise)} END`;
    }
    case 'coalesce':
      return `COALESCE(${expression.args.map(print).join(', ')})`;
    default:
      return printCall(expression, print);
  }
}

/** `SUM(DISTINCT price) FILTER (WHERE side = 'buy')`, `FIRST(price ORDER BY at DESC)`. */
export function printAggregate({ name, args, order, distinct, filter }: BoundAggregate): string {
  const texts = args.map(printExpression);
  const keys = texts.splice(args.length - order.length).map((key, i) => key + printKeyOrder(order[i]));
  const inner = name === 'count' && args.length === 0 ? '*' : texts.join(', ');
  const orderBy = keys.length === 0 ? '' : ` ORDER BY ${keys.join(', ')}`;
  const call = `${name.toUpperCase()}(${distinct ? 'DISTINCT ' : ''}${inner}${orderBy})`;
  return filter ? `${call} FILTER (WHERE ${printExpression(filter)})` : call;
}

/** What differs from ascending with NULLs last, the default. */
export function printKeyOrder(order: KeyOrder | undefined): string {
  if (order === undefined) return '';
  const direction = order.descending ? ' DESC' : '';
  return order.nullsFirst === order.descending
    ? direction
    : `${direction} NULLS ${order.nullsFirst ? 'FIRST' : 'LAST'}`;
}

const tests: ReadonlyMap<string, string> = new Map([
  ['is_null', 'IS NULL'],
  ['is_not_null', 'IS NOT NULL'],
  ['is_true', 'IS TRUE'],
  ['is_not_true', 'IS NOT TRUE'],
  ['is_false', 'IS FALSE'],
  ['is_not_false', 'IS NOT FALSE'],
]);

const spelled: ReadonlyMap<string, string> = new Map([
  ['like', 'LIKE'],
  ['not_like', 'NOT LIKE'],
]);

function printCall({ name, args }: BoundCall, print: Print): string {
  const operand = (arg: BoundExpression): string => printOperand(arg, print);
  const [first, second, third] = args;
  const binary = spelled.get(name) ?? binaryOperators.get(name);
  if (binary !== undefined && first && second) {
    const escaping = third ? ` ESCAPE ${operand(third)}` : '';
    return `${operand(first)} ${binary} ${operand(second)}${escaping}`;
  }
  const unary = unaryOperators.get(name);
  if (unary !== undefined && first) return `${unary}${name === 'not' ? ' ' : ''}${operand(first)}`;
  const test = tests.get(name);
  if (test !== undefined && first) return `${operand(first)} ${test}`;
  if (name === 'in_list' && first) {
    return `${operand(first)} IN (${args.slice(1).map(print).join(', ')})`;
  }
  return `${name.toUpperCase()}(${args.map(print).join(', ')})`;
}

/** An operand in brackets, unless it is one piece already. */
function printOperand(expression: BoundExpression, print: Print): string {
  const text = print(expression);
  switch (expression.kind) {
    case 'and':
    case 'or':
      return `(${text})`;
    case 'call':
      return /^\w+\(.*\)$/.test(text) ? text : `(${text})`;
    case 'literal':
      return text.startsWith('-') ? `(${text})` : text;
    default:
      return text;
  }
}

function printLiteral(type: SqlType, value: LiteralValue): string {
  if (value === null) return 'NULL';
  switch (type.kind) {
    case 'boolean':
      return value ? 'TRUE' : 'FALSE';
    case 'varchar':
    case 'unknown':
      return quote(String(value));
    case 'decimal':
      return printScaled(BigInt(value as bigint), type.scale);
    case 'date':
      return `DATE ${quote(isoDate(Number(value)))}`;
    case 'timestamp':
    case 'timestamptz':
      return `${printType(type)} ${quote(isoTimestamp(BigInt(value as bigint), type.kind))}`;
    case 'interval': {
      const { months, days, micros } = value as Interval;
      return `INTERVAL ${quote(`${months} months ${days} days ${printScaled(micros, 6)} seconds`)}`;
    }
    default:
      return Object.is(value, -0) ? '-0' : String(value);
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function printScaled(value: bigint, scale: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const sign = value < 0n ? '-' : '';
  if (scale === 0) return sign + digits;
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Days that JavaScript's calendar does not reach are shown as a count. */
function isoDate(days: number): string {
  const date = new Date(days * 86_400_000);
  return Number.isNaN(date.getTime()) ? `epoch ${days} days` : date.toISOString().replace(/T.*/, '');
}

function isoTimestamp(micros: bigint, kind: string): string {
  const millis = micros / 1000n - (micros % 1000n < 0n ? 1n : 0n);
  const date = new Date(Number(millis));
  if (Number.isNaN(date.getTime())) return `epoch ${micros} microseconds`;
  const fraction = (((micros % 1_000_000n) + 1_000_000n) % 1_000_000n).toString().padStart(6, '0');
  const text = `${date.toISOString().slice(0, -5).replace('T', ' ')}.${fraction}`
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
  return kind === 'timestamptz' ? `${text}+00` : text;
}
