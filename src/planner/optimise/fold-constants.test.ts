import assert from 'node:assert/strict';
import { test } from 'node:test';
import { intType, timestamptzType } from '../../columns/sql-type.ts';
import { castTo } from '../../expressions/binding/cast-to.ts';
import { bindCase } from '../../expressions/binding/conditionals.ts';
import { numberLiteral, stringLiteral } from '../../expressions/binding/literals.ts';
import { compare } from '../../expressions/binding/predicates.ts';
import { resolveCall } from '../../expressions/binding/resolve-call.ts';
import type { BoundExpression } from '../../expressions/bound-expression.ts';
import { printExpression } from '../../expressions/print-expression.ts';
import { columnOf } from '../../expressions/testing/columns.ts';
import { foldExpression } from './fold-constants.ts';

const x = columnOf(intType);
const sum = resolveCall('add', [numberLiteral('1'), numberLiteral('2')], undefined);
const failing = resolveCall('divide', [numberLiteral('1'), numberLiteral('0')], undefined);

function folded(expression: BoundExpression, timeZone = 'UTC'): string {
  return printExpression(foldExpression(expression, { timeZone }));
}

test('only the constant parts of an expression are folded', () => {
  assert.equal(folded(resolveCall('multiply', [x, sum], undefined)), 'c0 * 3');
});

test('a part that fails stays where it is guarded', () => {
  const guarded = bindCase(undefined, [{ condition: compare('equal', x, sum), result: failing }], x);
  assert.equal(folded(guarded), 'CASE WHEN c0 = 3 THEN 1 / 0 ELSE c0 END');
});

test('an instant without an offset is that of the session', () => {
  const column = columnOf(timestamptzType);
  const instant = castTo(stringLiteral('2024-07-01 12:00'), timestamptzType, undefined, true);
  const condition = compare('greater_than', column, instant);
  assert.equal(folded(condition), "c0 > TIMESTAMPTZ '2024-07-01 12:00:00+00'");
  assert.equal(folded(condition, 'Europe/Berlin'), "c0 > TIMESTAMPTZ '2024-07-01 10:00:00+00'");
});
