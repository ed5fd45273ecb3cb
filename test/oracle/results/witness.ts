/**
 * The witnesses: DuckDB for every query, PostgreSQL where the two of us disagree. An answer is its rows as
 * texts that compare: numbers without needless zeros, times in ISO 8601, doubles rounded to 12 digits.
 */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { openPostgres, type PostgresEvaluator } from '../expressions/postgres-evaluator.ts';
import { isGrouped, printQuery, type QueryShape } from './query.ts';
import { type ColumnKind, createTable, type Table } from './table.ts';

export type Answer = { readonly rows: readonly string[] } | { readonly error: string };

/** Failing is an answer, too, for whatever reason. */
export function sameAnswer(a: Answer, b: Answer): boolean {
  if ('error' in a || 'error' in b) return 'error' in a && 'error' in b;
  return a.rows.length === b.rows.length && a.rows.every((row, i) => row === b.rows[i]);
}

export interface Witness {
  readonly name: string;
  answer(table: Table, query: QueryShape): Promise<Answer>;
  close(): Promise<void>;
}

export async function openDuckdb(): Promise<Witness> {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  // One thread keeps the order of the input; NULLs go where PostgreSQL puts them.
  await connection.run("SET threads = 1; SET default_null_order = 'nulls_last_on_asc_first_on_desc'");
  let current: Table | undefined;
  return {
    name: 'DuckDB',
    answer: async (table, query) => {
      if (current !== table) for (const sql of createTable(table)) await connection.run(sql);
      current = table;
      return settle(async () => rowsOf(await read(connection, printQuery(query, 'duckdb')), query));
    },
    close: async () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

async function read(connection: DuckDBConnection, sql: string): Promise<(string | null)[][]> {
  const result = await connection.runAndReadAll(sql);
  return result.getRows().map((row) => row.map((value) => (value === null ? null : String(value))));
}

export function postgresWitness(): Witness {
  let opened: Promise<PostgresEvaluator> | undefined;
  return {
    name: 'PostgreSQL',
    answer: async (table, query) => {
      opened ??= openPostgres();
      const postgres = await opened;
      for (const sql of createTable(table)) await postgres.query(sql);
      // As text, because its driver would make numbers and dates of its own of them.
      const columns = query.items.map(({ name }) => `CAST(${name} AS text)`).join(', ');
      const sql = `SELECT ${columns} FROM (${printQuery(query, 'postgres')}) AS answer`;
      return settle(async () => rowsOf(await postgres.query(sql), query));
    },
    close: async () => (await opened)?.close(),
  };
}

async function settle(run: () => Promise<readonly string[]>): Promise<Answer> {
  try {
    return { rows: await run() };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

/** Rows as texts that compare; sorted where the query says no order. */
export function rowsOf(rows: readonly (readonly (string | null)[])[], query: QueryShape): readonly string[] {
  const kinds = query.items.map(({ kind }) => kind);
  const texts = rows.map((row) => row.map((text, i) => comparable(text, kinds[i] ?? 'text')).join(' | '));
  const isInOrder = query.orderBy.length > 0 || (query.limit !== undefined && !isGrouped(query));
  return isInOrder && query.orderBy.length > 0 ? texts : texts.toSorted();
}

const significantDigits = 12;

function comparable(text: string | null, kind: ColumnKind): string {
  if (text === null) return 'NULL';
  switch (kind) {
    case 'double': {
      const value = Number(text);
      return Number.isFinite(value)
        ? String(Number(value.toPrecision(significantDigits)) + 0)
        : String(value);
    }
    case 'decimal':
    case 'wide':
      return text.includes('.') ? text.replace(/\.?0*$/, '').replace(/^-0$/, '0') : text;
    case 'timestamp':
      return text
        .replace(' ', 'T')
        .replace(/(\.\d*?)0+$/, '$1')
        .replace(/\.$/, '');
    case 'boolean':
      return text === 't' ? 'true' : text === 'f' ? 'false' : text;
    case 'text':
      return JSON.stringify(text);
    default:
      return text;
  }
}
