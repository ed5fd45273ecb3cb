/**
 * The scan against JSON.parse on random records, whole and damaged, whatever its shape, capacity and chunks.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  damage,
  type RecordTemplate,
  randomRecord,
  randomTemplate,
  recordKeys,
} from '../../../../test/support/json-records.ts';
import { expectScan, sameNested } from '../../../../test/support/json-scan-oracle.ts';
import { prepareScan, type ScannedValue, type ScanResult } from '../../../../test/support/json-scan-run.ts';
import { Random } from '../../../base/random.ts';
import type { Schema } from '../../../columns/schema.ts';
import {
  bigintType,
  booleanType,
  decimalType,
  doubleType,
  intType,
  type SqlType,
  varcharType,
} from '../../../columns/sql-type.ts';
import { learnShape } from './record-shape.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

const types: readonly SqlType[] = [
  varcharType,
  bigintType,
  doubleType,
  intType,
  booleanType,
  decimalType(12, 3),
  decimalType(38, 6),
];

function randomSchema(random: Random, template: RecordTemplate): Schema {
  const names = new Set(template.keys.filter(() => random.int(0, 3) > 0).map((key) => key.name));
  if (random.int(0, 1) === 0) names.add(recordKeys[random.int(0, recordKeys.length - 1)]!);
  return [...names].map((name) => {
    const kind = template.keys.find((key) => key.name === name)?.kind ?? 'any';
    const fitting = { integer: [1, 3], number: [2, 5, 6], string: [0], boolean: [4], any: [0, 0, 1, 2] }[
      kind
    ];
    const index = random.int(0, 9) === 0 ? random.int(0, 6) : fitting[random.int(0, fitting.length - 1)]!;
    return { name, type: types[index]!, nullable: random.int(0, 9) > 0 };
  });
}

function sameValue(expected: ScannedValue, actual: ScannedValue | undefined): boolean {
  if (typeof expected === 'string' && expected.startsWith('nested:')) {
    return typeof actual === 'string' && sameNested(expected, actual);
  }
  return Object.is(expected, actual);
}

function compare(schema: Schema, input: Uint8Array, actual: ScanResult, context: string): void {
  const expected = expectScan(schema, input);
  assert.deepEqual(
    [actual.rows.map((row) => row.text), actual.bad.map((entry) => entry.text)],
    [expected.rows.map((row) => row.text), expected.bad.map((entry) => entry.text)],
    context,
  );
  expected.rows.forEach((row, i) => {
    const values = actual.rows[i]!.values;
    const isSame = row.values.every((value, column) => sameValue(value, values[column]));
    assert.ok(isSame, `${context}: ${row.text}\n${values.join(' | ')}\ninstead of ${row.values.join(' | ')}`);
  });
  expected.bad.forEach(({ reasons, field, text }, i) => {
    const { reason, field: actualField } = actual.bad[i]!;
    assert.ok(reasons.includes(reason), `${context}: ${text}: ${reason} instead of ${reasons.join('/')}`);
    assert.equal(actualField, field, `${context}: ${text}`);
  });
}

/** Cuts between records, at the last one that ends at or before each place. */
function cutAtRecords(input: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [
    ...new Set(places.map((place) => input.subarray(0, place).lastIndexOf(10) + 1)),
    input.length,
  ];
  let start = 0;
  return ends
    .sort((a, b) => a - b)
    .map((end) => {
      const chunk = input.subarray(start, end);
      start = end;
      return chunk;
    });
}

function join(random: Random, lines: readonly Uint8Array[]): Uint8Array {
  const parts = lines.flatMap((line, i) => {
    const isLast = i === lines.length - 1;
    const ending = isLast && random.int(0, 1) === 0 ? '' : random.int(0, 9) === 0 ? '\r\n' : '\n';
    return [line, encode(ending)];
  });
  return Buffer.concat(parts);
}

/** Lines without line feeds in them, a third of them damaged. */
function randomLines(random: Random, template: RecordTemplate, count: number): Uint8Array[] {
  return Array.from({ length: count }, () => {
    const line = encode(randomRecord(random, template));
    return random.int(0, 2) === 0 ? damage(random, line) : line;
  });
}

const capacities = [1, 2, 2048];

test('any records give what JSON.parse gives, with any shape', () => {
  for (let seed = 1; seed <= 160; seed++) {
    const random = Random.fromSeed(seed);
    const template = randomTemplate(random);
    const schema = randomSchema(random, template);
    const samples = join(random, randomLines(random, template, 6));
    const other = join(random, randomLines(random, randomTemplate(random), 3));
    const lines = randomLines(random, template, 80);
    const input = join(random, lines);
    for (const shape of [learnShape(samples), learnShape(input), learnShape(other)]) {
      const capacity = capacities[random.int(0, 2)]!;
      const run = prepareScan(schema, shape, capacity);
      assert.ok(WebAssembly.validate(run.bytes));
      const chunks = cutAtRecords(input, [random.int(0, input.length), random.int(0, input.length)]);
      compare(schema, input, run.run(chunks), `seed ${seed}, capacity ${capacity}`);
    }
  }
});

test('a small input gives the same wherever it is cut, at any capacity', () => {
  for (let seed = 1001; seed <= 1015; seed++) {
    const random = Random.fromSeed(seed);
    const template = randomTemplate(random);
    const schema = randomSchema(random, template);
    const input = join(random, randomLines(random, template, 5));
    for (const capacity of capacities) {
      const run = prepareScan(schema, learnShape(input), capacity);
      for (let place = 0; place <= input.length; place++) {
        const result = run.run(cutAtRecords(input, [place]));
        compare(schema, input, result, `seed ${seed}, capacity ${capacity}, cut at ${place}`);
      }
    }
  }
});

test('a record cut off anywhere is bad, whatever follows it in memory', () => {
  for (let seed = 2001; seed <= 2020; seed++) {
    const random = Random.fromSeed(seed);
    const template = { ...randomTemplate(random), oddness: 2 };
    const schema = randomSchema(random, template);
    const record = encode(randomRecord(random, template));
    const run = prepareScan(schema, learnShape(record));
    for (let length = 0; length <= record.length; length++) {
      const cut = record.subarray(0, length);
      compare(schema, cut, run.run([cut]), `seed ${seed}, ${length} bytes`);
    }
  }
});

test('every byte at every place of a record is judged as JSON.parse judges it', () => {
  const schemas: Schema[] = [
    [
      { name: 'a', type: varcharType, nullable: true },
      { name: 'b', type: doubleType, nullable: true },
      { name: 'c', type: bigintType, nullable: true },
      { name: 'd', type: booleanType, nullable: true },
    ],
    [],
  ];
  const record = encode('{"a":"text","b":-12.5,"c":120,"d":true,"e":[1,{"f":"g"}]}');
  for (const schema of schemas) {
    const run = prepareScan(schema, learnShape(record));
    for (let at = 0; at < record.length; at++) {
      const lines = Array.from({ length: 256 }, (_, byte) => {
        const line = Uint8Array.from(record);
        line[at] = byte === 10 ? 13 : byte;
        return line;
      });
      const input = Buffer.concat(lines.flatMap((line) => [line, encode('\n')]));
      compare(schema, input, run.run([input]), `byte ${at}`);
    }
  }
});
