/**
 * Writes data/orders.parquet from data/orders.jsonl, with DuckDB: `node test/sql/write-parquet.ts`. To be run
 * when the rows change; the file is kept, so that a newer DuckDB does not change what is tested.
 */
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const folder = join(import.meta.dirname, 'data');
const connection = await (await DuckDBInstance.create()).connect();
await connection.run(`
  COPY (
    SELECT * FROM read_json('${join(folder, 'orders.jsonl')}', format = 'newline_delimited', columns = {
      id: 'INTEGER', customer: 'VARCHAR', item: 'VARCHAR', quantity: 'INTEGER', price: 'DECIMAL(10, 2)',
      weight: 'DOUBLE', urgent: 'BOOLEAN', day: 'DATE', placed: 'TIMESTAMP'
    })
  ) TO '${join(folder, 'orders.parquet')}' (FORMAT parquet, ROW_GROUP_SIZE 5, COMPRESSION zstd)
`);
