import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeUtf8 } from '../../base/bytes.ts';
import type { Schema } from '../../columns/schema.ts';
import { bigintType, varcharType } from '../../columns/sql-type.ts';
import { readCsvRecords } from '../csv/csv-record.ts';
import { TextTable } from './text-table.ts';

const schema: Schema = [
  { name: 'city', type: varcharType, nullable: true },
  { name: 'count', type: bigintType, nullable: true },
];

function draw(csv: string, widthMax?: number): string {
  const table = new TextTable(schema, { widthMax, nullText: 'NULL' });
  let text = '';
  for (const record of readCsvRecords(encodeUtf8(csv), { delimiter: 44, quote: 34 }, 'keep')) {
    text += table.add(record);
  }
  return text + table.end();
}

test('numbers stand right, text stands left, and NULL is not the empty string', () => {
  assert.equal(
    draw('Oslo,2\n,\n"",15000\n'),
    [
      ' city | count',
      '------+-------',
      ' Oslo |     2',
      ' NULL |  NULL',
      '      | 15000',
      '(3 rows)',
      '',
    ].join('\n'),
  );
});

test('wide characters, emoji and combining marks count as a terminal shows them', () => {
  const lines = draw('東京,1\nCafe\u0301,2\n👩‍👩‍👧,3\n').split('\n');
  assert.deepEqual(lines.slice(2, 5), [' 東京 |     1', ' Cafe\u0301 |     2', ' 👩‍👩‍👧   |     3']);
});

test('line breaks and control characters cannot break the table', () => {
  const lines = draw('"a\nb\u001b[2J",1\n').split('\n');
  assert.equal(lines[2], ' a\\nb\ufffd[2J |     1');
});

test('on a terminal no line is wider than it', () => {
  const lines = draw(`${'x'.repeat(200)},1\n`, 30)
    .trimEnd()
    .split('\n');
  assert.ok(lines.every((line) => line.length <= 30));
  assert.match(lines[2] ?? '', /^ x+…$/);
});

test('rows behind the first thousand do not wait, and a table without rows says so', () => {
  const table = new TextTable(schema, { widthMax: undefined, nullText: 'NULL' });
  const row = [
    { text: 'a', isQuoted: false },
    { text: '1', isQuoted: false },
  ];
  const lengths = Array.from({ length: 1001 }, () => table.add(row).length);
  assert.ok(lengths.slice(0, 999).every((length) => length === 0));
  assert.ok(lengths[999]! > 0 && lengths[1000]! > 0);
  assert.match(draw(''), /\(0 rows\)\n$/);
});
