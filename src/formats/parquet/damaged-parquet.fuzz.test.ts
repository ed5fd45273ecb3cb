/** Whatever bytes of a Parquet file are damaged, it is read or refused as a file; nothing else is thrown. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { VelostreamError } from '../../base/error.ts';
import { Random } from '../../base/random.ts';
import { layoutBatch } from '../../columns/batch-layout.ts';
import { readParquetMetadata, unitsOfParquet } from './parquet-metadata.ts';
import { ParquetReader } from './parquet-reader.ts';
import { schemaOfParquet } from './parquet-schema.ts';

const folder = mkdtempSync(join(tmpdir(), 'velostream-damaged-'));
after(() => rmSync(folder, { recursive: true }));

const seed = 20_260_803;
const mutationsOfFile = 400;

const query = `
  SELECT i % 2 = 0 AS b, i::INT AS i, -i::BIGINT AS l, i / 7 AS f, (i / 8)::DECIMAL(6,2) AS d, (i / 8)::DECIMAL(30,2) AS w,
    CASE WHEN i % 3 > 0 THEN 'text ' || (i % 5) END AS s, DATE '2024-01-01' + i::INT AS day,
    TIMESTAMP '2024-01-01' + i * INTERVAL '1 hour' AS ts, INTERVAL '1 day' AS span
  FROM range(40) AS t(i)`;

async function writeParquet(name: string, options: string): Promise<Uint8Array> {
  const duckdb = await (await DuckDBInstance.create()).connect();
  const path = join(folder, name);
  await duckdb.run(`COPY (${query}) TO '${path}' (FORMAT parquet, ${options})`);
  return new Uint8Array(readFileSync(path));
}

/** One to four bytes are others, or a few are gone. */
function damage(file: Uint8Array, random: Random): Uint8Array {
  const at = (): number => {
    // Half of the damage is where most structure is: in the footer.
    const fromEnd = Math.floor(random.uniform() ** 2 * file.length);
    return file.length - 1 - fromEnd;
  };
  if (random.uniform() < 0.1) {
    const start = at();
    return new Uint8Array([...file.subarray(0, start), ...file.subarray(start + 1 + (random.uint32() % 4))]);
  }
  const damaged = file.slice();
  for (let count = 1 + (random.uint32() % 4); count > 0; count--) damaged[at()] = random.uint32() & 0xff;
  return damaged;
}

async function readAll(bytes: Uint8Array): Promise<number> {
  const buffer = new ArrayBuffer(1 << 20);
  let end = 64;
  const reserve = (byteCount: number): number => {
    const address = end;
    end += Math.ceil(byteCount / 64) * 64;
    return address;
  };
  const file = {
    byteLength: bytes.length,
    slice: (from: number, to: number = bytes.length) => new Uint8Array(bytes.subarray(from, to)).buffer,
  };
  const metadata = await readParquetMetadata(file, 'x.parquet');
  const schema = schemaOfParquet(metadata);
  const batch = layoutBatch(schema, 16, reserve);
  const reader = new ParquetReader(() => file, schema);
  let rows = 0;
  for (const unit of unitsOfParquet(metadata, 'x.parquet', 0)) {
    await reader.open(unit);
    const strings = end;
    for (;;) {
      const filled = reader.fill(() => buffer, batch, reserve);
      if (filled === 0) break;
      rows += typeof filled === 'number' ? filled : 1;
      end = strings;
    }
  }
  return rows;
}

for (const options of [
  'COMPRESSION uncompressed',
  'COMPRESSION snappy',
  'COMPRESSION zstd, PARQUET_VERSION v2',
]) {
  test(`a damaged file (${options}) is read, or refused as a file`, async () => {
    const file = await writeParquet('small.parquet', options);
    assert.equal(await readAll(file), 40);
    const random = Random.fromSeed(seed);
    let refused = 0;
    for (let i = 0; i < mutationsOfFile; i++) {
      try {
        await readAll(damage(file, random));
      } catch (error) {
        assert.ok(
          error instanceof VelostreamError && error.code === 'source_format',
          `mutation ${i}: ${error}`,
        );
        refused++;
      }
    }
    assert.ok(refused > 0 && refused < mutationsOfFile);
  });
}
