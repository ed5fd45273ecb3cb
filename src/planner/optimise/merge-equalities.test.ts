import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decimalType, intType } from '../../columns/sql-type.ts';
import { numberLiteral } from '../../expressions/binding/literals.ts';
import { bindIn, bindLogic, compare } from '../../expressions/binding/predicates.ts';
import { resolveCall } from '../../expressions/binding/resolve-call.ts';
import type { BoundExpression } from '../../expressions/bound-expression.ts';
import { printExpression } from '../../expressions/print-expression.ts';
import { columnOf } from '../../expressions/testing/columns.ts';
import { foldExpression } from './fold-constants.ts';

const x = columnOf(intType);
const y = columnOf(intType, 1);
const numbers = (count: number): BoundExpression[] =>
  Array.from({ length: count }, (_, i) => numberLiteral(`${i}`));
const isOne = (subject: BoundExpression, count: number): BoundExpression[] =>
  numbers(count).map((item) => compare('equal', subject, item));

function optimised(expression: BoundExpression): string {
  return printExpression(foldExpression(expression, { timeZone: 'UTC' }));
}

test('eight constants are looked up, seven compared', () => {
  assert.equal(optimised(bindIn(x, numbers(8), false)), 'c0 IN (0, 1, 2, 3, 4, 5, 6, 7)');
  assert.equal(
    optimised(bindIn(x, numbers(7), true)),
    `NOT (${[0, 1, 2, 3, 4, 5, 6].map((i) => `(c0 = ${i})`).join(' OR ')})`,
  );
});

test('constants are looked up once they are computed, on either side and in any spelling', () => {
  const sums = numbers(7).map((item) => resolveCall('add', [item, numberLiteral('10')], undefined));
  const last = compare('equal', numberLiteral('3'), x);
  const condition = bindLogic('or', [...sums.map((sum) => compare('equal', x, sum)), last]);
  assert.equal(optimised(condition), 'c0 IN (10, 11, 12, 13, 14, 15, 16, 3)');
});

test('decimals of different scales are compared, those that were brought to one are looked up', () => {
  const price = columnOf(decimalType(10, 2));
  const written = ['1.5', '2.25', '3', '4.125', '5', '6', '7', '8'].map((text) => numberLiteral(text));
  const chain = bindLogic(
    'or',
    written.map((item) => compare('equal', price, item)),
  );
  assert.match(optimised(chain), /^\(c0 = 1\.5\) OR \(c0 = 2\.25\) OR /);
  assert.match(optimised(bindIn(price, written, false)), / IN \(1\.500, 2\.250, 3\.000, 4\.125, /);
});

test('what stands between is evaluated in its turn', () => {
  const fails = compare('equal', resolveCall('divide', [numberLiteral('1'), y], undefined), x);
  const condition = bindLogic('or', [...isOne(x, 8), fails, ...isOne(x, 8), ...isOne(y, 8)]);
  assert.equal(
    optimised(condition),
    '(c0 IN (0, 1, 2, 3, 4, 5, 6, 7)) OR ((1 / c1) = c0) OR ' +
      '(c0 IN (0, 1, 2, 3, 4, 5, 6, 7)) OR (c1 IN (0, 1, 2, 3, 4, 5, 6, 7))',
  );
});
