import assert from 'node:assert/strict';
import { test } from 'node:test';
import { booleanType, intType, varcharType } from '../columns/sql-type.ts';
import { booleanLiteral, numberLiteral, stringLiteral } from './binding/literals.ts';
import { bindDistinctTest, bindIsTest, bindLike, bindLogic, bindNot, compare } from './binding/predicates.ts';
import { resolveAggregate, resolveCall } from './binding/resolve-call.ts';
import type { BoundExpression } from './bound-expression.ts';
import { isFallible } from './fallible.ts';
import { printAggregate, printExpression } from './print-expression.ts';
import { columnOf } from './testing/columns.ts';

const x = columnOf(intType);
const name = columnOf(varcharType, 1);
const positive = compare('greater_than', x, numberLiteral('0'));

test('expressions read like the SQL they came from', () => {
  const like = bindLike(
    name,
    { pattern: stringLiteral("it's%"), escape: stringLiteral('#') },
    { caseInsensitive: false, negated: true },
  );
  assert.equal(printExpression(like), "c1 NOT LIKE 'it''s%' ESCAPE '#'");
  const logic = bindLogic('or', [
    bindLogic('and', [positive, bindNot(columnOf(booleanType, 2))]),
    bindIsTest(x, 'null', true),
  ]);
  assert.equal(printExpression(logic), '((c0 > 0) AND (NOT c2)) OR (c0 IS NOT NULL)');
  assert.equal(printExpression(bindDistinctTest(x, numberLiteral('-1'), false)), 'c0 IS DISTINCT FROM (-1)');
  const items = Array.from({ length: 8 }, (_, i) => numberLiteral(`${i}`));
  assert.equal(
    printExpression(resolveCall('in_list', [x, ...items], undefined)),
    'c0 IN (0, 1, 2, 3, 4, 5, 6, 7)',
  );
  assert.equal(printExpression(resolveCall('greatest', [x, x], undefined)), 'GREATEST(c0, c0)');
});

test('aggregates show their arguments and filter', () => {
  assert.equal(printAggregate(resolveAggregate('count', [], {}, undefined)), 'COUNT(*)');
  assert.equal(
    printAggregate(resolveAggregate('sum', [x], { filter: positive }, undefined)),
    'SUM(c0) FILTER (WHERE c0 > 0)',
  );
});

test('an expression can fail when any part of it can', () => {
  assert.equal(isFallible(positive), false);
  assert.equal(isFallible(booleanLiteral(true)), false);
  const sum = resolveCall('add', [x, x], undefined);
  assert.equal(isFallible(sum), true);
  assert.equal(isFallible(compare('less_than', sum, numberLiteral('3'))), true);
  assert.equal(isFallible(compare('less_than', x, numberLiteral('3.5'))), false);
});

test('constant arguments can make a call safe', () => {
  const call = (operator: string, ...args: BoundExpression[]): boolean =>
    isFallible(resolveCall(operator, args, undefined));
  assert.equal(call('divide', x, numberLiteral('7')), false);
  assert.equal(call('divide', x, numberLiteral('-1')), true);
  assert.equal(call('modulo', x, x), true);
  const price = columnOf({ kind: 'decimal', precision: 10, scale: 2 });
  assert.equal(call('multiply', price, numberLiteral('1.19')), false);
  assert.equal(call('divide', price, numberLiteral('1.19')), false);
  assert.equal(call('divide', price, price), true);
  assert.equal(call('add', columnOf({ kind: 'decimal', precision: 38, scale: 2 }), price), true);
  assert.equal(call('like', name, stringLiteral('a%')), false);
  assert.equal(call('like', name, name), true);
});
