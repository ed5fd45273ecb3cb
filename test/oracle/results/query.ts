/**
 * A query as data, so that it can be printed for each engine and made smaller. Expressions are text with two
 * marks that engines read differently: `{div}` divides whole numbers, `{sum}` adds doubles.
 */
import type { ColumnKind } from './table.ts';

export interface Item {
  readonly sql: string;
  readonly name: string;
  readonly kind: ColumnKind;
  readonly role: 'value' | 'key' | 'aggregate';
}

export interface SortKey {
  readonly sql: string;
  readonly suffix: '' | ' DESC' | ' NULLS FIRST' | ' DESC NULLS LAST';
}

export interface QueryShape {
  readonly items: readonly Item[];
  readonly distinct: boolean;
  /** Undefined: the table itself. */
  readonly from: QueryShape | undefined;
  readonly where: string | undefined;
  readonly having: string | undefined;
  readonly orderBy: readonly SortKey[];
  readonly limit: number | undefined;
  readonly offset: number | undefined;
}

export type Dialect = 'ours' | 'duckdb' | 'postgres';

const marks: Readonly<Record<Dialect, readonly (readonly [string, string])[]>> = {
  ours: [
    ['{div}', '/'],
    ['{sum}', 'SUM'],
  ],
  postgres: [
    ['{div}', '/'],
    ['{sum}', 'SUM'],
  ],
  // fsum compensates, as we do.
  duckdb: [
    ['{div}', '//'],
    ['{sum}', 'fsum'],
  ],
};

/**
 * The query's text. We break ties by the output columns without being told; the others are told.
 */
export function printQuery(query: QueryShape, dialect: Dialect): string {
  return marks[dialect].reduce((text, [mark, word]) => text.replaceAll(mark, word), print(query, dialect));
}

export function isGrouped({ items }: QueryShape): boolean {
  return items.some(({ role }) => role !== 'value');
}

function print(query: QueryShape, dialect: Dialect): string {
  const { items, distinct, from, where, having, orderBy, limit, offset } = query;
  const list = items.map(({ sql, name }) => `${sql} AS ${name}`).join(', ');
  const keys = items.flatMap(({ role }, i) => (role === 'key' ? [String(i + 1)] : []));
  const ties = dialect === 'ours' ? [] : items.map((_, i) => String(i + 1));
  const order = [...orderBy.map(({ sql, suffix }) => sql + suffix), ...ties];
  return [
    `SELECT ${distinct ? 'DISTINCT ' : ''}${list}`,
    `FROM ${from === undefined ? 't' : `(${print(from, dialect)}) AS q`}`,
    where === undefined ? '' : `WHERE ${where}`,
    keys.length === 0 ? '' : `GROUP BY ${keys.join(', ')}`,
    having === undefined ? '' : `HAVING ${having}`,
    orderBy.length === 0 ? '' : `ORDER BY ${order.join(', ')}`,
    limit === undefined ? '' : `LIMIT ${limit}`,
    offset === undefined ? '' : `OFFSET ${offset}`,
  ]
    .filter((clause) => clause !== '')
    .join(' ');
}

/** Queries with one thing less; most daring first. Some are not valid any more. */
export function* smallerQueries(query: QueryShape): Iterable<QueryShape> {
  const { items, from, orderBy } = query;
  if (from !== undefined) {
    yield from;
    yield { ...query, from: undefined };
    for (const smaller of smallerQueries(from)) yield { ...query, from: smaller };
  }
  if (query.where !== undefined) yield { ...query, where: undefined };
  if (query.having !== undefined) yield { ...query, having: undefined };
  if (query.limit !== undefined) yield { ...query, limit: undefined };
  if (query.offset !== undefined) yield { ...query, offset: undefined };
  if (query.distinct) yield { ...query, distinct: false };
  for (const index of orderBy.keys()) yield { ...query, orderBy: without(orderBy, index) };
  if (items.length > 1) for (const index of items.keys()) yield { ...query, items: without(items, index) };
}

export function without<T>(list: readonly T[], index: number): readonly T[] {
  return [...list.slice(0, index), ...list.slice(index + 1)];
}
