/** The words that read ISO times against Date, and against the routines for every other form. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { damage } from '../../../../test/support/json-records.ts';
import { prepareScan } from '../../../../test/support/json-scan-run.ts';
import { Random } from '../../../base/random.ts';
import type { Schema } from '../../../columns/schema.ts';
import { dateType, timestampType, timestamptzType } from '../../../columns/sql-type.ts';
import { learnShape } from './record-shape.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

const schema: Schema = [
  { name: 'd', type: dateType, nullable: true },
  { name: 't', type: timestampType, nullable: true },
  { name: 'z', type: timestamptzType, nullable: true },
];

const record = (date: string, time: string): string => `{"d":"${date}","t":"${time}","z":"${time}"}`;
const shape = learnShape(encode(record('2024-01-01', '2024-01-01T00:00:00Z')));

test('dates of all centuries and times to the microsecond are what Date says', () => {
  const random = Random.fromSeed(11);
  const lines: string[] = [];
  const expected: bigint[][] = [];
  for (let i = 0; i < 3000; i++) {
    const millis = random.int(Date.UTC(1, 0, 1) - 62_000_000_000, Date.UTC(9999, 11, 31));
    const iso = new Date(Math.max(millis, Date.parse('0001-01-01T00:00:00Z'))).toISOString();
    const whole = BigInt(Math.floor(Date.parse(iso) / 1000)) * 1_000_000n;
    const digits = random.int(0, 6);
    const fraction = String(random.int(0, 999_999)).padStart(6, '0').slice(0, digits);
    const time = iso.slice(0, 19).replace('T', 'T '[random.int(0, 1)]!);
    const written = `${time}${digits > 0 ? `.${fraction}` : ''}${['', 'Z'][random.int(0, 1)]}`;
    const micros = whole + BigInt(fraction.padEnd(6, '0'));
    lines.push(record(iso.slice(0, 10), written));
    expected.push([BigInt(Math.floor(Date.parse(iso.slice(0, 10)) / 86_400_000)), micros, micros]);
  }
  const run = prepareScan(schema, shape);
  const { rows, bad } = run.run([encode(lines.join('\n'))]);
  assert.deepEqual(bad, []);
  assert.deepEqual(
    rows.map((row) => row.values),
    expected,
  );
});

test('any other form is read as the routines read it', () => {
  const random = Random.fromSeed(12);
  const forms = [
    '2024-02-29T23:59:59.999999Z',
    '2023-02-28 00:00:00',
    '1999-12-31',
    '2024-11-06T08:05:00.123+02:00',
  ];
  const lines = Array.from({ length: 6000 }, () => {
    const text = encode(forms[random.int(0, forms.length - 1)]!);
    const changed = Buffer.from(damage(random, text))
      .toString('latin1')
      .replaceAll(/[^ -~]|["\\]/g, '0');
    return record(changed.slice(0, 10), changed);
  });
  const input = encode(lines.join('\n'));
  assert.deepEqual(prepareScan(schema, shape).run([input]), prepareScan(schema, undefined).run([input]));
});
