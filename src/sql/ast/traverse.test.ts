import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { statementTree } from '../../../test/support/sql-trees.ts';
import { parseSql } from '../parse.ts';
import { children, type Node, visit, walk } from './traverse.ts';

test('the children of a node are all nodes that stand in its fields', () => {
  const property = fc.property(statementTree, (tree) => {
    walk(tree, (node) => {
      const inFields = Object.values(node).flat().filter(isNode);
      assert.deepEqual(new Set(children(node)), new Set(inFields));
      return undefined;
    });
  });
  fc.assert(property, { seed: 20260104, numRuns: 300 });
});

test('walking stays out of a subtree when told so', () => {
  const seen: string[] = [];
  walk(statement('SELECT a + b FROM t'), (node) => {
    seen.push(node.kind);
    return node.kind !== 'binary' && node.kind !== 'named_table';
  });
  assert.deepEqual(seen, ['query_statement', 'select', 'select_expression', 'binary', 'named_table']);
});

test('visiting calls the method of the kind', () => {
  const { query } = statement('SELECT * FROM t') as { query: { from: Node } };
  const from = query.from;
  assert.ok(from.kind === 'named_table' || from.kind === 'uri_table' || from.kind === 'subquery');
  const answer = visit(from, {
    named_table: ({ name }) => name.parts.length,
    uri_table: () => -1,
    subquery: () => -2,
  });
  assert.equal(answer, 1);
});

function statement(sql: string): Node & { readonly kind: 'query_statement' } {
  const [first] = parseSql(sql).statements;
  assert.ok(first?.kind === 'query_statement');
  return first;
}

function isNode(value: unknown): value is Node {
  return value !== null && typeof value === 'object' && 'kind' in value;
}
