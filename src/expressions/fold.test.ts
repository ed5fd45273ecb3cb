import assert from 'node:assert/strict';
import { test } from 'node:test';
import { booleanType, intType, varcharType } from '../columns/sql-type.ts';
import { castTo } from './binding/cast-to.ts';
import { bindCase } from './binding/conditionals.ts';
import { booleanLiteral, nullLiteral, numberLiteral, stringLiteral } from './binding/literals.ts';
import { bindLogic, compare } from './binding/predicates.ts';
import { resolveCall } from './binding/resolve-call.ts';
import { foldConstant, foldConstants } from './fold.ts';
import { printExpression } from './print-expression.ts';
import { columnOf } from './testing/columns.ts';

const x = columnOf(intType);
const sum = resolveCall('add', [numberLiteral('1'), numberLiteral('2')], undefined);
const failing = resolveCall('divide', [numberLiteral('1'), numberLiteral('0')], undefined);

test('a constant expression becomes its value', () => {
  assert.equal(printExpression(foldConstants(sum)), '3');
  const text = resolveCall('concat_operator', [stringLiteral('a long enough text, '), sum], undefined);
  assert.equal(printExpression(foldConstants(text)), "'a long enough text, 3'");
  assert.equal(printExpression(foldConstants(resolveCall('add', [sum, nullLiteral()], undefined))), 'NULL');
});

test('only the constant parts of an expression are folded', () => {
  const mixed = resolveCall('multiply', [x, sum], undefined);
  assert.equal(printExpression(foldConstants(mixed)), 'c0 * 3');
});

test('what fails stays, to fail when a row is evaluated', () => {
  assert.equal(foldConstant(failing), failing);
  const guarded = bindCase(undefined, [{ condition: compare('equal', x, sum), result: failing }], x);
  assert.equal(printExpression(foldConstants(guarded)), 'CASE WHEN c0 = 3 THEN 1 / 0 ELSE c0 END');
});

test('constant conditions prune what they decide', () => {
  const holds = compare('greater_than', x, numberLiteral('5'));
  const fold = (kind: 'and' | 'or', known: boolean): string =>
    printExpression(foldConstants(bindLogic(kind, [booleanLiteral(known), holds])));
  assert.equal(fold('and', true), 'c0 > 5');
  assert.equal(fold('and', false), 'FALSE');
  assert.equal(fold('or', true), 'TRUE');
  assert.equal(fold('or', false), 'c0 > 5');
  const late = bindLogic('and', [holds, booleanLiteral(false), columnOf(booleanType, 1)]);
  assert.equal(printExpression(foldConstants(late)), '(c0 > 5) AND FALSE');
  const branches = [
    { condition: booleanLiteral(false), result: failing },
    { condition: booleanLiteral(true), result: x },
  ];
  assert.equal(printExpression(foldConstants(bindCase(undefined, branches, failing))), 'c0');
});

test('a very long result stays an expression', () => {
  const long = castTo(stringLiteral('0123456789'.repeat(4000)), varcharType, undefined, true);
  assert.equal(foldConstant(resolveCall('concat_operator', [long, long], undefined)).kind, 'call');
});
