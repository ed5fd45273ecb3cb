import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guardedConditions, pruned, unlimited } from './causes.ts';
import { type Item, printQuery, type QueryShape } from './query.ts';

function item(sql: string, name: string, role: Item['role'] = 'value'): Item {
  return { sql, name, kind: 'int', role };
}

function query(parts: Partial<QueryShape>): QueryShape {
  return {
    items: [item('i', 'a_')],
    distinct: false,
    from: undefined,
    where: undefined,
    having: undefined,
    orderBy: [],
    limit: undefined,
    offset: undefined,
    ...parts,
  };
}

const print = (shape: QueryShape | undefined): string | undefined => shape && printQuery(shape, 'ours');

test('what a subquery computes for nobody is left out, and nothing else', () => {
  const inner = query({ items: [item('k', 'k_', 'key'), item('SUM(i)', 's_', 'aggregate')] });
  const items = [item('COUNT(*)', 'n_', 'aggregate')];
  assert.equal(
    print(pruned(query({ items, from: inner }))),
    'SELECT COUNT(*) AS n_ FROM (SELECT k AS k_ FROM t GROUP BY 1) AS q',
  );
  assert.equal(pruned(query({ items, from: inner, where: 's_ > 1' })), undefined);
  const chosen = query({
    items: [item('i', 'i_'), item('j / k', 'j_')],
    orderBy: [{ sql: 'i_', suffix: '' }],
  });
  const reading = [item('MAX(i_)', 'm_', 'aggregate')];
  assert.equal(pruned(query({ items: reading, from: { ...chosen, limit: 3 } })), undefined, 'j_ breaks ties');
  assert.equal(
    print(pruned(query({ items: reading, from: chosen }))),
    'SELECT MAX(i_) AS m_ FROM (SELECT i AS i_ FROM t) AS q',
  );
  assert.equal(pruned(query({})), undefined);
});

test('the sides of every AND and OR are found, BETWEEN and texts apart', () => {
  const where = "(i BETWEEN 1 AND 2 AND (s = 'x AND y' OR NOT (b AND i > 0)))";
  const sides = [...guardedConditions(query({ where }))].map(({ items }) => items[0]?.sql.trim());
  assert.deepEqual(
    new Set(sides),
    new Set([
      'i BETWEEN 1 AND 2',
      "(s = 'x AND y' OR NOT (b AND i > 0))",
      "s = 'x AND y'",
      'NOT (b AND i > 0)',
      'b',
      'i > 0',
    ]),
  );
  assert.deepEqual([...guardedConditions(query({ where: 'i BETWEEN 1 AND 2' }))], []);
});

test('a LIMIT over rows as they come is taken off, one over sorted rows is not', () => {
  assert.deepEqual([...unlimited(query({ limit: 3 }))].map(print), ['SELECT i AS a_ FROM t']);
  assert.deepEqual([...unlimited(query({ limit: 3, orderBy: [{ sql: 'i', suffix: '' }] }))], []);
});
