/**
 * DuckDB in this process, with a given number of threads. The time ends when the result is there in DuckDB's
 * own columns; turning it into text or JavaScript values is not in it, which favours DuckDB where there are
 * many rows.
 */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Cell } from '../scenarios/scenario.ts';
import type { Contestant } from './contestant.ts';

export interface OpenContestant extends Contestant {
  close(): void;
}

export async function openDuckdb(threads: number): Promise<OpenContestant> {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) });
  const connection: DuckDBConnection = await instance.connect();
  // Rows need not come in the order of the file from anybody here.
  await connection.run('SET preserve_insertion_order = false');
  return {
    name: `DuckDB, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    threads,
    run: async ({ duckdbSql }) => {
      const result = await connection.run(duckdbSql);
      const chunks = await result.fetchAllChunks();
      return {
        rows: (row) => {
          for (const chunk of chunks) {
            for (const cells of chunk.getRows()) row(cells.map(cellOf));
          }
        },
      };
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

function cellOf(value: unknown): Cell {
  return typeof value === 'number' ? value : String(value);
}
