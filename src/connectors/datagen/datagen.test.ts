import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { type BatchLayout, layoutBatch } from '../../columns/batch-layout.ts';
import type { Schema } from '../../columns/schema.ts';
import {
  bigintType,
  booleanType,
  dateType,
  decimalType,
  doubleType,
  intType,
  type SqlType,
  timestampType,
  timestamptzType,
  varcharType,
} from '../../columns/sql-type.ts';
import { viewToString } from '../../columns/string-view.ts';
import type { SourceSpec } from '../../job/job-graph.ts';
import { DatagenReader } from './datagen-reader.ts';
import { datagenSource } from './datagen-source.ts';

function source(columns: Record<string, SqlType>, options: Record<string, string>): SourceSpec {
  const schema = Object.entries(columns).map(([name, type]) => ({ name, type, nullable: true }));
  const onError = { action: 'fail', limit: 0, deadLetterPath: undefined } as const;
  return { relation: 'g', connector: 'datagen', format: '', schema, options, onError };
}

/** A bump allocator over one buffer: what a worker's memory is to a reader. */
function memoryFor(schema: Schema, capacityRows: number) {
  const buffer = new ArrayBuffer(1 << 22);
  let end = 64;
  const reserve = (byteCount: number): number => {
    const at = end;
    end += Math.ceil(byteCount / 64) * 64;
    return at;
  };
  return { buffer, batch: layoutBatch(schema, capacityRows, reserve), allocate: reserve };
}

type Value = string | number | bigint | boolean | null;

function readBatch(buffer: ArrayBuffer, batch: BatchLayout, count: number): Value[][] {
  const view = new DataView(buffer);
  const bytes = new Uint8Array(buffer);
  return Array.from({ length: count }, (_, row) =>
    batch.columns.map(({ storage, valuesAddress, nullsAddress }) => {
      if (nullsAddress !== undefined && bytes[nullsAddress + row] === 1) return null;
      if (storage === 'view') return viewToString(bytes, valuesAddress + 16 * row);
      if (storage === 'i8') return bytes[valuesAddress + row] === 1;
      if (storage === 'i32') return view.getInt32(valuesAddress + 4 * row, true);
      if (storage === 'f64') return view.getFloat64(valuesAddress + 8 * row, true);
      if (storage === 'i64') return view.getBigInt64(valuesAddress + 8 * row, true);
      const low = view.getBigUint64(valuesAddress + 16 * row, true);
      return (view.getBigInt64(valuesAddress + 16 * row + 8, true) << 64n) | low;
    }),
  );
}

/** Rows `start` to `end` of the source, through a reader of its own. */
async function generate(
  spec: SourceSpec,
  start: number,
  end: number,
  capacityRows = 100,
): Promise<Value[][]> {
  const reader = new DatagenReader(spec);
  const { buffer, batch, allocate } = memoryFor(spec.schema, capacityRows);
  const place = { split: 0, chunk: 0, name: 'g', start, end, splitEnd: end, byteCount: 0 };
  await reader.open({ ...place, compression: 'none' });
  const rows: Value[][] = [];
  for (;;) {
    const count = reader.fill(() => buffer, batch, allocate);
    assert.notEqual(count, 'wait');
    if (count === 'wait' || count === 0) return rows;
    rows.push(...readBatch(buffer, batch, count));
  }
}

const everything = source(
  {
    b: booleanType,
    i: intType,
    l: bigintType,
    f: doubleType,
    narrow: decimalType(10, 2),
    wide: decimalType(30, 3),
    s: varcharType,
    long: varcharType,
    d: dateType,
    t: timestampType,
  },
  {
    seed: '3',
    'fields.l.mean': '-5',
    'fields.l.stddev': '1000',
    'fields.wide.min': '-7',
    'fields.long.template': 'a text that is longer than a view, number {i}',
    'fields.s.null_fraction': '0.3',
  },
);

test('a row depends on its number alone, not on who generates it, on batches or other columns', async () => {
  const whole = await generate(everything, 0, 1000);
  const parts = [await generate(everything, 700, 1000, 7), await generate(everything, 0, 700, 1)];
  assert.deepEqual([...parts[1]!, ...parts[0]!], whole);
  const alone = { ...everything, schema: everything.schema.filter(({ name }) => name === 's') };
  assert.deepEqual(
    await generate(alone, 0, 1000),
    whole.map((row) => [row[6]!]),
  );
  const other = { ...everything, options: { ...everything.options, seed: '4' } };
  assert.notDeepEqual(await generate(other, 0, 1000), whole);
});

test('rows beyond 2^32 do not repeat the first ones', async () => {
  const far = 2 ** 32;
  assert.notDeepEqual(await generate(everything, far, far + 10), await generate(everything, 0, 10));
});

test('values are distributed as they are described', async () => {
  const spec = source(
    { u: intType, n: doubleType, c: varcharType, q: bigintType, b: booleanType, e: decimalType(6, 2) },
    {
      'fields.u.min': '-3',
      'fields.u.max': '6',
      'fields.n.mean': '50',
      'fields.n.stddev': '10',
      'fields.c.values': 'x, y,"z, z"',
      'fields.c.weights': '6,3,1',
      'fields.q.start': '100',
      'fields.q.step': '-5',
      'fields.b.mean': '0.25',
      'fields.e.values': '1.25,2.50',
    },
  );
  const count = 40_000;
  const rows = await generate(spec, 0, count, 1000);
  const share = (test: (row: Value[]) => boolean): number => rows.filter(test).length / count;
  const isNear = (actual: number, expected: number, by: number): void =>
    assert.ok(Math.abs(actual - expected) < by, `${actual} is not near ${expected}`);
  for (let value = -3; value <= 6; value++)
    isNear(
      share((row) => row[0] === value),
      0.1,
      0.01,
    );
  const mean = rows.reduce((sum, row) => sum + Number(row[1]), 0) / count;
  const variance = rows.reduce((sum, row) => sum + (Number(row[1]) - mean) ** 2, 0) / count;
  isNear(mean, 50, 0.3);
  isNear(Math.sqrt(variance), 10, 0.2);
  isNear(
    share((row) => row[2] === 'x'),
    0.6,
    0.01,
  );
  isNear(
    share((row) => row[2] === 'y'),
    0.3,
    0.01,
  );
  isNear(
    share((row) => row[2] === 'z, z'),
    0.1,
    0.01,
  );
  assert.deepEqual(
    rows.slice(0, 3).map((row) => row[3]),
    [100n, 95n, 90n],
  );
  isNear(
    share((row) => row[4] === true),
    0.25,
    0.01,
  );
  assert.deepEqual(new Set(rows.map((row) => row[5])), new Set([125n, 250n]));
});

test('NULLs come as often as asked, and times go on by their step', async () => {
  const spec = source(
    { t: timestampType, s: varcharType, d: dateType },
    {
      'fields.t.start': '2000-01-01 00:00:00',
      'fields.t.step': '250ms',
      'fields.s.null_fraction': '1',
      'fields.d.start': '1970-01-03',
      'fields.d.step': '1d',
    },
  );
  assert.deepEqual(await generate(spec, 0, 2), [
    [946_684_800_000_000n, null, 2],
    [946_684_800_250_000n, null, 3],
  ]);
});

test('a paced generator gives rows when they are due and waits without blocking', async () => {
  const spec = source({ i: intType }, { rows_per_second: '100', rows: '1000' });
  const clock = new ManualClock();
  const reader = new DatagenReader(spec, clock, clock);
  const { buffer, batch, allocate } = memoryFor(spec.schema, 1000);
  const { units } = await datagenSource.plan(spec);
  assert.equal(units.length, 1);
  await reader.open(units[0]!);
  const fill = (): number | 'wait' => reader.fill(() => buffer, batch, allocate);
  assert.equal(fill(), 'wait');
  const ready = reader.ready();
  clock.advance(10);
  await ready;
  assert.equal(fill(), 1);
  assert.equal(fill(), 'wait');
  clock.advance(500);
  assert.equal(fill(), 50);
});

test('rows are cut into units without gaps, and without a number of rows there is no end', async () => {
  const { units } = await datagenSource.plan(source({ i: intType }, { rows: '1_000_000' }));
  assert.ok(units.length > 4);
  assert.equal(units[0]?.start, 0);
  assert.equal(units.at(-1)?.end, 1_000_000);
  assert.ok(units.every((unit, i) => i === 0 || unit.start === units[i - 1]?.end));
  const endless = await datagenSource.plan(source({ i: intType }, {}));
  assert.deepEqual(
    endless.units.map(({ end }) => end),
    [Number.POSITIVE_INFINITY],
  );
});

test('what cannot be generated is refused, with the nearest name', async () => {
  const columns = {
    price: intType,
    name: varcharType,
    flag: booleanType,
    rate: decimalType(4, 2),
    id: bigintType,
    size: doubleType,
    day: dateType,
    at: timestampType,
  };
  const refuses = (options: Record<string, string>, expected: object): Promise<void> =>
    assert.rejects(datagenSource.plan(source(columns, options)), {
      code: 'sql_invalid_option',
      ...expected,
    });
  await refuses({ rowz: '1' }, { hint: 'Did you mean "rows"?' });
  await refuses({ 'fields.prise.min': '1' }, { hint: 'Did you mean "price"?' });
  await refuses({ 'fields.price.mim': '1' }, { hint: 'Did you mean "min"?' });
  await refuses({ 'fields.price.kind': 'unifrom' }, { hint: 'Did you mean "uniform"?' });
  await refuses({ 'fields.price.min': 'x' }, { message: /a value of type INT/ });
  await refuses({ 'fields.price.min': '5', 'fields.price.max': '4' }, { message: /at most max/ });
  await refuses({ 'fields.price.max': '3000000000' }, { message: /a value of type INT/ });
  await refuses({ 'fields.price.min': '0x10' }, { message: /a value of type INT/ });
  await refuses({ 'fields.name.values': 'a,b', 'fields.name.weights': '1' }, { message: /2 numbers/ });
  await refuses({ 'fields.name.values': 'a,b', 'fields.name.weights': '1,' }, { message: /2 numbers/ });
  await refuses({ 'fields.name.values': '' }, { message: /a list of values, parted by commas/ });
  await refuses({ rows_per_second: '0' }, { message: /above 0/ });
  await refuses({ 'fields.price.values': '99999999999,3' }, { message: /each a value of type INT/ });
  await refuses({ 'fields.price.stddev': 'abc' }, { message: /a number from 0 to what the type holds/ });
  await refuses({ 'fields.rate.values': '999.99,3' }, { message: /each a value of type DECIMAL\(4,2\)/ });
  await refuses({ 'fields.rate.step': '0.001' }, { message: /up to 2 decimal places/ });
  await refuses({ 'fields.id.max': '9223372036854775807' }, { message: /BIGINT from -9007199254740991 to / });
  await refuses({ 'fields.size.min': '-1.7e308', 'fields.size.max': '1.7e308' }, { message: /above min/ });
  await refuses({ 'fields.size.max': '1e400' }, { message: /a value of type DOUBLE/ });
  await refuses({ 'fields.flag.kind': 'normal' }, { message: /one of uniform, choice, sequence/ });
  await refuses({ 'fields.flag.stddev': '1' }, { message: /no option "stddev" of column "flag"/ });
  await refuses({ 'fields.flag.values': 'true,5,false' }, { message: /each true or false/ });
  await refuses({ 'fields.day.values': '2024-02-30' }, { message: /each a value of type DATE/ });
  await refuses({ 'fields.day.stddev': '10000000000d' }, { message: /a duration \(such as 1s\) from 0/ });
  await refuses({ 'fields.day.step': '12h' }, { message: /whole days/ });
  await refuses({ 'fields.at.min': '3000-01-01' }, { message: /TIMESTAMP from 1684-07-29 to 2255-06-05/ });
});

test('a sequence that leaves its type is refused, or without a number of rows ends there', async () => {
  const refuses = (type: SqlType, start: string, step: string, most: number): Promise<void> => {
    const options = { rows: String(most + 1), 'fields.a.start': start, 'fields.a.step': step };
    const message = new RegExp(`has to be at most ${most}: then the sequence of column "a" ends`);
    return assert.rejects(datagenSource.plan(source({ a: type }, options)), { message });
  };
  await refuses(intType, '1', '2147483647', 1);
  await refuses(intType, '-2147483647', '-1', 2);
  await refuses(bigintType, '-9007199254740991', '3', 3_002_399_751_580_331);
  await refuses(decimalType(4, 2), '99', '0.5', 2);
  await refuses(doubleType, '-1.7e308', '1.7e308', 2);
  await refuses(dateType, '2024-01-01', '1000000000d', 3);

  const endless = source({ a: intType }, { 'fields.a.start': '2147483645' });
  const reader = new DatagenReader(endless);
  const { buffer, batch, allocate } = memoryFor(endless.schema, 10);
  const { units } = await datagenSource.plan(endless);
  await reader.open(units[0]!);
  const fill = (): number | 'wait' => reader.fill(() => buffer, batch, allocate);
  assert.equal(fill(), 3);
  assert.deepEqual(readBatch(buffer, batch, 3), [[2_147_483_645], [2_147_483_646], [2_147_483_647]]);
  assert.throws(fill, { code: 'sql_invalid_option', message: '"g": the sequence of column "a" has ended' });
});

test('a BOOLEAN is 0 or 1, and a time is exact to the microsecond', async () => {
  const spec = source(
    { choice: booleanType, flip: booleanType, at: timestampType, zoned: timestamptzType },
    {
      'fields.choice.values': '1',
      'fields.flip.kind': 'sequence',
      'fields.at.min': '2024-01-01 10:00:00.123456',
      'fields.at.max': '2024-01-01 10:00:00.123456',
      'fields.zoned.values': '1970-01-01T00:00:00.000001+01:00',
    },
  );
  const time = 1_704_103_200_123_456n;
  assert.deepEqual(await generate(spec, 0, 2), [
    [true, false, time, -3_599_999_999n],
    [true, true, time, -3_599_999_999n],
  ]);
});
