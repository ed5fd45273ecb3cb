/**
 * Random queries over `t (k VARCHAR, v INT, w INT NOT NULL)`, as text: nested subqueries, filters, groupings,
 * DISTINCT, orders and limits. Every one is valid; some fail on a row, by a division by zero.
 */
import type { Choose } from './stage-interpreter.ts';

interface ColumnName {
  readonly name: string;
  readonly type: 'int' | 'text';
}

interface QueryText {
  readonly sql: string;
  readonly columns: readonly ColumnName[];
}

const tableColumns: readonly ColumnName[] = [
  { name: 'k', type: 'text' },
  { name: 'v', type: 'int' },
  { name: 'w', type: 'int' },
];

export const tableDeclaration = 'CREATE STREAM t (k VARCHAR, v INT, w INT NOT NULL);';

const directions = ['', ' DESC', ' NULLS FIRST', ' DESC NULLS LAST'];

export function randomQuery(choose: Choose): string {
  return new QueryWriter(choose).query(2).sql;
}

class QueryWriter {
  readonly #choose: Choose;
  #names = 0;

  constructor(choose: Choose) {
    this.#choose = choose;
  }

  query(depth: number): QueryText {
    const from = depth > 0 && this.#chance(2) ? this.query(depth - 1) : undefined;
    const source = from === undefined ? 't' : `(${from.sql}) AS s${this.#names++}`;
    const columns = from?.columns ?? tableColumns;
    const where = this.#chance(2) ? ` WHERE ${this.#condition(columns, 2)}` : '';
    return this.#chance(2) ? this.#grouped(source, columns, where) : this.#plain(source, columns, where);
  }

  #plain(source: string, columns: readonly ColumnName[], where: string): QueryText {
    const items = Array.from({ length: 1 + this.#choose(3) }, () => this.#item(columns));
    const distinct = this.#chance(3) ? 'DISTINCT ' : '';
    const list = items.map(({ text, column }) => `${text} AS ${column.name}`).join(', ');
    const outputs = items.map((item) => item.column);
    const hidden = distinct === '' && this.#chance(3) ? [`(${this.#expression(columns, 'int', 1)} + 0)`] : [];
    return {
      sql: `SELECT ${distinct}${list} FROM ${source}${where}${this.#tail(outputs, hidden)}`,
      columns: outputs,
    };
  }

  #grouped(source: string, columns: readonly ColumnName[], where: string): QueryText {
    const keys = Array.from({ length: this.#choose(3) }, () => this.#item(columns));
    const calls = Array.from({ length: 1 + this.#choose(2) }, () => this.#aggregate(columns));
    const items = [...keys, ...calls];
    const list = items.map(({ text, column }) => `${text} AS ${column.name}`).join(', ');
    const by = keys.length === 0 ? '' : ` GROUP BY ${keys.map((_, i) => i + 1).join(', ')}`;
    const having = this.#chance(3) ? ` HAVING COUNT(*) > ${this.#choose(3)}` : '';
    const outputs = items.map((item) => item.column);
    return {
      sql: `SELECT ${list} FROM ${source}${where}${by}${having}${this.#tail(outputs, [])}`,
      columns: outputs,
    };
  }

  #tail(columns: readonly ColumnName[], hidden: readonly string[]): string {
    const names = [...columns.map((column) => column.name), ...hidden];
    const key = (): string => {
      const name = names[this.#choose(names.length)] ?? '1';
      return `${name}${this.#pick(directions)}`;
    };
    const order = this.#chance(2) ? ` ORDER BY ${key()}${this.#chance(2) ? `, ${key()}` : ''}` : '';
    const limit = this.#chance(2) ? ` LIMIT ${this.#choose(6)}` : '';
    const offset = this.#chance(4) ? ` OFFSET ${this.#choose(4)}` : '';
    return order + limit + offset;
  }

  #item(columns: readonly ColumnName[]): { text: string; column: ColumnName } {
    const type = columns.some((column) => column.type === 'text') && this.#chance(3) ? 'text' : 'int';
    return { text: this.#expression(columns, type, 1), column: { name: `c${this.#names++}`, type } };
  }

  #aggregate(columns: readonly ColumnName[]): { text: string; column: ColumnName } {
    const column: ColumnName = { name: `c${this.#names++}`, type: 'int' };
    const filter = this.#chance(4) ? ` FILTER (WHERE ${this.#condition(columns, 1)})` : '';
    if (this.#chance(4)) return { text: `COUNT(*)${filter}`, column };
    const arg = this.#expression(columns, 'int', 1);
    if (this.#chance(3)) return { text: `${this.#pick(['COUNT', 'SUM'])}(DISTINCT ${arg})${filter}`, column };
    const name = this.#pick(['COUNT', 'MIN', 'MAX', 'FIRST', 'LAST']);
    const key = (): string => `${this.#expression(columns, 'int', 1)}${this.#pick(directions)}`;
    const order = this.#chance(3) ? ` ORDER BY ${key()}${this.#chance(2) ? `, ${key()}` : ''}` : '';
    return { text: `${name}(${arg}${order})${filter}`, column };
  }

  #expression(columns: readonly ColumnName[], type: ColumnName['type'], depth: number): string {
    const own = columns.filter((column) => column.type === type);
    const column = own[this.#choose(own.length)]?.name;
    if (type === 'text') return column ?? "'a'";
    if (column === undefined) return String(this.#choose(4));
    if (depth === 0 || this.#chance(2)) return column;
    const other = this.#expression(columns, 'int', depth - 1);
    switch (this.#choose(5)) {
      case 0:
        return `(${column} + ${other})`;
      case 1:
        return `(${column} - ${this.#choose(3)})`;
      case 2:
        return `(4 / ${column})`;
      case 3:
        return `CASE WHEN ${this.#condition(columns, 0)} THEN ${column} ELSE ${other} END`;
      default:
        return `COALESCE(${column}, ${other})`;
    }
  }

  #condition(columns: readonly ColumnName[], depth: number): string {
    if (depth > 0 && this.#chance(2)) {
      const parts = [this.#condition(columns, depth - 1), this.#condition(columns, depth - 1)];
      return this.#chance(4) ? `NOT (${parts[0]})` : `(${parts.join(this.#pick([' AND ', ' OR ']))})`;
    }
    const [column] = columns.filter((candidate) => candidate.type === 'text');
    if (column !== undefined && this.#chance(4)) return `${column.name} ${this.#pick(['=', '<>', '>'])} 'b'`;
    const operand = this.#expression(columns, 'int', Math.min(depth, 1));
    if (this.#chance(5)) return `${operand} IS ${this.#pick(['', 'NOT '])}NULL`;
    if (this.#chance(8)) return this.#pick(['1 = 1', '1 = 2']);
    return `${operand} ${this.#pick(['=', '<>', '<', '>='])} ${this.#choose(3)}`;
  }

  #chance(oneIn: number): boolean {
    return this.#choose(oneIn) === 0;
  }

  #pick(options: readonly string[]): string {
    return options[this.#choose(options.length)] ?? '';
  }
}
