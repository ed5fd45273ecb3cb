/** What the parser says about wrong text: each error with its place, and the next ones too. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSql } from '../parse.ts';

/** Errors as `marked text: message [hint]`. */
function errors(source: string): readonly string[] {
  return parseSql(source).errors.map(({ message, position, hint }) => {
    const marked = source.slice(position?.start, position?.end);
    return `${marked}: ${message}${hint === undefined ? '' : ` [${hint}]`}`;
  });
}

function firstError(source: string): string {
  return errors(source)[0] ?? 'no error';
}

test('misspelt keywords are named with a proposal, and parsing goes on behind each', () => {
  assert.deepEqual(errors('SELCT a FORM t WEHRE b GRUOP BY a HAVNG c ORDR BY a LIMTI 5'), [
    'SELCT: expected a statement: SELECT, CREATE, INSERT or EXPLAIN, found "SELCT" [Did you mean SELECT?]',
    'FORM: expected FROM, found "FORM" [Did you mean FROM?]',
    'WEHRE: expected WHERE, found "WEHRE" [Did you mean WHERE?]',
    'GRUOP: expected GROUP BY, found "GRUOP" [Did you mean GROUP?]',
    'HAVNG: expected HAVING, found "HAVNG" [Did you mean HAVING?]',
    'ORDR: expected ORDER BY, found "ORDR" [Did you mean ORDER?]',
    'LIMTI: expected LIMIT, found "LIMTI" [Did you mean LIMIT?]',
  ]);
});

test('misspelt words of CREATE, INSERT and EMIT are named, too', () => {
  assert.match(firstError('CRAETE STREAM t'), /^CRAETE: .*\[Did you mean CREATE\?\]$/);
  assert.match(firstError('CREATE STRAM t'), /^STRAM: .*\[Did you mean STREAM\?\]$/);
  assert.match(firstError('CREATE STREAM t (a INT, WATERMARK FR a AS a)'), /^FR: .*\[Did you mean FOR\?\]$/);
  assert.match(firstError('INSERT ITNO t SELECT 1'), /^ITNO: .*\[Did you mean INTO\?\]$/);
  assert.match(firstError('SELECT a FROM t EMIT CHANGE'), /^CHANGE: .*\[Did you mean CHANGES\?\]$/);
  assert.match(firstError('SELECT CASE WHEN a THN b END'), /^THN: .*\[Did you mean THEN\?\]$/);
});

test('a reserved word that can only be an alias is one error', () => {
  const hint = 'LIMIT is a reserved word; to use it as a name write "limit".';
  const error = `limit: expected an alias behind AS, found "limit" [${hint}]`;
  assert.deepEqual(errors('SELECT a FROM (SELECT 1 AS a) AS limit'), [error]);
  assert.deepEqual(errors('SELECT a FROM t AS limit WHERE b;'), [error]);
  assert.deepEqual(errors('SELECT a FROM t AS limit 5'), [error]);
});

test('a comma too many is shown where it stands', () => {
  assert.deepEqual(errors('SELECT a, FROM t WHERE'), [
    ',: nothing follows this comma [Remove the comma, or write what is missing before "FROM".]',
    ': expected an expression, found the end of the text',
  ]);
  assert.match(firstError('CREATE STREAM t (a INT,)'), /^,: nothing follows this comma/);
  assert.match(firstError('SELECT a GROUP BY a, ORDER BY b'), /^,: nothing follows this comma/);
});

test('a forgotten comma is proposed before the next item', () => {
  assert.deepEqual(errors('SELECT a x b, c FROM t'), [
    'b: expected "," or FROM, found "b" [If "b" is the next item, put a comma before it.]',
  ]);
  assert.match(firstError('CREATE STREAM t (a INT b INT)'), /^b: expected "," or "\)", found "b"/);
});

test('operators of other languages get the one to write', () => {
  assert.deepEqual(errors('SELECT a == 1'), ['==: "==" is not an operator of SQL [Write = to compare.]']);
  assert.deepEqual(errors('SELECT a && !b'), [
    '&&: "&&" is not an operator of SQL [Write AND.]',
    '!: "!" is not an operator of SQL [Write NOT.]',
  ]);
});

test('parentheses that do not match are shown where they stand', () => {
  assert.deepEqual(errors('SELECT (a + b FROM t WHERE (c'), [
    '(: this parenthesis is never closed',
    '(: this parenthesis is never closed',
  ]);
  assert.deepEqual(errors('SELECT a) FROM t'), ['): this parenthesis was never opened']);
  const places = parseSql('SELECT f(a, (b FROM t').errors.map(({ position }) => position?.start);
  assert.deepEqual(places, [8, 12]);
});

test('an unterminated string is one error, not a chain of them', () => {
  assert.deepEqual(
    parseSql("SELECT (a, 'b FROM t\nWHERE c").errors.map(({ message }) => message),
    ['unterminated string: the quote that opens here is never closed'],
  );
});

test('clauses out of order or written twice are named', () => {
  assert.deepEqual(errors('SELECT a FROM t GROUP BY a WHERE b FROM c'), [
    'WHERE: WHERE must come before GROUP BY',
    'FROM: FROM is written twice in this query',
  ]);
});

test('one statement can have several errors, and the statements around it are still read', () => {
  const { statements, errors: found } = parseSql('SELECT 1; SELECT a +, b *, c FROM t WHERE; SELECT 2');
  assert.equal(statements.length, 2);
  assert.equal(found.length, 3);
});

test('a forgotten semicolon is named, and the next statement is read', () => {
  const { statements, errors: found } = parseSql('SELECT a FROM t\nINSERT INTO u SELECT 1');
  assert.equal(found[0]?.message, 'expected ";" before the next statement, found "INSERT"');
  assert.deepEqual(
    statements.map(({ kind }) => kind),
    ['insert'],
  );
});

test('a reserved word in the place of a name comes with the way to write it', () => {
  assert.match(firstError('CREATE STREAM t (order INT)'), /^order: .*write "order"\.\]$/);
  assert.match(firstError('SELECT table FROM t'), /^table: .*write "table"\.\]$/);
});

test('chained comparisons are refused with the way out', () => {
  assert.match(firstError('SELECT 1 < a < 3'), /^<: comparisons cannot be chained \[Write a < b AND b < c/);
});

test('a property given twice is an error at the second', () => {
  const [error] = parseSql("CREATE STREAM t WITH (path = 'a', PATH = 'b')").errors;
  assert.equal(error?.code, 'sql_duplicate_name');
  assert.equal(error?.position?.start, 34);
});

test('a column without a type, and a type before AS, are named', () => {
  assert.match(firstError('CREATE STREAM t (a)'), /^a: column "a" has no type/);
  assert.match(
    firstError('CREATE STREAM t (a INT) AS SELECT 1'),
    /^a INT: before AS a column is a name alone/,
  );
});

test('INTERVAL 5 MINUTE is shown with its quotes', () => {
  assert.match(
    firstError('SELECT INTERVAL 5 MINUTE'),
    /^5: the value of an interval is a string \[Write INTERVAL '5'/,
  );
});

test('EMIT belongs to the outermost query', () => {
  assert.match(firstError('SELECT a FROM (SELECT b FROM t EMIT CHANGES)'), /^CHANGES|^EMIT/);
});

const unsupported: readonly (readonly [sql: string, place: string])[] = [
  ['SELECT a FROM t JOIN u ON a = b', 'JOIN'],
  ['SELECT a FROM t LEFT OUTER JOIN u USING (a) WHERE b', 'LEFT OUTER JOIN'],
  ['SELECT a FROM t, u', ','],
  ['SELECT a FROM t UNION ALL SELECT b FROM u', 'UNION'],
  ['SELECT a FROM t INTERSECT SELECT b', 'INTERSECT'],
  ['WITH x AS (SELECT 1) SELECT 2', 'WITH'],
  ["SELECT a FROM t GROUP BY a WINDOW TUMBLING(ts, INTERVAL '1' MINUTE) EMIT CHANGES", 'WINDOW'],
  ['SELECT sum(a) OVER (PARTITION BY b) FROM t', 'OVER'],
  ['SELECT sum(a) OVER w FROM t', 'OVER'],
  ['SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY a)', 'WITHIN GROUP'],
  ['SELECT a GROUP BY GROUPING SETS ((a), ())', 'GROUPING SETS'],
  ['SELECT a GROUP BY ROLLUP (a, b)', 'ROLLUP'],
  ['SELECT (SELECT 1)', '('],
  ['SELECT a WHERE EXISTS (SELECT 1)', '('],
  ['SELECT a WHERE b IN (SELECT c FROM t)', '('],
  ['SELECT a = ANY (b)', 'ANY'],
  ['SELECT DISTINCT ON (a) b', 'ON'],
  ['SELECT a INTO b FROM t', 'INTO'],
  ['SELECT (a, b)', '(a, b)'],
  ['SELECT a[1]', '['],
  ['SELECT ARRAY[1, 2]', 'ARRAY'],
  ['SELECT a -> b', '->'],
  ['SELECT a ~ b', '~'],
  ['SELECT $1', '$1'],
  ['SELECT CAST(a AS INT[])', '['],
  ['SELECT a FROM f(1)', 'f'],
  ['SELECT a FROM TABLE(TUMBLE(TABLE t))', 'TABLE'],
  ['INSERT INTO t VALUES (1)', 'VALUES'],
  ['DROP TABLE t', 'DROP'],
  ['SHOW STREAMS', 'SHOW'],
  ['CREATE OR REPLACE STREAM t AS SELECT 1', 'OR REPLACE'],
  ['CREATE MATERIALIZED VIEW v AS SELECT 1', 'MATERIALIZED'],
  ['CREATE STREAM t (a INT, PRIMARY KEY (a))', 'PRIMARY'],
  ['CREATE STREAM t (a INT DEFAULT 1)', 'DEFAULT'],
];

for (const [sql, place] of unsupported) {
  test(`One clear error, at "${place}": ${sql}`, () => {
    const found = parseSql(sql).errors;
    assert.deepEqual(
      found.map(({ code, position }) => [code, sql.slice(position?.start, position?.end)]),
      [['sql_unsupported', place]],
    );
  });
}

test('statements after one that is not supported are read', () => {
  assert.equal(parseSql('DROP TABLE t; SELECT 1').statements.length, 1);
});

test('text that nests too deep is refused, whatever it is made of', () => {
  const deep = [
    `SELECT ${'('.repeat(100_000)}1`,
    `SELECT ${'NOT '.repeat(100_000)}a`,
    `SELECT ${'- '.repeat(100_000)}a`,
    `SELECT ${'f('.repeat(100_000)}a`,
    `SELECT ${'CASE WHEN '.repeat(50_000)}a`,
    `${'SELECT a FROM ('.repeat(50_000)}`,
    `SELECT ${'1 + '.repeat(100_000)}1`,
    `SELECT a${'::int'.repeat(50_000)}`,
    `SELECT a${' IS NULL'.repeat(50_000)}`,
    'EXPLAIN '.repeat(100_000),
    'EXPLAN '.repeat(100_000),
    '('.repeat(500_000),
  ];
  for (const sql of deep) {
    const { statements, errors: found } = parseSql(sql);
    assert.equal(statements.length, 0, sql.slice(0, 40));
    assert.ok(found.length >= 1, sql.slice(0, 40));
  }
});

test('what is long without being deep is accepted', () => {
  assert.deepEqual(errors(`SELECT ${'a OR '.repeat(50_000)}b`), []);
  assert.deepEqual(errors(`SELECT a IN (${'1, '.repeat(50_000)}2)`), []);
  assert.deepEqual(errors(`SELECT ${'1 + '.repeat(900)}1`), []);
});

test('a text that is too long is refused unread', () => {
  const [error] = parseSql(' '.repeat(2 * 1024 * 1024)).errors;
  assert.equal(error?.code, 'resource_limit');
});

test('the number of errors is bounded', () => {
  assert.ok(parseSql('SELECT * * ; '.repeat(10_000)).errors.length <= 100);
  assert.ok(parseSql(`SELECT ${'a b c '.repeat(50_000)}`).errors.length <= 100);
});
