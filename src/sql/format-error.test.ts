import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VelostreamError } from '../base/error.ts';
import { formatSqlError, placeOf } from './format-error.ts';
import { parseSql } from './parse.ts';

function errorAt(start: number, end: number): VelostreamError {
  return new VelostreamError('something is wrong', { code: 'sql_syntax', position: { start, end } });
}

test('an error shows the line, underlines the place and gives advice', () => {
  const source = 'SELECT symbol,\n       price\n  FORM trades';
  const [error] = parseSql(source).errors;
  assert.ok(error);
  assert.equal(
    formatSqlError(error, source, 'trades.sql'),
    [
      'error: expected FROM, found "FORM"',
      '  --> trades.sql:3:3',
      '  |',
      '3 |   FORM trades',
      '  |   ^^^^',
      'hint: Did you mean FROM?',
    ].join('\n'),
  );
});

test('an error without a position is its message', () => {
  const error = new VelostreamError('no place', { code: 'sql_syntax', detail: 'Why.', hint: 'How.' });
  assert.equal(formatSqlError(error, 'SELECT 1'), 'error: no place\ndetail: Why.\nhint: How.');
});

test('columns count code points, not UTF-16 units', () => {
  assert.deepEqual(placeOf("'😀😀' x", 7), { line: 1, column: 6 });
});

test('lines end with any line end', () => {
  assert.deepEqual(placeOf('a\r\nb\rc\nd', 7), { line: 4, column: 1 });
});

test('tabs before the place are kept, so that the caret stands below it', () => {
  const lines = formatSqlError(errorAt(2, 3), '\t\tx', 'f').split('\n');
  assert.deepEqual(lines.slice(3), ['1 | \t\tx', '  | \t\t^']);
});

test('the caret stands below the place behind characters that are wide, or have no width', () => {
  const source = "'東京', 'e\u0301', x";
  const lines = formatSqlError(errorAt(source.length - 1, source.length), source, 'f').split('\n');
  assert.deepEqual(lines.slice(1), ['  --> f:1:13', '  |', `1 | ${source}`, `  | ${' '.repeat(13)}^`]);
});

test('a place at the end of the text has one caret behind it', () => {
  const lines = formatSqlError(errorAt(8, 8), 'SELECT 1').split('\n');
  assert.equal(lines.at(-1), `  | ${' '.repeat(8)}^`);
});

test('a place of several lines is underlined on the first', () => {
  const lines = formatSqlError(errorAt(7, 15), 'SELECT (\n a\n )').split('\n');
  assert.deepEqual(lines.slice(3), ['1 | SELECT (', '  |        ^']);
});

test('a very long line is cut around the place', () => {
  const source = `SELECT ${'a, '.repeat(1000)}!${', b'.repeat(1000)}`;
  const at = source.indexOf('!');
  const lines = formatSqlError(errorAt(at, at + 1), source).split('\n');
  const [, , , line = '', caret = ''] = lines;
  assert.ok(line.length < 140, line);
  assert.equal(line[caret.indexOf('^')], '!');
  assert.match(line, /^1 \| \.\.\..*\.\.\.$/);
});

test('control characters and direction marks do not reach the terminal', () => {
  const text = formatSqlError(errorAt(0, 1), 'x\u001b[31m\u202e');
  assert.ok(!text.includes('\u001b') && !text.includes('\u202e'));
});

test('positions outside the text are moved into it', () => {
  assert.match(formatSqlError(errorAt(-5, 500), 'abc'), /1 \| abc\n {2}\| \^\^\^$/);
});
