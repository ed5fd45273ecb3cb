import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse as parseCsv } from 'csv-parse/sync';
import fc from 'fast-check';
import type { Schema } from '../../columns/schema.ts';
import {
  decimalType,
  printType,
  type SqlType,
  storageBytes,
  storageLanes,
  storageOf,
} from '../../columns/sql-type.ts';
import { writeView } from '../../columns/string-view.ts';
import { compileModule, createPrivateMemory, instantiate } from '../../wasm/instantiate.ts';
import { f64, i32, i64 } from '../../wasm/instructions.ts';
import { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr } from '../../wasm/types.ts';
import { type CsvForm, csvFormDefault } from './csv-string.ts';
import type { FormatCell } from './format-cell.ts';
import { rowSlackBytes } from './literal.ts';
import { emitRowFormatter } from './row-formatter.ts';

/** A value as a test states it: a number, text, or integers for the lanes. NULL is null. */
type Value = null | boolean | number | bigint | string | readonly [bigint, bigint];

const seed = 20_260_201;
const valuesAddress = 0x10000;
const textAddress = 0x20000;
const outAddress = 0x40000;
const guard = 0xa5;

interface Formatter {
  /** The row's text; checks the bound and what lies behind it. */
  format(row: readonly Value[]): string;
}

function createFormatter(schema: Schema, format: 'jsonl' | 'csv', csv: CsvForm = csvFormDefault): Formatter {
  const module = new ModuleBuilder('format');
  const formatter = emitRowFormatter(module, { format, schema, csv });
  const places = placesOf(schema);
  const cells = (): FormatCell[] =>
    schema.map(({ type, nullable }, i) => {
      const storage = storageOf(type);
      const at = valuesAddress + places[i]!;
      const lanes = storageLanes[storage].map((lane, j): Expr => {
        if (lane === 'i32') return storage === 'i8' ? i32.load8_u(at) : i32.load(at);
        return lane === 'f64' ? f64.load(at) : i64.load(at, 8 * j);
      });
      return { storage, type, lanes, isNull: nullable ? i32.load8_u(at + 16) : undefined };
    });
  module.export('bytes_max', {}, 'i64', (f) => f.return(formatter.emitRowBytesMax(f, cells())));
  module.export('row', { out: 'i32' }, 'i32', (f, { out }) => f.return(formatter.emitRow(f, cells(), out)));
  const memory = createPrivateMemory(8 << 16);
  const { exports } = instantiate(compileModule(module.encode()), memory);
  const bytesMax = exports.bytes_max as () => bigint;
  const writeRow = exports.row as (out: number) => number;
  return {
    format(row) {
      const bytes = new Uint8Array(memory.buffer);
      storeRow(memory, schema, row);
      const bound = Number(bytesMax());
      const guarded = bytes.subarray(outAddress, outAddress + bound + 64).fill(guard);
      const end = writeRow(outAddress);
      assert.ok(end - outAddress <= bound, `${end - outAddress} bytes, at most ${bound} were announced`);
      assert.ok(
        guarded.subarray(end + rowSlackBytes - outAddress).every((byte) => byte === guard),
        'slack is kept',
      );
      return new TextDecoder().decode(bytes.slice(outAddress, end));
    },
  };
}

function placesOf(schema: Schema): number[] {
  return schema.map((_, i) => 32 * i);
}

function storeRow(memory: WebAssembly.Memory, schema: Schema, row: readonly Value[]): void {
  const bytes = new Uint8Array(memory.buffer);
  const view = new DataView(memory.buffer);
  let text = textAddress;
  schema.forEach(({ type }, i) => {
    const at = valuesAddress + 32 * i;
    const value = row[i]!;
    const storage = storageOf(type);
    bytes.fill(0, at, at + 32);
    view.setUint8(at + 16, value === null ? 1 : 0);
    if (value === null) return;
    if (storage === 'view') {
      const encoded = new TextEncoder().encode(value as string);
      bytes.set(encoded, text);
      writeView(bytes, at, encoded, text);
      text += encoded.length;
    } else if (storage === 'f64') view.setFloat64(at, value as number, true);
    else if (storage === 'i8') view.setUint8(at, value ? 1 : 0);
    else if (storage === 'i32') view.setInt32(at, value as number, true);
    else if (storage === 'interval') {
      const [low, high] = value as readonly [bigint, bigint];
      view.setBigInt64(at, low, true);
      view.setBigInt64(at + 8, high, true);
    } else {
      view.setBigInt64(at, BigInt.asIntN(64, value as bigint), true);
      if (storageBytes[storage] === 16) view.setBigInt64(at + 8, (value as bigint) >> 64n, true);
    }
  });
}

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ unit: 'binary-ascii', maxLength: 60 }),
  fc.string({
    unit: fc.constantFrom('a', '"', '\\', ',', '\n', '\r', '\u0000', '\u001f', '\u007f', 'é', '😀'),
    maxLength: 40,
  }),
  fc.integer({ min: 0, max: 70 }).map((size) => 'x'.repeat(size)),
);
const wideLimit = 10n ** 38n - 1n;

/** For each type: its values, and what JSON and CSV show of one. */
const cases: readonly { type: SqlType; values: fc.Arbitrary<Value>; text: (value: never) => string }[] = [
  { type: { kind: 'boolean' }, values: fc.boolean(), text: String },
  { type: { kind: 'int' }, values: fc.integer(), text: String },
  { type: { kind: 'bigint' }, values: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), text: String },
  { type: { kind: 'double' }, values: fc.double(), text: (value: number) => String(value) },
  {
    type: decimalType(10, 2),
    values: fc.bigInt({ min: 1n - 10n ** 10n, max: 10n ** 10n - 1n }),
    text: (value: bigint) => decimalText(value, 2),
  },
  {
    type: decimalType(38, 20),
    values: fc.bigInt({ min: -wideLimit, max: wideLimit }),
    text: (value: bigint) => decimalText(value, 20),
  },
  {
    type: { kind: 'date' },
    values: fc.integer({ min: -719_162, max: 2_932_896 }),
    text: (days: number) => new Date(days * 86_400_000).toISOString().slice(0, 10),
  },
  {
    type: { kind: 'timestamp' },
    values: fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n }),
    text: (micros: bigint) => isoText(micros),
  },
  {
    type: { kind: 'timestamptz' },
    values: fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n }),
    text: (micros: bigint) => `${isoText(micros)}Z`,
  },
];

function decimalText(value: bigint, scale: number): string {
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function isoText(micros: bigint): string {
  const seconds = micros / 1_000_000n - (micros % 1_000_000n < 0n ? 1n : 0n);
  const fraction = String(micros - seconds * 1_000_000n)
    .padStart(6, '0')
    .replace(/0+$/, '');
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/** The source text of each value of a JSON object; JSON.parse itself would round numbers. */
function jsonValues(line: string): Map<string, unknown> {
  const values = new Map<string, unknown>();
  const source = (JSON.parse as (text: string, reviver: unknown) => object)(
    line,
    (key: string, value: unknown, { source }: { source?: string }) => {
      values.set(key, typeof value === 'number' ? source : value);
      return value;
    },
  );
  assert.equal(typeof source, 'object');
  return values;
}

for (const { type, values, text } of cases) {
  test(`values of ${printType(type)} are written so that JSON and CSV readers get them back`, () => {
    const schema = [{ name: 'v', type, nullable: true }];
    const json = createFormatter(schema, 'jsonl');
    const csv = createFormatter(schema, 'csv');
    fc.assert(
      fc.property(fc.option(values), (value) => {
        const line = json.format([value]);
        assert.ok(line.endsWith('}\n'));
        const found = jsonValues(line).get('v');
        const record = csv.format([value]);
        assert.ok(record.endsWith('\n'));
        if (value === null) {
          assert.equal(found, null);
          assert.equal(record, '\n');
        } else if (type.kind === 'double') {
          assert.ok(Object.is(Number(found), value), `${line} for ${value}`);
          assert.ok(Object.is(Number(record), value), `${record} for ${value}`);
        } else {
          assert.equal(String(found), text(value as never));
          assert.equal(record, `${text(value as never)}\n`);
        }
      }),
      { seed, numRuns: 2000 },
    );
  });
}

test('what is no number in JSON is a string', () => {
  const schema: Schema = [{ name: 'd', type: { kind: 'double' }, nullable: false }];
  const { format } = createFormatter(schema, 'jsonl');
  assert.equal(format([Number.NaN]), '{"d":"NaN"}\n');
  assert.equal(format([Number.POSITIVE_INFINITY]), '{"d":"Infinity"}\n');
  assert.equal(format([Number.NEGATIVE_INFINITY]), '{"d":"-Infinity"}\n');
  assert.equal(format([-0]), '{"d":-0}\n');
  assert.equal(format([1e300]), '{"d":1e+300}\n');
});

test('intervals are strings in JSON, and any column may be NULL', () => {
  const schema: Schema = [
    { name: 'i', type: { kind: 'interval' }, nullable: true },
    { name: 'n', type: { kind: 'unknown' }, nullable: true },
  ];
  const { format } = createFormatter(schema, 'jsonl');
  assert.equal(
    format([[3_600_000_000n, (2n << 32n) | 14n], null]),
    '{"i":"1 year 2 mons 2 days 01:00:00","n":null}\n',
  );
  assert.equal(format([null, null]), '{"i":null,"n":null}\n');
  assert.equal(createFormatter(schema, 'csv').format([[0n, 0n], null]), '00:00:00,\n');
});

test('strings come back from JSON.parse, and keys need escapes too', () => {
  const schema: Schema = ['a', 'key "quoted" \\ \n', '', 'ключ, the long one of them all'].map((name, i) => ({
    name,
    type: { kind: 'varchar' },
    nullable: i % 2 === 0,
  }));
  const { format } = createFormatter(schema, 'jsonl');
  const row = fc.tuple(fc.option(anyText), anyText, fc.option(anyText), anyText);
  fc.assert(
    fc.property(row, (values) => {
      const expected = Object.fromEntries(schema.map(({ name }, i) => [name, wellFormed(values[i]!)]));
      assert.deepEqual(JSON.parse(format(values)), expected);
    }),
    { seed, numRuns: 5000 },
  );
});

/** Lone surrogates cannot be UTF-8. */
function wellFormed(text: string | null): string | null {
  return text === null ? null : text.toWellFormed();
}

test('strings come back from a CSV reader, empty ones told from NULL', () => {
  const schema: Schema = ['a', 'b', 'c'].map((name, i) => ({
    name,
    type: { kind: 'varchar' },
    nullable: i > 0,
  }));
  for (const [delimiter, quote] of [',"', ";'", '\t"'] as const) {
    const form = { delimiter: delimiter!.charCodeAt(0), quote: quote!.charCodeAt(0) };
    const { format } = createFormatter(schema, 'csv', form);
    fc.assert(
      fc.property(fc.tuple(anyText, fc.option(anyText), fc.option(anyText)), (values) => {
        const record = format(values);
        const read = parseCsv(record, {
          delimiter: delimiter!,
          quote: quote!,
          escape: quote!,
          record_delimiter: '\n',
          cast: (value, { quoting }) => (value === '' && !quoting ? null : value),
        });
        assert.deepEqual(read, [values.map(wellFormed)], JSON.stringify(record));
      }),
      { seed, numRuns: 3000 },
    );
  }
});

test('a field of digits is quoted where the delimiter could be part of it', () => {
  const schema: Schema = [
    { name: 'd', type: decimalType(10, 2), nullable: false },
    { name: 't', type: { kind: 'timestamp' }, nullable: false },
  ];
  const form = { delimiter: '.'.charCodeAt(0), quote: 0x22 };
  assert.equal(createFormatter(schema, 'csv', form).format([-1234n, 0n]), '"-12.34"."1970-01-01T00:00:00"\n');
});

test('a row without columns is an empty object, or an empty line', () => {
  assert.equal(createFormatter([], 'jsonl').format([]), '{}\n');
  assert.equal(createFormatter([], 'csv').format([]), '\n');
});
