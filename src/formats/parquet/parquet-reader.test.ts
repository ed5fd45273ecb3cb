/** Files that DuckDB writes, read by our reader into a batch, against DuckDB's own text of every value. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import type { AsyncBuffer } from 'hyparquet';
import { type BatchLayout, layoutBatch } from '../../columns/batch-layout.ts';
import { printSchema, type Schema } from '../../columns/schema.ts';
import { decimalType } from '../../columns/sql-type.ts';
import { viewToString } from '../../columns/string-view.ts';
import { readParquetMetadata, unitsOfParquet } from './parquet-metadata.ts';
import { checkColumns, ParquetReader } from './parquet-reader.ts';
import { schemaOfParquet } from './parquet-schema.ts';

const folder = mkdtempSync(join(tmpdir(), 'velostream-parquet-'));
after(() => rmSync(folder, { recursive: true }));

const instance = await DuckDBInstance.create();
const duckdb = await instance.connect();

async function writeParquet(name: string, query: string, options = ''): Promise<string> {
  const path = join(folder, name);
  await duckdb.run(`COPY (${query}) TO '${path}' (FORMAT parquet${options})`);
  return path;
}

function openFile(path: string): AsyncBuffer {
  const bytes = readFileSync(path);
  return {
    byteLength: bytes.length,
    slice: (start, end = bytes.length) => new Uint8Array(bytes.subarray(start, end)).buffer,
  };
}

async function schemaOf(path: string): Promise<Schema> {
  return schemaOfParquet(await readParquetMetadata(openFile(path), path));
}

/** Every value as the text of the integer, the number or the string that it is; NULL as null. */
async function readValues(path: string, schema: Schema, capacityRows: number): Promise<(string | null)[][]> {
  const buffer = new ArrayBuffer(1 << 24);
  let end = 64;
  const reserve = (byteCount: number): number => {
    const at = end;
    end += Math.ceil(byteCount / 64) * 64;
    return at;
  };
  const batch = layoutBatch(schema, capacityRows, reserve);
  const reader = new ParquetReader(openFile, schema);
  const rows: (string | null)[][] = [];
  for (const unit of unitsOfParquet(await readParquetMetadata(openFile(path), path), path, 0)) {
    await reader.open(unit);
    const strings = end;
    for (;;) {
      const filled = reader.fill(() => buffer, batch, reserve);
      if (filled === 0) break;
      assert.ok(filled !== 'wait');
      if (typeof filled === 'number') rows.push(...decode(buffer, batch, filled));
      else rows.push([`${filled.reason} in ${filled.column}`]);
      end = strings;
    }
  }
  return rows;
}

function decode(buffer: ArrayBuffer, batch: BatchLayout, count: number): (string | null)[][] {
  const view = new DataView(buffer);
  const bytes = new Uint8Array(buffer);
  return Array.from({ length: count }, (_, row) =>
    batch.columns.map(({ storage, valuesAddress, nullsAddress }) => {
      if (nullsAddress !== undefined && bytes[nullsAddress + row] === 1) return null;
      if (storage === 'view') return viewToString(bytes, valuesAddress + 16 * row);
      if (storage === 'i8') return String(bytes[valuesAddress + row]);
      if (storage === 'i32') return String(view.getInt32(valuesAddress + 4 * row, true));
      if (storage === 'f64') return String(view.getFloat64(valuesAddress + 8 * row, true));
      if (storage === 'interval') return intervalText(view, valuesAddress + 16 * row);
      if (storage === 'i64') return String(view.getBigInt64(valuesAddress + 8 * row, true));
      const low = view.getBigUint64(valuesAddress + 16 * row, true);
      return String((view.getBigInt64(valuesAddress + 16 * row + 8, true) << 64n) | low);
    }),
  );
}

function intervalText(view: DataView, at: number): string {
  const [months, days] = [view.getInt32(at + 8, true), view.getInt32(at + 12, true)];
  return `${months} months ${days} days ${view.getBigInt64(at, true)} us`;
}

/** Extremes, NULLs and ordinary values of every type that is read. */
const everything = `
  SELECT * FROM (VALUES
    (true, 1::INT, (-9223372036854775808)::BIGINT, 0.1::DOUBLE, 12.34::DECIMAL(4,2), 9007199254740993.17::DECIMAL(18,2),
     -12345678901234567890123456789.012345678::DECIMAL(38,9), 'short', DATE '1969-12-31', TIMESTAMP '1969-12-31 23:59:59.999999',
     TIMESTAMPTZ '2024-02-29 12:00:00.000001+00', 4294967295::UINTEGER, 18446744073709551615::UBIGINT, 1.5::FLOAT, (-7)::TINYINT),
    (false, (-2147483648)::INT, 9223372036854775807::BIGINT, -1e300::DOUBLE, -99.99::DECIMAL(4,2), -0.01::DECIMAL(18,2),
     0.000000001::DECIMAL(38,9), 'a string that is longer than fifteen bytes: é', DATE '0001-01-01', TIMESTAMP '2024-01-01',
     TIMESTAMPTZ '1900-01-01 00:00:00+00', 0::UINTEGER, 0::UBIGINT, -0.25::FLOAT, 127::TINYINT),
    (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
  ) AS t(b, i, l, f, d4, d18, d38, s, day, ts, tz, u4, u8, f4, i1)`;

/** The same as text of what is stored: scaled integers, days, microseconds. */
const storedText = `
  SELECT b::INT::VARCHAR, i::VARCHAR, l::VARCHAR, f::VARCHAR, replace(d4::VARCHAR, '.', ''),
    replace(d18::VARCHAR, '.', ''), replace(d38::VARCHAR, '.', ''), s, date_diff('day', DATE '1970-01-01', day)::VARCHAR,
    epoch_us(ts)::VARCHAR, epoch_us(tz)::VARCHAR, u4::VARCHAR, u8::VARCHAR, f4::VARCHAR, i1::VARCHAR
  FROM (${everything})`;

test('every type is read as DuckDB wrote it, extremes and NULLs included', async () => {
  const path = await writeParquet('all.parquet', everything);
  const schema = await schemaOf(path);
  assert.equal(
    printSchema(schema),
    'b BOOLEAN, i INT, l BIGINT, f DOUBLE, d4 DECIMAL(4,2), d18 DECIMAL(18,2), d38 DECIMAL(38,9), ' +
      's VARCHAR, day DATE, ts TIMESTAMP, tz TIMESTAMPTZ, u4 BIGINT, u8 DECIMAL(20,0), f4 DOUBLE, i1 INT',
  );
  const expected = (await (await duckdb.run(storedText)).getRows()) as (string | null)[][];
  const normal = (rows: (string | null)[][]): (string | null)[][] =>
    rows.map((row) => row.map((text, i) => (text === null || i === 7 ? text : integerOrNumber(text))));
  assert.deepEqual(normal(await readValues(path, schema, 2)), normal(expected));
});

function integerOrNumber(text: string): string {
  return /^-?\d+$/.test(text) ? String(BigInt(text)) : String(Number(text));
}

test('dictionaries, row groups, packings and batches of any size change nothing', async () => {
  const query = `SELECT i, i % 7 AS k, 'value number ' || (i % 100) AS s, CASE WHEN i % 3 = 0 THEN i / 8 END AS f
    FROM range(10000) AS t(i)`;
  const plain = await writeParquet('plain.parquet', query, ', COMPRESSION uncompressed');
  const schema = await schemaOf(plain);
  const expected = await readValues(plain, schema, 1000);
  assert.equal(expected.length, 10_000);
  for (const compression of ['snappy', 'zstd', 'gzip']) {
    const name = `${compression}.parquet`;
    const path = await writeParquet(name, query, `, COMPRESSION ${compression}, ROW_GROUP_SIZE 2048`);
    assert.deepEqual(await readValues(path, schema, 333), expected, compression);
  }
});

test('columns may be read alone, in any order, or not at all', async () => {
  const path = await writeParquet(
    'some.parquet',
    'SELECT i AS a, i * 2 AS b, i * 3 AS c FROM range(5) AS t(i)',
  );
  const [a, , c] = await schemaOf(path);
  const expected = [0, 1, 2, 3, 4].map((i) => [String(3 * i), String(i)]);
  assert.deepEqual(await readValues(path, [c!, a!], 2), expected);
  assert.deepEqual(await readValues(path, [], 2), [[], [], [], [], []]);
});

test('nested columns are left out, and a declared type has to hold the stored one', async () => {
  const path = await writeParquet(
    'nested.parquet',
    "SELECT 1 AS a, {'x': 1, 'y': {'z': 2}} AS s, [1, 2] AS l, 2.5::DECIMAL(6,2) AS d",
  );
  const schema = await schemaOf(path);
  assert.equal(printSchema(schema), 'a INT, d DECIMAL(6,2)');
  assert.deepEqual(await readValues(path, schema, 10), [['1', '250']]);
  const declare =
    (type: Schema[number]['type'], name = 'd') =>
    () =>
      checkColumns([{ name, type, nullable: true }], schema, path);
  assert.doesNotThrow(declare(decimalType(20, 2)));
  assert.doesNotThrow(declare({ kind: 'bigint' }, 'a'));
  assert.throws(declare(decimalType(6, 3)), {
    code: 'source_format',
    detail: /DECIMAL\(6,2\), declared is DECIMAL\(6,3\)/,
  });
  assert.throws(declare({ kind: 'varchar' }, 'a'), { code: 'source_format' });
  assert.throws(declare({ kind: 'int' }, 's'), { detail: /^The columns that can be read are: a, d\.$/ });
});

test('an interval and a UUID are read, the one as it is and the other as its text', async () => {
  const path = await writeParquet(
    'others.parquet',
    `SELECT * FROM (VALUES
      ('b5a1f3c0-9d3e-4c55-8f8e-0123456789ab'::UUID, INTERVAL '14 months 3 days 1.5 seconds'),
      (NULL, NULL), ('00000000-0000-0000-0000-000000000000'::UUID, INTERVAL '0 days')) AS t(id, span)`,
  );
  const schema = await schemaOf(path);
  assert.equal(printSchema(schema), 'id VARCHAR, span INTERVAL');
  assert.deepEqual(await readValues(path, schema, 2), [
    ['b5a1f3c0-9d3e-4c55-8f8e-0123456789ab', '14 months 3 days 1500000 us'],
    [null, null],
    ['00000000-0000-0000-0000-000000000000', '0 months 0 days 0 us'],
  ]);
});

test('a row is bad whose text is not UTF-8, or that has no value where there has to be one', async () => {
  const path = await writeParquet(
    'bad.parquet',
    `SELECT * FROM (VALUES ('a'::BLOB, 1), ('\\xFF\\xFEab'::BLOB, NULL), ('\\xC3\\xA9'::BLOB, 3), ('b'::BLOB, NULL),
      ('\\x80'::BLOB, 5)) AS t(s, i)`,
  );
  const schema = (await schemaOf(path)).map((column) => ({ ...column, nullable: column.name === 's' }));
  for (const capacityRows of [1, 2, 10]) {
    assert.deepEqual(await readValues(path, schema, capacityRows), [
      ['a', '1'],
      ['invalid_utf8 in s'],
      ['é', '3'],
      ['null_in_not_null_column in i'],
      ['invalid_utf8 in s'],
    ]);
  }
});
