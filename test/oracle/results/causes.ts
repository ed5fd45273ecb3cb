/**
 * Queries that show why a query is answered differently: the same one without what nobody reads, without its
 * LIMIT, without conditions on what a subquery gives, and each condition of an AND or OR alone.
 */
import { type Item, isGrouped, printQuery, type QueryShape } from './query.ts';

/** The query without what is computed in its subqueries and never read; undefined where all is read. */
export function pruned(query: QueryShape): QueryShape | undefined {
  const { from } = query;
  if (from === undefined) return undefined;
  // One row is in order.
  const outer = isOneRow(from) ? { ...query, orderBy: [] } : query;
  const reads = textsOf(outer).join(' ');
  const inner = withoutUnread(from, (name) => reads.includes(name));
  const deeper = pruned(inner) ?? inner;
  const less = { ...outer, from: deeper };
  return printQuery(less, 'ours') === printQuery(query, 'ours') ? undefined : less;
}

function isOneRow(query: QueryShape): boolean {
  return isGrouped(query) && query.items.every(({ role }) => role !== 'key');
}

function withoutUnread(query: QueryShape, isRead: (name: string) => boolean): QueryShape {
  const { items, distinct, limit, offset, orderBy } = query;
  const isCut = limit !== undefined || offset !== undefined;
  // Which rows a LIMIT keeps matters where one is read. Ties are then broken by all columns, but behind the
  // keys of groups, which come first, there are none.
  const isChosen = isCut && !isOneRow(query) && items.some(({ name }) => isRead(name));
  if (distinct || (isChosen && !isGrouped(query))) return isChosen ? query : { ...query, orderBy: [] };
  const order = isChosen ? orderBy : [];
  const sorts = order.map(({ sql }) => sql).join(' ');
  const kept = items.filter(({ role, name }) => role === 'key' || isRead(name) || sorts.includes(name));
  return { ...query, items: kept.length > 0 ? kept : [fillerOf(query)], orderBy: order };
}

/** An item that cannot fail, where no other is left. */
function fillerOf(query: QueryShape): Item {
  return isGrouped(query)
    ? { sql: 'COUNT(*)', name: 'filler_', kind: 'bigint', role: 'aggregate' }
    : { sql: 'TRUE', name: 'filler_', kind: 'boolean', role: 'value' };
}

function textsOf({ items, where, having, orderBy }: QueryShape): readonly string[] {
  return [...items, ...orderBy].map(({ sql }) => sql).concat(where ?? [], having ?? []);
}

/** Each part of the query that has a LIMIT which leaves rows of its source unread, without that. */
export function* unlimited(query: QueryShape): Iterable<QueryShape> {
  const { limit, orderBy, from } = query;
  if (limit === 0 || (limit !== undefined && orderBy.length === 0)) yield { ...query, limit: undefined };
  if (from !== undefined) yield* unlimited(from);
}

/** Each part of the query that has a condition on the rows of a subquery, without that. */
export function* unfiltered(query: QueryShape): Iterable<QueryShape> {
  const { where, from } = query;
  if (from === undefined) return;
  if (where !== undefined) yield { ...query, where: undefined };
  yield* unfiltered(from);
}

/**
 * For each side of an AND or OR in the query and its subqueries: a query that computes it for all rows that
 * come from below.
 */
export function* guardedConditions(query: QueryShape): Iterable<QueryShape> {
  const { items, where, from } = query;
  const below = {
    distinct: false,
    from,
    having: undefined,
    orderBy: [],
    limit: undefined,
    offset: undefined,
  };
  const probe = (sql: string, kept: string | undefined): QueryShape => {
    return { ...below, items: [{ sql, name: 'probe_', kind: 'boolean', role: 'value' }], where: kept };
  };
  for (const side of sidesOf(where ?? '')) yield probe(side, undefined);
  for (const { sql } of items) for (const side of sidesOf(sql)) yield probe(side, where);
  if (from !== undefined) yield* guardedConditions(from);
}

/** A part of an expression between two parentheses. */
interface Nest {
  /** Where the side that is being read begins. */
  start: number;
  hasSides: boolean;
  /** The next AND belongs to a BETWEEN. */
  isBetween: boolean;
}

const words = / (AND|OR|BETWEEN) /y;

/** What stands on either side of every AND and OR, at any depth of parentheses. */
function sidesOf(sql: string): readonly string[] {
  const sides: string[] = [];
  const nests: Nest[] = [{ start: 0, hasSides: false, isBetween: false }];
  const close = (end: number): void => {
    const nest = nests.pop();
    if (nest?.hasSides) sides.push(sql.slice(nest.start, end));
  };
  let isQuoted = false;
  for (let at = 0; at < sql.length; at++) {
    if (sql[at] === "'") isQuoted = !isQuoted;
    if (isQuoted) continue;
    const nest = nests.at(-1);
    if (sql[at] === '(') nests.push({ start: at + 1, hasSides: false, isBetween: false });
    if (sql[at] === ')') close(at);
    words.lastIndex = at;
    const word = words.exec(sql)?.[1];
    if (word === undefined || nest === undefined) continue;
    if (word !== 'BETWEEN' && !nest.isBetween) {
      sides.push(sql.slice(nest.start, at));
      Object.assign(nest, { start: at + word.length + 1, hasSides: true });
    }
    nest.isBetween = word === 'BETWEEN';
  }
  close(sql.length);
  return sides;
}
