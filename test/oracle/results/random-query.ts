/**
 * Random queries over `t` (table.ts): every clause, every aggregate, nested queries. All are valid; some fail
 * on a row. What an answer may not depend on is left out: FIRST, LAST and LIMIT without ORDER BY where no
 * order is defined.
 */
import type { SeededRandom } from '../../support/random-rows.ts';
import type { Item, QueryShape, SortKey } from './query.ts';
import { type ColumnKind, type TableColumn, tableColumns } from './table.ts';

const kinds: readonly ColumnKind[] = [
  'int',
  'bigint',
  'double',
  'decimal',
  'wide',
  'text',
  'boolean',
  'date',
  'timestamp',
];

export function randomQuery(random: SeededRandom): QueryShape {
  return new QueryWriter(random).query(random.pick([0, 0, 0, 1, 1, 2]));
}

interface Source {
  readonly columns: readonly TableColumn[];
  /** Whether its rows come in the order of the input. */
  readonly isInInputOrder: boolean;
}

class QueryWriter {
  readonly #random: SeededRandom;
  #names = 0;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  query(depth: number): QueryShape {
    const random = this.#random;
    const from = depth > 0 ? this.query(depth - 1) : undefined;
    const source: Source = {
      columns: from?.items ?? tableColumns,
      isInInputOrder: from === undefined || keepsInputOrder(from),
    };
    const grouped = random.chance(0.6);
    const items = grouped ? this.#groupItems(source) : this.#plainItems(source);
    const distinct = !grouped && random.chance(0.25);
    const query: QueryShape = {
      items,
      distinct,
      from,
      where: random.chance(0.4) ? this.#condition(source, 2) : undefined,
      having: grouped && random.chance(0.25) ? this.#having(source) : undefined,
      orderBy: [],
      limit: undefined,
      offset: undefined,
    };
    return this.#bounded(query, source, grouped || distinct);
  }

  #bounded(query: QueryShape, source: Source, mixes: boolean): QueryShape {
    const random = this.#random;
    const isOrdered = random.chance(0.4);
    const orderBy = isOrdered ? this.#orderBy(query, source, mixes) : [];
    if (!isOrdered && (mixes || !source.isInInputOrder)) return query;
    return {
      ...query,
      orderBy,
      limit: random.chance(0.4) ? random.pick([0, 1, 3, 10, 1000]) : undefined,
      offset: random.chance(0.2) ? random.pick([0, 1, 5]) : undefined,
    };
  }

  #orderBy(query: QueryShape, source: Source, mixes: boolean): readonly SortKey[] {
    const random = this.#random;
    return Array.from({ length: 1 + random.below(2) }, (): SortKey => {
      const suffix = random.pick(['', ' DESC', ' NULLS FIRST', ' DESC NULLS LAST'] as const);
      const isHidden = !mixes && random.chance(0.2);
      const column = random.pick(source.columns).name;
      if (isHidden) return { sql: random.pick([column, `(${column} IS NULL)`]), suffix };
      return { sql: random.pick(query.items).name, suffix };
    });
  }

  #plainItems(source: Source): readonly Item[] {
    return Array.from({ length: 1 + this.#random.below(4) }, () => this.#item(source, 'value'));
  }

  #groupItems(source: Source): readonly Item[] {
    const random = this.#random;
    const keys = Array.from({ length: random.pick([0, 1, 1, 1, 2, 3]) }, () => this.#item(source, 'key'));
    const aggregates = Array.from({ length: 1 + random.below(4) }, (): Item => {
      const filter = random.chance(0.25) ? ` FILTER (WHERE ${this.#condition(source, 1)})` : '';
      return { ...this.#aggregate(source, filter), name: this.#name(), role: 'aggregate' };
    });
    return [...keys, ...aggregates];
  }

  #item(source: Source, role: 'value' | 'key'): Item {
    const random = this.#random;
    const kind = random.pick(kinds);
    const own = source.columns.filter((column) => column.kind === kind);
    const isColumn = own.length > 0 && random.chance(0.6);
    const sql = isColumn ? random.pick(own).name : this.#expression(source, kind, 2);
    // A constant key would be read as an ordinal, or refused.
    const isConstant = role === 'key' && !source.columns.some(({ name }) => sql.includes(name));
    if (isConstant) return this.#item(source, role);
    return { sql, kind, name: this.#name(), role };
  }

  #name(): string {
    return `c${this.#names++}_`;
  }

  #aggregate(source: Source, filter: string): { readonly sql: string; readonly kind: ColumnKind } {
    const random = this.#random;
    const arg = (kind: ColumnKind): string => this.#expression(source, kind, 1);
    const any = random.pick(kinds);
    if (random.chance(0.2)) return this.#distinct(source, filter);
    if (random.chance(0.1)) return this.#atEnd(source, filter);
    switch (random.below(source.isInInputOrder ? 12 : 10)) {
      case 0:
        return { sql: `COUNT(*)${filter}`, kind: 'bigint' };
      case 1:
        return { sql: `COUNT(${arg(any)})${filter}`, kind: 'bigint' };
      case 2:
        return { sql: `SUM(${arg('int')})${filter}`, kind: 'bigint' };
      case 3:
        return { sql: `{sum}(${arg('double')})${filter}`, kind: 'double' };
      case 4:
        return random.chance(0.7)
          ? { sql: `CAST(SUM(${arg('decimal')})${filter} AS DECIMAL(30, 3))`, kind: 'decimal' }
          : { sql: `CAST(SUM(${arg('wide')})${filter} AS DECIMAL(38, 6))`, kind: 'wide' };
      case 5:
        return {
          sql: `CAST(AVG(${arg(random.pick(['int', 'double', 'decimal']))})${filter} AS DOUBLE PRECISION)`,
          kind: 'double',
        };
      case 6:
        return {
          sql: `${random.pick(['BOOL_AND', 'BOOL_OR'])}(${arg('boolean')})${filter}`,
          kind: 'boolean',
        };
      case 7: {
        const name = random.pick(['STDDEV_POP', 'STDDEV_SAMP', 'VAR_POP', 'VAR_SAMP', 'STDDEV', 'VARIANCE']);
        return { sql: `${name}(CAST(${arg('int')} AS DOUBLE PRECISION))${filter}`, kind: 'double' };
      }
      case 8:
      case 9: {
        const kind = random.pick(kinds.filter((candidate) => candidate !== 'boolean'));
        return { sql: `${random.pick(['MIN', 'MAX'])}(${arg(kind)})${filter}`, kind };
      }
      default:
        return { sql: `${random.pick(['FIRST', 'LAST'])}(${arg(any)})${filter}`, kind: any };
    }
  }

  #distinct(source: Source, filter: string): { readonly sql: string; readonly kind: ColumnKind } {
    const random = this.#random;
    const call = (name: string, kind: ColumnKind): string =>
      `${name}(DISTINCT ${this.#expression(source, kind, 1)})${filter}`;
    switch (random.below(3)) {
      case 0:
        return { sql: call('COUNT', random.pick(kinds)), kind: 'bigint' };
      case 1:
        return { sql: call('SUM', 'int'), kind: 'bigint' };
      default:
        return { sql: `CAST(${call('AVG', 'decimal')} AS DOUBLE PRECISION)`, kind: 'double' };
    }
  }

  /** FIRST or LAST in an order of its own, where the value itself breaks ties. */
  #atEnd(source: Source, filter: string): { readonly sql: string; readonly kind: ColumnKind } {
    const random = this.#random;
    const [value, key] = [random.pick(source.columns), random.pick(source.columns)];
    const order = `${key.name} ${random.pick(keyOrders)}, ${value.name} ${random.pick(keyOrders)}`;
    const name = random.pick(['FIRST', 'LAST']);
    return { sql: `${name}(${value.name} ORDER BY ${order})${filter}`, kind: value.kind };
  }

  #having(source: Source): string {
    const random = this.#random;
    if (random.chance(0.5)) return `COUNT(*) ${random.pick(['>', '<=', '='])} ${random.below(4)}`;
    return `MAX(${this.#expression(source, 'int', 1)}) ${random.pick(['>', '<'])} ${random.below(6)}`;
  }

  #condition(source: Source, depth: number): string {
    const random = this.#random;
    if (depth > 0 && random.chance(0.5)) {
      const [a, b] = [this.#condition(source, depth - 1), this.#condition(source, depth - 1)];
      return random.chance(0.2) ? `NOT (${a})` : `(${a} ${random.pick(['AND', 'OR'])} ${b})`;
    }
    const kind = random.pick(kinds);
    const [a, b] = [this.#expression(source, kind, depth), this.#expression(source, kind, 0)];
    switch (random.below(8)) {
      case 0:
        return `${a} IS ${random.pick(['', 'NOT '])}NULL`;
      case 1:
        return `${a} IS ${random.pick(['', 'NOT '])}DISTINCT FROM ${b}`;
      case 2:
        return `${a} ${random.pick(['', 'NOT '])}IN (${b}, ${this.#expression(source, kind, 0)})`;
      case 3:
        return `${a} BETWEEN ${b} AND ${this.#expression(source, kind, 0)}`;
      case 4:
        return `${this.#expression(source, 'text', depth)} LIKE ${random.pick(patterns)}`;
      case 5:
        return this.#isListed(a, kind);
      default:
        return `${a} ${random.pick(['=', '<>', '<', '<=', '>', '>='])} ${b}`;
    }
  }

  /** One of many constants, which need not be written alike. */
  #isListed(subject: string, kind: ColumnKind): string {
    const random = this.#random;
    const known = literals[kind];
    const choices = [...known, ...(numberKinds.has(kind) ? numbers : ['NULL'])];
    const items = Array.from({ length: 7 + random.below(6) }, () => random.pick(choices));
    if (random.chance(0.5)) return `${subject} ${random.pick(['', 'NOT '])}IN (${items.join(', ')})`;
    return `(${items.map((item) => `${subject} = ${item}`).join(' OR ')})`;
  }

  #expression(source: Source, kind: ColumnKind, depth: number): string {
    const random = this.#random;
    if (depth <= 0 || random.chance(0.4)) return this.#leaf(source, kind);
    const next = (other: ColumnKind = kind): string => this.#expression(source, other, depth - 1);
    if (random.chance(0.3)) {
      switch (random.below(4)) {
        case 0:
          return `CASE WHEN ${this.#condition(source, 0)} THEN ${next()} ELSE ${next()} END`;
        case 1:
          return `COALESCE(${next()}, ${next()})`;
        case 2:
          return `NULLIF(${next()}, ${next()})`;
        default:
          return `${random.pick(['GREATEST', 'LEAST'])}(${next()}, ${next()})`;
      }
    }
    switch (kind) {
      case 'int':
        return random.pick([
          () => `(${next()} ${random.pick(['+', '-', '*', '{div}', '%'])} ${next()})`,
          () => `LENGTH(${next('text')})`,
          () => `CAST(${next('boolean')} AS INTEGER)`,
          () => `ABS(${next()})`,
        ])();
      case 'bigint':
        return `(${next()} ${random.pick(['+', '-', '*'])} ${next('int')})`;
      case 'double':
        return random.pick([
          () => `(${next()} ${random.pick(['+', '-', '*'])} ${next()})`,
          () => `CAST(${next(random.pick(['int', 'decimal']))} AS DOUBLE PRECISION)`,
        ])();
      case 'decimal':
        return `CAST(${next()} ${random.pick(['+', '-'])} ${this.#leaf(source, kind)} AS DECIMAL(12, 3))`;
      case 'wide':
        return `CAST(${next()} ${random.pick(['+', '-'])} ${this.#leaf(source, kind)} AS DECIMAL(38, 6))`;
      case 'text':
        return random.pick([
          () => `(${next()} || ${next()})`,
          () => `CAST(${next(random.pick(['int', 'bigint', 'date']))} AS VARCHAR)`,
          () => `SUBSTRING(${next()}, ${1 + random.below(3)}, ${random.below(5)})`,
          () => `REPLACE(${next()}, 'a', 'ß')`,
        ])();
      case 'boolean':
        return `(${this.#condition(source, depth - 1)})`;
      case 'date':
        return `CAST(${next('timestamp')} AS DATE)`;
      case 'timestamp':
        return `CAST(${next('date')} AS TIMESTAMP)`;
    }
  }

  #leaf(source: Source, kind: ColumnKind): string {
    const random = this.#random;
    const own = source.columns.filter((column) => column.kind === kind);
    return own.length > 0 && random.chance(0.8) ? random.pick(own).name : random.pick(literals[kind]);
  }
}

const keyOrders = ['ASC NULLS LAST', 'ASC NULLS FIRST', 'DESC NULLS LAST', 'DESC NULLS FIRST'];

const patterns = ["'a%'", "'%b'", "'_'", "'%g%'", "'%日%'"];

const numberKinds: ReadonlySet<ColumnKind> = new Set(['int', 'bigint', 'double', 'decimal', 'wide']);

/** Of several types and scales. */
const numbers = ['NULL', '0', '1', '-1', '2', '7', '1.5', '2.0', '0.25', '-1.50', '1.125', '3.000', '1000'];

const literals: Readonly<Record<ColumnKind, readonly string[]>> = {
  int: ['0', '1', '2', '3', '-1', '7'],
  bigint: ['CAST(5 AS BIGINT)', 'CAST(0 AS BIGINT)'],
  double: ['CAST(0.25 AS DOUBLE PRECISION)', 'CAST(-1.5 AS DOUBLE PRECISION)'],
  decimal: ['CAST(1.125 AS DECIMAL(12, 3))', 'CAST(0 AS DECIMAL(12, 3))'],
  wide: ['CAST(1.5 AS DECIMAL(38, 6))', 'CAST(-7 AS DECIMAL(38, 6))'],
  text: ["'a'", "''", "'fifteen bytes!!'", "'something longer than a view'"],
  boolean: ['TRUE', 'FALSE'],
  date: ["DATE '2024-02-29'", "DATE '1970-01-01'"],
  timestamp: ["TIMESTAMP '2024-02-29 12:34:56.789'", "TIMESTAMP '1970-01-01 00:00:00'"],
};

/** Neither mixes rows nor sorts them. */
function keepsInputOrder({ items, distinct, from, orderBy }: QueryShape): boolean {
  const isPlain = items.every(({ role }) => role === 'value') && !distinct && orderBy.length === 0;
  return isPlain && (from === undefined || keepsInputOrder(from));
}
