import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timestamptzType, varcharType } from '../columns/sql-type.ts';
import { castTo } from './binding/cast-to.ts';
import { nullLiteral, numberLiteral, stringLiteral } from './binding/literals.ts';
import { resolveCall } from './binding/resolve-call.ts';
import { foldConstant } from './fold.ts';
import { printExpression } from './print-expression.ts';

const sum = resolveCall('add', [numberLiteral('1'), numberLiteral('2')], undefined);
const failing = resolveCall('divide', [numberLiteral('1'), numberLiteral('0')], undefined);

test('a constant expression becomes its value', () => {
  assert.equal(printExpression(foldConstant(sum)), '3');
  const text = resolveCall('concat_operator', [stringLiteral('a long enough text, '), sum], undefined);
  assert.equal(printExpression(foldConstant(text)), "'a long enough text, 3'");
  assert.equal(printExpression(foldConstant(resolveCall('add', [sum, nullLiteral()], undefined))), 'NULL');
});

test('what fails stays, to fail when a row is evaluated', () => {
  assert.equal(foldConstant(failing), failing);
});

test('what depends on the time zone waits until that is known', () => {
  const instant = castTo(stringLiteral('2024-07-01 12:00'), timestamptzType, undefined, true);
  assert.equal(instant.kind, 'cast');
  assert.equal(foldConstant(instant).kind, 'cast');
  const inBerlin = foldConstant(instant, { timeZone: 'Europe/Berlin' });
  assert.equal(printExpression(inBerlin), "TIMESTAMPTZ '2024-07-01 10:00:00+00'");
  assert.throws(
    () => castTo(stringLiteral('noon'), timestamptzType, undefined, true),
    /invalid input syntax/,
  );
});

test('a very long result stays an expression', () => {
  const long = castTo(stringLiteral('0123456789'.repeat(4000)), varcharType, undefined, true);
  assert.equal(foldConstant(resolveCall('concat_operator', [long, long], undefined)).kind, 'call');
});
