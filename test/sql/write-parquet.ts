/**
 * Writes with DuckDB what is tested of Parquet: `node test/sql/write-parquet.ts`. To be run when the rows
 * change; the files are kept, so that a newer DuckDB does not change what is tested.
 *
 *   data/orders.parquet        the rows of data/orders.jsonl
 *   data/readings.parquet      10,000 rows in five row groups, so that several workers read it
 *   data/texts.parquet         bytes of which some are not UTF-8, a UUID, an interval, a nested column
 *   data/damaged.parquet       data/orders.parquet with other bytes where its values are
 */
import { readFileSync, writeFileSync } from 'node:fs';
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
// DuckDB writes row groups of whole vectors, 2,048 rows.
await connection.run(`
  COPY (
    SELECT
      CAST(i AS INTEGER) AS id,
      'sensor ' || (i % 7) AS sensor,
      CASE WHEN i % 10 <> 0 THEN (i % 100) / 4.0 END AS value,
      CAST((i % 1000) / 8.0 AS DECIMAL(10, 3)) AS cost
    FROM range(10000) AS numbers(i)
  ) TO '${join(folder, 'readings.parquet')}' (FORMAT parquet, ROW_GROUP_SIZE 2048, COMPRESSION zstd)
`);
await connection.run(`
  COPY (
    SELECT * FROM (VALUES
      (1, 'plain'::BLOB, 'b5a1f3c0-9d3e-4c55-8f8e-0123456789ab'::UUID, INTERVAL '1 month 2 days 3 seconds', [1]),
      (2, '\\xFF\\xFEab\\x80'::BLOB, NULL, NULL, [2]),
      (3, 'caf\\xC3\\xA9'::BLOB, '00000000-0000-0000-0000-000000000000'::UUID, INTERVAL '0 days', [3]),
      (4, '\\xC3'::BLOB, NULL, NULL, [4])
    ) AS rows(id, text, key, span, list)
  ) TO '${join(folder, 'texts.parquet')}' (FORMAT parquet)
`);
const damaged = readFileSync(join(folder, 'orders.parquet'));
damaged.fill(0x55, 4, 400);
writeFileSync(join(folder, 'damaged.parquet'), damaged);
