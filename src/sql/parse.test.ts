/** What the tree of each statement and clause looks like; expressions are judged against PostgreSQL. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numberDigits } from './ast/literal.ts';
import type { Expression } from './ast/query.ts';
import type { Statement } from './ast/statement.ts';
import { walk } from './ast/traverse.ts';
import { parseSql } from './parse.ts';
import { printExpression } from './printer/expression.ts';

/** The only statement of a text without errors. */
function statement<K extends Statement['kind']>(
  sql: string,
  kind: K,
): Extract<Statement, { readonly kind: K }> {
  const { statements, errors } = parseSql(sql);
  assert.deepEqual(
    errors.map(({ message }) => message),
    [],
  );
  assert.equal(statements.length, 1);
  const [first] = statements;
  assert.equal(first?.kind, kind);
  return first as Extract<Statement, { readonly kind: K }>;
}

function expression(sql: string): Expression {
  const [item] = statement(`SELECT ${sql}`, 'query_statement').query.items;
  assert.ok(item?.kind === 'select_expression');
  return item.expression;
}

test('CREATE STREAM has columns, a watermark and properties in both spellings', () => {
  const created = statement(
    `CREATE STREAM IF NOT EXISTS Trades (
       symbol VARCHAR(10) NOT NULL PRIMARY KEY,
       "Price" DECIMAL(10, 2),
       ts TIMESTAMP(3) WITH TIME ZONE,
       WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
     ) WITH (connector = 'file', scan.Mode = earliest, 'trades.Path' = 'x', has_header = true, n = 5, m = -1.5)`,
    'create_relation',
  );
  assert.equal(created.relation, 'stream');
  assert.equal(created.ifNotExists, true);
  assert.equal(created.name.parts[0]?.name, 'trades');
  assert.deepEqual(
    created.columns.map(({ name, type, notNull, primaryKey }) => [
      name.name,
      type.name,
      type.parameters,
      notNull,
      primaryKey,
    ]),
    [
      ['symbol', 'varchar', [10], true, true],
      ['Price', 'decimal', [10, 2], false, false],
      ['ts', 'timestamptz', [3], false, false],
    ],
  );
  assert.equal(created.watermark?.column.name, 'ts');
  assert.deepEqual(
    created.properties?.entries.map(({ key, value }) => [key, 'value' in value ? value.value : value.text]),
    [
      ['connector', 'file'],
      ['scan.mode', 'earliest'],
      ['trades.Path', 'x'],
      ['has_header', true],
      ['n', '5'],
      ['m', '-1.5'],
    ],
  );
});

test('columns are optional, and so are properties', () => {
  const created = statement('CREATE TABLE t', 'create_relation');
  assert.deepEqual([created.relation, created.columns, created.properties], ['table', [], undefined]);
});

test('CREATE ... AS takes properties before and behind the query as one list', () => {
  const created = statement(
    "CREATE STREAM s (a, b) WITH (x = 1) AS SELECT c, d FROM t GROUP BY c, d EMIT CHANGES WITH ('y' = 2)",
    'create_relation_as',
  );
  assert.deepEqual(
    created.columns.map(({ name }) => name),
    ['a', 'b'],
  );
  assert.equal(created.query.emit?.mode, 'changes');
  assert.deepEqual(
    created.properties?.entries.map(({ key }) => key),
    ['x', 'y'],
  );
  assert.equal(parseSql("CREATE STREAM s WITH (x = 1) AS SELECT 1 WITH ('x' = 2)").errors.length, 1);
});

test('INSERT INTO names its columns or takes all', () => {
  assert.equal(statement('INSERT INTO t SELECT 1', 'insert').columns.length, 0);
  const insert = statement('INSERT INTO s.t (a, "B") SELECT 1, 2 WITH (x = 1)', 'insert');
  assert.deepEqual(
    insert.columns.map(({ name }) => name),
    ['a', 'B'],
  );
  assert.equal(insert.target.parts.length, 2);
  assert.equal(insert.properties?.entries.length, 1);
});

test('EXPLAIN keeps its options as a list', () => {
  const options = (sql: string) =>
    statement(sql, 'explain').options.map(({ name, value }) =>
      value === undefined ? name : `${name}=${value}`,
    );
  assert.deepEqual(options('EXPLAIN SELECT 1'), []);
  assert.deepEqual(options('EXPLAIN ANALYZE SELECT 1'), ['analyze']);
  assert.deepEqual(options("EXPLAIN (KERNELS, Verbose off, x 'Y', n 5) SELECT 1"), [
    'kernels',
    'verbose=off',
    'x=Y',
    'n=5',
  ]);
  assert.equal(statement('EXPLAIN INSERT INTO t SELECT 1', 'explain').statement.kind, 'insert');
});

test('annotations belong to the statement they stand before', () => {
  const { statements } = parseSql(
    '-- @a: 1\n-- @b: x y\nSELECT 1; -- @c\nSELECT 2; SELECT 3 -- @d: inside\n; -- @e: for nobody\n',
  );
  assert.deepEqual(
    statements.map(({ annotations }) => annotations.map(({ name, value }) => `${name}=${value}`)),
    [['a=1', 'b=x y'], ['c='], ['d=inside']],
  );
});

test('a table is a name, a query or the URI of a file, each with an alias', () => {
  const from = (sql: string) => statement(sql, 'query_statement').query.from;
  assert.equal(from('SELECT 1'), undefined);
  assert.equal(from("SELECT * FROM 'data/*.csv' AS t")?.kind, 'uri_table');
  assert.equal(from('SELECT * FROM (SELECT 1) t (a, b)')?.alias?.columns.length, 2);
  assert.equal(from('SELECT * FROM s.t EMIT FINAL')?.alias, undefined);
  assert.equal(from('SELECT * FROM t emit EMIT FINAL')?.alias?.name.name, 'emit');
});

test('words of the streaming dialect are names wherever nothing else could stand', () => {
  const sql = `SELECT emit, changes.final AS watermark, stream rows FROM emit WHERE buffer = key AND value IN (date)
    GROUP BY emit, timestamp ORDER BY final LIMIT rows EMIT CHANGES`;
  assert.equal(statement(sql, 'query_statement').query.emit?.mode, 'changes');
  statement(
    'CREATE STREAM stream (watermark INT, emit INT, "for" INT, value INT, date DATE)',
    'create_relation',
  );
});

test('numbers keep their text and give their digits', () => {
  const digits = (sql: string) => {
    const number = expression(sql);
    assert.ok(number.kind === 'number_literal');
    return [number.form, number.text, numberDigits(number)];
  };
  assert.deepEqual(digits('1_000'), ['integer', '1_000', '1000']);
  assert.deepEqual(digits('0x1F'), ['integer', '0x1F', '31']);
  assert.deepEqual(digits('0b1_01'), ['integer', '0b1_01', '5']);
  assert.deepEqual(digits('1.50'), ['decimal', '1.50', '1.50']);
  assert.deepEqual(digits('1_0.5e3'), ['float', '1_0.5e3', '10.5e3']);
  const huge = '9'.repeat(50);
  assert.deepEqual(digits(huge), ['integer', huge, huge]);
});

test('an interval may have a unit of its own', () => {
  const interval = (sql: string) => {
    const literal = expression(sql);
    assert.ok(literal.kind === 'interval_literal');
    return [literal.value, literal.unit, literal.endUnit, literal.precision];
  };
  assert.deepEqual(interval("INTERVAL '1' MINUTE"), ['1', 'minute', undefined, undefined]);
  assert.deepEqual(interval("INTERVAL '2' weeks"), ['2', 'week', undefined, undefined]);
  assert.deepEqual(interval("INTERVAL '100' MILLISECOND"), ['100', 'millisecond', undefined, undefined]);
  assert.deepEqual(interval("INTERVAL '1 2' DAY TO SECOND(3)"), ['1 2', 'day', 'second', 3]);
  assert.deepEqual(interval("INTERVAL '1 day' days"), ['1 day', undefined, undefined, undefined]);
});

test('an unknown type keeps its name for the binder', () => {
  const cast = expression('CAST(a AS Varchra(5))');
  assert.ok(cast.kind === 'cast');
  assert.deepEqual([cast.type.name, cast.type.parameters], ['varchra', [5]]);
});

test('spans are the text of the node, parentheses around an operand included in what holds it', () => {
  const sql = 'SELECT  (a + b) * c , f( x )  FROM t AS u WHERE  a  IS NOT NULL';
  const texts: string[] = [];
  walk(statement(sql, 'query_statement'), ({ kind, span }) => {
    if (kind !== 'identifier' && kind !== 'qualified_name')
      texts.push(`${kind}: ${sql.slice(span.start, span.end)}`);
    return undefined;
  });
  assert.deepEqual(texts, [
    `query_statement: ${sql}`,
    `select: ${sql}`,
    'select_expression: (a + b) * c',
    'binary: (a + b) * c',
    'binary: a + b',
    'column_reference: a',
    'column_reference: b',
    'column_reference: c',
    'select_expression: f( x )',
    'call: f( x )',
    'column_reference: x',
    'named_table: t AS u',
    'table_alias: AS u',
    'is_test: a  IS NOT NULL',
    'column_reference: a',
  ]);
});

test('the tree is frozen through and through', () => {
  const query = 'SELECT DISTINCT CASE a WHEN 1 THEN f(x ORDER BY y) END, t.* FROM t u (c)';
  const sql = `CREATE STREAM s (a) WITH (b = 1) AS ${query}`;
  walk(statement(sql, 'create_relation_as'), (node) => {
    assert.ok(Object.isFrozen(node), node.kind);
    for (const value of Object.values(node))
      assert.ok(!Array.isArray(value) || Object.isFrozen(value), node.kind);
    return undefined;
  });
});

test('the calls of the standard become plain ones', () => {
  const printed = (sql: string): string => printExpression(expression(sql));
  assert.equal(printed("TRIM(LEADING 'x' FROM a)"), "ltrim(a, 'x')");
  assert.equal(printed('SUBSTRING(a FROM 2 FOR 3)'), 'substring(a, 2, 3)');
  assert.equal(printed('POSITION(a IN b)'), 'position(a, b)');
  assert.equal(printed('OVERLAY(a PLACING b FROM 1 FOR 2)'), 'overlay(a, b, 1, 2)');
  assert.equal(printed("EXTRACT('YEAR' FROM a)"), 'EXTRACT(year FROM a)');
});

test('an empty text has no statements and no errors', () => {
  for (const sql of ['', '  \n', ';', ';;; -- nothing\n;', '/* nothing */']) {
    assert.deepEqual(parseSql(sql), { statements: [], errors: [] });
  }
});
