/**
 * Expressions as SQL text. Parentheses stand where the precedence of operators asks for them, and nowhere
 * else; reading the text again gives the same tree.
 */
import type { Literal, StringLiteral } from '../ast/literal.ts';
import type { Call, Case, Expression, SortItem } from '../ast/query.ts';
import { type Visitor, visit } from '../ast/traverse.ts';
import { binaryPrecedence, precedence } from '../precedence.ts';
import { printDataType, printIdentifier, printQualifiedName } from './name.ts';

/** The text of an expression, in parentheses if it binds looser than `minimum`. */
export function printExpression(expression: Expression, minimum: number = precedence.lowest): string {
  const text = visit(expression, printers);
  return bindingOf(expression) < minimum ? `(${text})` : text;
}

export function printSortItem(item: SortItem): string {
  const direction = item.direction === 'desc' ? ' DESC' : '';
  const nulls = item.nulls === undefined ? '' : ` NULLS ${item.nulls.toUpperCase()}`;
  return printExpression(item.expression) + direction + nulls;
}

export function printString(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** How tightly the printed form holds together; what needs no parentheses anywhere binds tightest. */
function bindingOf(expression: Expression): number {
  switch (expression.kind) {
    case 'logical':
      return expression.operator === 'or' ? precedence.or : precedence.and;
    case 'unary':
      return expression.operator === 'not' ? precedence.not : precedence.sign;
    case 'binary':
      return binaryPrecedence[expression.operator];
    case 'is_test':
    case 'distinct_test':
      return precedence.is;
    case 'between':
    case 'in_list':
    case 'like':
      return precedence.range;
    case 'at_time_zone':
      return precedence.atTimeZone;
    default:
      return precedence.cast;
  }
}

const literalPrinters: Visitor<Literal, string> = {
  number_literal: ({ text }) => text,
  string_literal: ({ value }: StringLiteral) => printString(value),
  boolean_literal: ({ value }) => (value ? 'TRUE' : 'FALSE'),
  null_literal: () => 'NULL',
  typed_literal: ({ type, value }) => `${printDataType(type)} ${printString(value)}`,
  interval_literal: ({ value, unit, endUnit, precision }) => {
    const digits = precision === undefined ? '' : `(${precision})`;
    if (unit === undefined) return `INTERVAL${digits} ${printString(value)}`;
    const range = endUnit === undefined ? unit : `${unit} TO ${endUnit}`;
    return `INTERVAL ${printString(value)} ${range.toUpperCase()}${digits}`;
  },
};

const printers: Visitor<Expression, string> = {
  ...literalPrinters,
  column_reference: ({ parts }) => parts.map(printIdentifier).join('.'),
  unary: ({ operator, operand }) => {
    if (operator === 'not') return `NOT ${printExpression(operand, precedence.not)}`;
    const text = printExpression(operand, precedence.sign);
    return /^[-+]/.test(text) ? `${operator} ${text}` : operator + text;
  },
  binary: ({ operator, left, right }) => {
    const level = binaryPrecedence[operator];
    const leftLevel = level === precedence.comparison ? level + 1 : level;
    return `${printExpression(left, leftLevel)} ${operator} ${printExpression(right, level + 1)}`;
  },
  logical: ({ operator, operands }) => {
    const level = operator === 'or' ? precedence.or : precedence.and;
    return operands.map((operand) => printExpression(operand, level + 1)).join(` ${operator.toUpperCase()} `);
  },
  is_test: ({ operand, test, negated }) =>
    `${printExpression(operand, precedence.is + 1)} IS ${not(negated)}${test.toUpperCase()}`,
  distinct_test: ({ left, right, negated }) => {
    const [first, second] = [left, right].map((side) => printExpression(side, precedence.is + 1));
    return `${first} IS ${not(negated)}DISTINCT FROM ${second}`;
  },
  between: ({ operand, low, high, symmetric, negated }) => {
    const [value, from, to] = [operand, low, high].map((part) => printExpression(part, precedence.range + 1));
    return `${value} ${not(negated)}BETWEEN ${symmetric ? 'SYMMETRIC ' : ''}${from} AND ${to}`;
  },
  in_list: ({ operand, items, negated }) =>
    `${printExpression(operand, precedence.range + 1)} ${not(negated)}IN (${printList(items)})`,
  like: ({ operand, pattern, escape: character, caseInsensitive, negated }) => {
    const word = caseInsensitive ? 'ILIKE' : 'LIKE';
    const [value, like] = [operand, pattern].map((part) => printExpression(part, precedence.range + 1));
    const tail = character === undefined ? '' : ` ESCAPE ${printExpression(character, precedence.range + 1)}`;
    return `${value} ${not(negated)}${word} ${like}${tail}`;
  },
  cast: ({ operand, type }) => `CAST(${printExpression(operand)} AS ${printDataType(type)})`,
  case: printCase,
  call: printCall,
  extract: ({ field, operand }) => `EXTRACT(${printIdentifier(field)} FROM ${printExpression(operand)})`,
  at_time_zone: ({ operand, zone }) => {
    const text = printExpression(operand, precedence.atTimeZone);
    return `${text} AT TIME ZONE ${printExpression(zone, precedence.atTimeZone + 1)}`;
  },
  datetime_function: ({ name, precision }) =>
    name.toUpperCase() + (precision === undefined ? '' : `(${precision})`),
};

function printCase({ operand, branches, otherwise }: Case): string {
  const head = operand === undefined ? 'CASE' : `CASE ${printExpression(operand)}`;
  const whens = branches.map(
    ({ condition, result }) => `WHEN ${printExpression(condition)} THEN ${printExpression(result)}`,
  );
  const tail = otherwise === undefined ? [] : [`ELSE ${printExpression(otherwise)}`];
  return [head, ...whens, ...tail, 'END'].join(' ');
}

function printCall({ name, args, star, distinct, orderBy, filter }: Call): string {
  const order = orderBy.length === 0 ? '' : ` ORDER BY ${orderBy.map(printSortItem).join(', ')}`;
  const inside = star ? '*' : (distinct ? 'DISTINCT ' : '') + printList(args) + order;
  const tail = filter === undefined ? '' : ` FILTER (WHERE ${printExpression(filter)})`;
  return `${printQualifiedName(name)}(${inside})${tail}`;
}

function printList(items: readonly Expression[]): string {
  return items.map((item) => printExpression(item)).join(', ');
}

function not(negated: boolean): string {
  return negated ? 'NOT ' : '';
}
