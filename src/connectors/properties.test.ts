import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VelostreamError } from '../base/error.ts';
import { normaliseProperties } from './properties.ts';

const plain = { connector: 'file', format: 'csv', options: { path: 'a.csv', header: 'false' } };

test('all spellings of a source give the same connector, format and options', () => {
  const spellings = [
    { connector: 'file', path: 'a.csv', header: 'false' },
    { path: 'a.csv', has_headers: 'false' },
    { 'trades.type': 'file_source', 'trades.path': 'a.csv', 'trades.has_headers': 'false' },
    {
      'trades.type': 'file_source_mmap',
      'trades.format': 'CSV',
      'trades.path': 'a.csv',
      'trades.headers': 'false',
    },
    {
      'source.type': 'file_source',
      'source.path': 'a.csv',
      'source.has.headers': 'false',
      'sink.path': 'b.csv',
    },
    { type: 'file', 'File-Path': 'a.csv', 'Has-Header': 'false' },
  ];
  for (const properties of spellings) {
    assert.deepEqual(normaliseProperties('trades', properties, 'source'), plain, JSON.stringify(properties));
  }
});

test('each relation of a statement gets its own properties', () => {
  const properties = {
    'measurements.type': 'file_source_mmap',
    'measurements.path': 'measurements.csv',
    'measurements.delimiter': ';',
    'results.type': 'file_sink',
    'results.path': 'results.csv',
    partitioning_strategy: 'hash',
  };
  assert.deepEqual(normaliseProperties('measurements', properties, 'source'), {
    connector: 'file',
    format: 'csv',
    options: { path: 'measurements.csv', delimiter: ';' },
  });
  assert.deepEqual(normaliseProperties('results', properties, 'sink'), {
    connector: 'file',
    format: 'csv',
    options: { path: 'results.csv' },
  });
});

test('the format and the delimiter follow from the name of the file', () => {
  const formatOf = (path: string): string => normaliseProperties('t', { path }, 'source').format;
  const endings = ['a.jsonl', 'a.ndjson', 'a.json', 'a.csv.gz', 'A.TSV', 'data/*.parquet', 'a'];
  assert.deepEqual(endings.map(formatOf), ['jsonl', 'jsonl', 'jsonl', 'csv', 'csv', 'parquet', 'jsonl']);
  assert.equal(normaliseProperties('t', { path: 'a.tsv' }, 'source').options.delimiter, '\t');
  assert.equal(
    normaliseProperties('t', { path: 'a.csv', delimiter: '\\t' }, 'source').options.delimiter,
    '\t',
  );
});

test('generated columns keep their names, and what is done with bad records is said in one way', () => {
  const { options } = normaliseProperties(
    'g',
    { connector: 'datagen', 'fields.Price.Min': '1', failure_strategy: 'LogAndContinue', rate: '5' },
    'source',
  );
  assert.deepEqual(options, { 'fields.Price.min': '1', on_error: 'skip', rows_per_second: '5' });
});

test('two values for one option, and no connector at all, are errors', () => {
  const isBad = { code: 'sql_invalid_option' };
  assert.throws(() => normaliseProperties('t', { path: 'a.csv', 't.path': 'b.csv' }, 'source'), isBad);
  assert.throws(
    () => normaliseProperties('t', {}, 'sink'),
    (error: unknown) => {
      assert.ok(error instanceof VelostreamError);
      assert.match(error.message, /^"t" does not say where its rows go$/);
      return true;
    },
  );
});

test('the names of every object are names like others', () => {
  const isUnknown = { connector: 'constructor', format: 'constructor', options: { valueof: '1' } };
  const properties = { connector: 'constructor', format: 'Constructor', valueOf: '1' };
  assert.deepEqual(normaliseProperties('t', properties, 'source'), isUnknown);
  const { format, options } = normaliseProperties(
    't',
    { path: 'x.constructor', on_error: 'toString' },
    'source',
  );
  assert.deepEqual([format, options.on_error], ['jsonl', 'tostring']);
  const csv = { path: 'x.csv', delimiter: 'constructor' };
  assert.equal(normaliseProperties('t', csv, 'source').options.delimiter, 'constructor');
});
