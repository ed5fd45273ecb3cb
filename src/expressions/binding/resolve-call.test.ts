import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VelostreamError } from '../../base/error.ts';
import {
  bigintType,
  booleanType,
  decimalType,
  doubleType,
  intType,
  printType,
  timestampType,
  varcharType,
} from '../../columns/sql-type.ts';
import type { BoundExpression } from '../bound-expression.ts';
import { printExpression } from '../print-expression.ts';
import { columnOf } from '../testing/columns.ts';
import { assignTo, castTo, settle, toCondition } from './cast-to.ts';
import { bindCase, bindCoalesce } from './conditionals.ts';
import { numberLiteral, stringLiteral } from './literals.ts';
import { resolveAggregate, resolveCall } from './resolve-call.ts';

const span = { start: 3, end: 7 };

function failure(run: () => unknown): VelostreamError {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof VelostreamError);
    return error;
  }
  throw new Error('no error was raised');
}

const int = columnOf(intType, 0);
const bigint = columnOf(bigintType, 1);
const price = columnOf(decimalType(10, 2), 2);
const double = columnOf(doubleType, 3);
const text = columnOf(varcharType, 4);

function call(name: string, ...args: BoundExpression[]): BoundExpression {
  return resolveCall(name, args, span);
}

test('operands are brought to one type, and the casts are written out', () => {
  assert.equal(printExpression(call('add', int, bigint)), 'CAST(c0 AS BIGINT) + c1');
  assert.equal(printExpression(call('less_than', price, double)), 'CAST(c2 AS DOUBLE) < c3');
  assert.equal(printExpression(call('multiply', int, price)), 'CAST(c0 AS DECIMAL(10,0)) * c2');
});

test('a literal takes the type of what it stands beside, and only the digits it needs', () => {
  assert.equal(
    printExpression(call('equal', columnOf(timestampType), stringLiteral('2024-01-31'))),
    "c0 = TIMESTAMP '2024-01-31 00:00:00'",
  );
  assert.equal(printType(call('multiply', price, numberLiteral('3')).type), 'DECIMAL(11,2)');
  assert.equal(printExpression(call('less_than', double, numberLiteral('1.5'))), 'c3 < 1.5');
});

test('decimal results have the precision and scale of the stated rules', () => {
  const wide = columnOf(decimalType(38, 10));
  assert.equal(printType(call('add', price, price).type), 'DECIMAL(11,2)');
  assert.equal(printType(call('multiply', price, price).type), 'DECIMAL(20,4)');
  assert.equal(printType(call('multiply', wide, wide).type), 'DECIMAL(38,20)');
  assert.equal(printType(call('divide', price, price).type), 'DECIMAL(26,16)');
  assert.equal(printType(call('modulo', price, wide).type), 'DECIMAL(38,10)');
  assert.equal(printType(call('round', wide, numberLiteral('2')).type), 'DECIMAL(31,2)');
});

test('a call can be NULL only where an argument can', () => {
  assert.equal(call('add', int, int).nullable, true);
  assert.equal(call('add', numberLiteral('1'), columnOf(intType, 0, false)).nullable, false);
  assert.equal(call('is_null', int).nullable, false);
});

test('an operator that does not exist is named with its operand types', () => {
  const error = failure(() => call('add', text, int));
  assert.equal(error.message, 'operator does not exist: varchar + int');
  assert.equal(error.code, 'sql_type_mismatch');
  assert.deepEqual(error.position, span);
  assert.match(error.hint ?? '', /You might need to add explicit type casts\. Candidates: int \+ int, /);
});

test('a function with other arguments lists what there is', () => {
  const error = failure(() => call('round', double, numberLiteral('2')));
  assert.equal(error.message, 'function round(double, int) does not exist');
  assert.match(error.hint ?? '', /Candidates: round\(decimal\), round\(decimal, int\), round\(double\)\./);
});

test('a misspelt function gets the nearest name', () => {
  const error = failure(() => call('rond', double));
  assert.equal(error.message, 'function rond(double) does not exist');
  assert.equal(error.code, 'sql_undefined_name');
  assert.equal(error.hint, 'Perhaps you meant the function "round".');
  assert.equal(
    failure(() => resolveAggregate('summ', [int], {}, span)).hint,
    'Perhaps you meant the function "sum".',
  );
});

test('an untyped call that fits several overloads equally is refused', () => {
  const error = failure(() => call('add', stringLiteral('1'), stringLiteral('2')));
  assert.equal(error.message, 'operator is not unique: unknown + unknown');
});

test('literals that are no value of their type are refused where they stand', () => {
  const literal = stringLiteral('abc', { start: 20, end: 25 });
  const error = failure(() => call('add', int, literal));
  assert.equal(error.message, 'invalid input syntax for type int: "abc"');
  assert.equal(error.code, 'sql_invalid_literal');
  assert.deepEqual(error.position, literal.span);
});

test('conversions that nobody asked for are refused', () => {
  assert.equal(failure(() => castTo(double, intType, span, false)).message, 'cannot cast type double to int');
  assert.equal(castTo(double, intType, span, true).kind, 'cast');
  assert.equal(
    failure(() => castTo(double, booleanType, span, true)).message,
    'cannot cast type double to boolean',
  );
  assert.equal(assignTo(double, intType, 'n', span).kind, 'cast');
  assert.equal(
    failure(() => assignTo(text, intType, 'n', span)).message,
    'column "n" is of type int but expression is of type varchar',
  );
  assert.equal(
    failure(() => toCondition(int, 'WHERE')).message,
    'argument of WHERE must be type boolean, not type int',
  );
});

test('CASE and COALESCE find one type, or say which two do not match', () => {
  const condition = columnOf(booleanType, 5);
  assert.equal(printType(bindCoalesce([int, price]).type), 'DECIMAL(12,2)');
  assert.equal(printType(bindCase(undefined, [{ condition, result: int }], bigint).type), 'BIGINT');
  assert.equal(printType(settle(bindCoalesce([stringLiteral('a'), stringLiteral('b')])).type), 'VARCHAR');
  assert.equal(
    failure(() => bindCoalesce([int, text])).message,
    'COALESCE types int and varchar cannot be matched',
  );
});

test('aggregates are resolved like functions', () => {
  assert.equal(printType(resolveAggregate('sum', [price], {}, span).type), 'DECIMAL(38,2)');
  assert.equal(printType(resolveAggregate('sum', [int], {}, span).type), 'BIGINT');
  assert.equal(printType(resolveAggregate('sum', [bigint], {}, span).type), 'DECIMAL(38,0)');
  assert.equal(resolveAggregate('count', [], {}, span).nullable, false);
  assert.equal(resolveAggregate('every', [columnOf(booleanType)], {}, span).name, 'bool_and');
  assert.equal(
    failure(() => resolveAggregate('sum', [text], {}, span)).message,
    'function sum(varchar) does not exist',
  );
});
