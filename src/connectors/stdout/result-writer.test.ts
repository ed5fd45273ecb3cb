import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { decodeUtf8, encodeUtf8 } from '../../base/bytes.ts';
import { turn } from '../../base/timers.ts';
import type { Schema } from '../../columns/schema.ts';
import { bigintType } from '../../columns/sql-type.ts';
import { createResultWriter, type ResultFormat } from './result-writer.ts';

const schema: Schema = [{ name: 'n', type: bigintType, nullable: true }];

function collect(format: ResultFormat, separator = '') {
  const clock = new ManualClock();
  let text = '';
  const output = {
    write: async (bytes: Uint8Array): Promise<void> => {
      text += decodeUtf8(bytes);
    },
  };
  const writer = createResultWriter({ format, output, timers: clock, separator });
  return { writer, clock, text: () => text };
}

test('a table shows a row of one NULL, which is an empty line of CSV', async () => {
  const { writer, text } = collect('table');
  await writer.open(schema);
  await writer.write(encodeUtf8('1\n\n3\n'));
  await writer.commit();
  assert.equal(text(), '  n\n------\n    1\n NULL\n    3\n(3 rows)\n');
});

test('rows of a slow stream are shown before more of them come', async () => {
  const { writer, clock, text } = collect('table');
  await writer.open(schema);
  await writer.write(encodeUtf8('1\n'));
  assert.equal(text(), '');
  clock.advance(1000);
  await turn();
  assert.match(text(), /1\n$/);
  await writer.write(encodeUtf8('2\n'));
  await writer.commit();
  assert.match(text(), /\n +1\n +2\n\(2 rows\)\n$/);
});

test('CSV has a header, JSON lines have none, and results are parted', async () => {
  const csv = collect('csv', '\n');
  await csv.writer.open(schema);
  await csv.writer.write(encodeUtf8('1\n'));
  assert.equal(csv.text(), '\nn\n1\n');
  const jsonl = collect('jsonl', '');
  await jsonl.writer.open(schema);
  await jsonl.writer.write(encodeUtf8('{"n":1}\n'));
  assert.equal(jsonl.text(), '{"n":1}\n');
});
