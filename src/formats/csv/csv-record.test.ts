import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { encodeUtf8 } from '../../base/bytes.ts';
import { readCsvRecords, splitCsvRecord } from './csv-record.ts';

const dialect = { delimiter: 44, quote: 34 };

function read(text: string): string[][] {
  const records = readCsvRecords(encodeUtf8(text), dialect, 'skip');
  return [...records].map((record) => record.map((field) => field.text));
}

test('records and fields are those that csv-parse finds', () => {
  const plain = fc.string({ maxLength: 5, unit: fc.constantFrom('a', 'é', ' ', '1', '\u{1f600}') });
  const quoted = fc
    .string({ maxLength: 6, unit: fc.constantFrom('a', '"', ',', '\n', '\r\n', ' ') })
    .map((text) => `"${text.replaceAll('"', '""')}"`);
  const records = fc.array(fc.array(fc.oneof(plain, quoted), { minLength: 1, maxLength: 4 }), {
    maxLength: 5,
  });
  const texts = fc
    .tuple(records, fc.constantFrom('\n', '\r\n'), fc.boolean())
    .map(([lines, end, isClosed]) => lines.join(end) + (isClosed ? end : ''));
  const check = (text: string): void => {
    const options = { relaxColumnCount: true, skipEmptyLines: true, recordDelimiter: ['\r\n', '\n'] };
    assert.deepEqual(read(text), parse(text, options) as unknown as string[][]);
  };
  fc.assert(fc.property(texts, check), { seed: 11, numRuns: 2000 });
});

test('an empty field is told from an empty string, and an empty line may be a record', () => {
  const records = [...readCsvRecords(encodeUtf8('"",\n\n'), dialect, 'keep')];
  assert.deepEqual(records, [
    [
      { text: '', isQuoted: true },
      { text: '', isQuoted: false },
    ],
    [{ text: '', isQuoted: false }],
  ]);
});

test('a header may stand behind a byte order mark, and a delimiter may be anything', () => {
  assert.deepEqual(splitCsvRecord(encodeUtf8('\ufeffa;b\r\n1;2\n'), { delimiter: 59, quote: undefined }), [
    'a',
    'b',
  ]);
  assert.deepEqual(splitCsvRecord(new Uint8Array(0), dialect), []);
});

test('quotes that are not closed end with the text', () => {
  assert.deepEqual(read('a,"b\nc'), [['a', 'b\nc']]);
});
