/** Our tree in the neutral form. Knows nothing of PostgreSQL's. */
import { type IntervalLiteral, type NumberLiteral, numberDigits } from '../../../src/sql/ast/literal.ts';
import type { DataType, Identifier, QualifiedName } from '../../../src/sql/ast/name.ts';
import type {
  Call,
  Expression,
  Query,
  SelectItem,
  SortItem,
  TableReference,
} from '../../../src/sql/ast/query.ts';
import type { ColumnDefinition, Statement } from '../../../src/sql/ast/statement.ts';
import { type Visitor, visit } from '../../../src/sql/ast/traverse.ts';
import type { Shape } from './shape.ts';

export function ourStatement(statement: Statement): Shape {
  return visit(statement, statementShapes);
}

const statementShapes: Visitor<Statement, Shape> = {
  query_statement: ({ query }) => ['query', select(query)],
  insert: ({ target, columns, query }) => ['insert', names(target), columns.map(nameOf), select(query)],
  create_relation: ({ ifNotExists, name, columns }) => [
    'create',
    ifNotExists,
    names(name),
    columns.map(column),
  ],
  create_relation_as: ({ ifNotExists, name, columns, query }) => [
    'create as',
    ifNotExists,
    names(name),
    columns.map(nameOf),
    select(query),
  ],
  explain: ({ options, statement }) => [
    'explain',
    options.map(({ name, value }) => (value === undefined ? [name] : [name, value])),
    ourStatement(statement),
  ],
};

function column({ name, type, notNull, primaryKey }: ColumnDefinition): Shape {
  return [name.name, dataType(type), notNull, primaryKey];
}

function select(query: Query): Shape {
  const limit = query.limit?.kind === 'null_literal' ? undefined : query.limit;
  return [
    'select',
    query.distinct,
    query.items.map(selectItem),
    query.from === undefined ? [] : [table(query.from)],
    optional(query.where),
    query.groupBy.map(expression),
    optional(query.having),
    query.orderBy.map(sortItem),
    optional(limit),
    optional(query.offset),
  ];
}

function selectItem(item: SelectItem): Shape {
  if (item.kind === 'select_expression')
    return ['item', expression(item.expression), item.alias?.name ?? ['none']];
  return ['item', ['column', ...(item.qualifier?.parts.map(nameOf) ?? []), ['*']], ['none']];
}

function table(reference: TableReference): Shape {
  const { alias } = reference;
  const aliasShape: Shape = alias === undefined ? ['none'] : [alias.name.name, alias.columns.map(nameOf)];
  if (reference.kind === 'named_table') return ['table', names(reference.name), aliasShape];
  if (reference.kind === 'subquery') return ['subquery', select(reference.query), aliasShape];
  return ['uri', reference.uri.value, aliasShape];
}

function sortItem({ expression: inner, direction, nulls }: SortItem): Shape {
  return [expression(inner), direction, nulls === undefined ? '' : `nulls_${nulls}`];
}

function optional(inner: Expression | undefined): Shape {
  return inner === undefined ? ['none'] : expression(inner);
}

function expression(inner: Expression): Shape {
  return visit(inner, expressionShapes);
}

const expressionShapes: Visitor<Expression, Shape> = {
  number_literal: (literal) => ['number', numberDigits(literal)],
  string_literal: ({ value }) => ['string', value],
  boolean_literal: ({ value }) => ['boolean', value],
  null_literal: () => ['null'],
  typed_literal: ({ type, value }) => [
    'cast',
    ['string', value],
    [type.name, ...type.parameters.map(String)],
  ],
  interval_literal: (literal) => [
    'cast',
    ['string', literal.value],
    ['interval', ...intervalFields(literal)],
  ],
  column_reference: ({ parts }) => ['column', ...parts.map(nameOf)],
  unary: ({ operator, operand }) => {
    if (operator === 'not') return ['not', expression(operand)];
    const constant = operator === '-' ? negatedConstant(operand) : undefined;
    return constant === undefined ? ['sign', operator, expression(operand)] : ['number', constant];
  },
  binary: ({ operator, left, right }) => ['operator', operator, expression(left), expression(right)],
  logical: ({ operator, operands }) => [operator, ...operands.map(expression)],
  is_test: ({ operand, test, negated }) => ['is', negated, test, expression(operand)],
  distinct_test: ({ left, right, negated }) => ['distinct', negated, expression(left), expression(right)],
  between: ({ operand, low, high, symmetric, negated }) => [
    'between',
    negated,
    symmetric,
    ...[operand, low, high].map(expression),
  ],
  in_list: ({ operand, items, negated }) => ['in', negated, expression(operand), items.map(expression)],
  like: ({ operand, pattern, escape: character, caseInsensitive, negated }) => [
    caseInsensitive ? 'ilike' : 'like',
    negated,
    expression(operand),
    expression(pattern),
    optional(character),
  ],
  cast: ({ operand, type }) => ['cast', expression(operand), dataType(type)],
  case: ({ operand, branches, otherwise }) => [
    'case',
    optional(operand),
    branches.map(({ condition, result }) => [expression(condition), expression(result)]),
    optional(otherwise),
  ],
  call: (node) => call(node),
  extract: ({ field, operand }) => ['extract', field.name, expression(operand)],
  at_time_zone: ({ operand, zone }) => ['at time zone', expression(operand), expression(zone)],
  datetime_function: ({ name, precision }) => ['datetime', name, precision ?? null],
};

/** PostgreSQL folds a minus before a number into the number. */
function negatedConstant(operand: Expression): string | undefined {
  if (operand.kind === 'number_literal') return negate(numberDigits(operand as NumberLiteral));
  if (operand.kind !== 'unary' || operand.operator !== '-') return undefined;
  const inner = negatedConstant(operand.operand);
  return inner === undefined ? undefined : negate(inner);
}

/** An integer zero has no sign, a decimal zero has. */
function negate(digits: string): string {
  if (digits.startsWith('-')) return digits.slice(1);
  return /^0+$/.test(digits) ? digits : `-${digits}`;
}

function call({ name, args, star, distinct, orderBy, filter }: Call): Shape {
  const parts = name.parts.map(nameOf);
  return ['call', parts, args.map(expression), star, distinct, orderBy.map(sortItem), optional(filter)];
}

/** An interval's unit is a bit mask in PostgreSQL, and a precision alone has the mask of all units. */
function intervalFields({ unit, endUnit, precision }: IntervalLiteral): readonly Shape[] {
  if (unit === undefined) return precision === undefined ? [] : ['32767', String(precision)];
  const units = Object.keys(unitBits);
  const range = units.slice(units.indexOf(unit), units.indexOf(endUnit ?? unit) + 1);
  const mask = range.reduce((sum, name) => sum + 2 ** (unitBits[name] ?? 0), 0);
  return [String(mask), ...(precision === undefined ? [] : [String(precision)])];
}

const unitBits: Readonly<Record<string, number>> = {
  year: 2,
  month: 1,
  day: 3,
  hour: 10,
  minute: 11,
  second: 12,
};

function dataType({ name, parameters }: DataType): Shape {
  const digits = parameters.map(String);
  if (name === 'char' && digits.length === 0) return ['char', '1'];
  if (name === 'interval' && digits.length > 0) return ['interval', '32767', ...digits];
  return [name, ...digits];
}

function names({ parts }: QualifiedName): Shape {
  return parts.map(nameOf);
}

function nameOf({ name }: Identifier): string {
  return name;
}
