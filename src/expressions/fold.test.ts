import assert from 'node:assert/strict';
import { test } from 'node:test';
import { intType, timestamptzType, varcharType } from '../columns/sql-type.ts';
import { castTo } from './binding/cast-to.ts';
import { bindCase } from './binding/conditionals.ts';
import { nullLiteral, numberLiteral, stringLiteral } from './binding/literals.ts';
import { compare } from './binding/predicates.ts';
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

test('what depends on the time zone waits until that is known', () => {
  const instant = castTo(stringLiteral('2024-07-01 12:00'), timestamptzType, undefined, true);
  assert.equal(instant.kind, 'cast');
  assert.equal(foldConstants(instant).kind, 'cast');
  const inBerlin = foldConstants(instant, { timeZone: 'Europe/Berlin' });
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
