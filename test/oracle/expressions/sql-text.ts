/** Our catalogue's calls in PostgreSQL's spelling. */
import type { SqlType } from '../../../src/columns/sql-type.ts';
import { binaryOperators } from '../../../src/expressions/binding/operators.ts';

const tests: Readonly<Record<string, string>> = {
  is_null: 'IS NULL',
  is_not_null: 'IS NOT NULL',
  is_true: 'IS TRUE',
  is_not_true: 'IS NOT TRUE',
  is_false: 'IS FALSE',
  is_not_false: 'IS NOT FALSE',
};

const likes: Readonly<Record<string, string>> = {
  like: 'LIKE',
  not_like: 'NOT LIKE',
};

export function callSql(name: string, args: readonly string[]): string {
  const [first = '', second = '', third] = args;
  const test = tests[name];
  if (test) return `${first} ${test}`;
  if (name === 'negate') return `- ${first}`;
  if (name === 'plus') return `+ ${first}`;
  if (name === 'not') return `NOT ${first}`;
  if (name === 'position') return `position(${first} IN ${second})`;
  if (name === 'in_list') return `${first} IN (${args.slice(1).join(', ')})`;
  if (name === 'position') return `position(${first} IN ${second})`;
  const like = likes[name];
  if (like) return `${first} ${like} ${second}${third === undefined ? '' : ` ESCAPE ${third}`}`;
  const operator = binaryOperators.get(name);
  if (operator) return `${first} ${operator} ${second}`;
  return `${name}(${args.join(', ')})`;
}

export function castSql(operand: string, type: SqlType): string {
  return `CAST(${operand} AS ${sqlTypeName(type)})`;
}

const names: Readonly<Partial<Record<SqlType['kind'], string>>> = {
  int: 'int4',
  bigint: 'int8',
  double: 'float8',
  varchar: 'text',
};

export function sqlTypeName(type: SqlType): string {
  return type.kind === 'decimal'
    ? `numeric(${type.precision},${type.scale})`
    : (names[type.kind] ?? type.kind);
}
