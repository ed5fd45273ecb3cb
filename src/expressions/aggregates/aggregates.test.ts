import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bigintType,
  booleanType,
  decimalType,
  doubleType,
  intType,
  type SqlType,
  varcharType,
} from '../../columns/sql-type.ts';
import type { LiteralValue } from '../bound-expression.ts';
import { createAggregateMachine } from '../testing/aggregate-machine.ts';

type Result = ReturnType<ReturnType<typeof createAggregateMachine>['finish']>;

/** The aggregate over each part, the parts merged from the left and from the right: both must agree. */
function aggregate(name: string, type: SqlType, ...parts: readonly (readonly LiteralValue[])[]): Result {
  const machine = createAggregateMachine(name, [type]);
  const fold = (order: readonly (readonly LiteralValue[])[]): Result => {
    const states = order.map((values) => {
      const state = machine.create();
      for (const value of values) machine.update(state, [value]);
      return state;
    });
    const [into = machine.create(), ...others] = states;
    for (const from of others) machine.merge(into, from);
    return machine.finish(into);
  };
  const result = fold(parts);
  assert.deepEqual(fold(parts.toReversed()), result, `${name} does not depend on the order`);
  return result;
}

test('a group without values has a count of 0 and nothing else', () => {
  assert.deepEqual(aggregate('count', intType, [null], []), { value: 0n });
  for (const name of ['sum', 'avg', 'min', 'max', 'stddev_pop', 'var_samp', 'first', 'last']) {
    assert.deepEqual(aggregate(name, intType, [], []), { value: null }, name);
  }
  assert.deepEqual(aggregate('bool_and', booleanType, [null]), { value: null });
});

test('sums grow into wider types, and past 38 digits fail', () => {
  const intMax = 2_147_483_647;
  const bigintMax = 9_223_372_036_854_775_807n;
  const widest = 10n ** 38n - 1n;
  assert.deepEqual(aggregate('sum', intType, [intMax, intMax], [intMax]), { value: 3n * BigInt(intMax) });
  assert.deepEqual(aggregate('sum', bigintType, [bigintMax], [bigintMax]), { value: 2n * bigintMax });
  const wide = decimalType(38, 0);
  assert.deepEqual(aggregate('sum', wide, [widest], [widest]), { error: 'numeric_out_of_range' });
  assert.deepEqual(aggregate('sum', wide, [widest, widest], [-widest, -widest, 5n]), { value: 5n });
  assert.deepEqual(aggregate('avg', wide, [-7n], [8n]), { value: 5_000_000_000_000_000n });
});

test('a double sum keeps what a plain sum loses', () => {
  assert.deepEqual(aggregate('sum', doubleType, [1e16, 1], [1, -1e16]), { value: 2 });
  const tenths = Array.from({ length: 10 }, () => 0.1);
  assert.deepEqual(aggregate('sum', doubleType, tenths), { value: 1 });
  assert.deepEqual(aggregate('avg', doubleType, tenths), { value: 0.1 });
});

test('infinities and NaN go through a sum, an overflow of finite numbers fails', () => {
  const { POSITIVE_INFINITY: infinity, MAX_VALUE: largest } = Number;
  assert.deepEqual(aggregate('sum', doubleType, [1, infinity], [2]), { value: infinity });
  assert.deepEqual(aggregate('sum', doubleType, [infinity], [-infinity], [1]), { value: Number.NaN });
  assert.deepEqual(aggregate('sum', doubleType, [Number.NaN, 1], [2]), { value: Number.NaN });
  assert.deepEqual(aggregate('sum', doubleType, [largest], [largest]), { error: 'numeric_out_of_range' });
  assert.deepEqual(aggregate('sum', doubleType, [largest, largest], [-infinity]), { value: -infinity });
  assert.deepEqual(aggregate('var_pop', doubleType, [1e200], [1e200]), { error: 'numeric_out_of_range' });
  assert.deepEqual(aggregate('var_pop', doubleType, [infinity], [1]), { value: Number.NaN });
});

test('NaN is the greatest number, and −0 is below 0', () => {
  assert.deepEqual(aggregate('max', doubleType, [1, Number.NaN], [2]), { value: Number.NaN });
  assert.deepEqual(aggregate('min', doubleType, [Number.NaN], [2, 3]), { value: 2 });
  assert.deepEqual(aggregate('min', doubleType, [0], [-0]), { value: -0 });
  assert.deepEqual(aggregate('max', doubleType, [-0], [0]), { value: 0 });
});

test('strings of any length have a least and a greatest', () => {
  const texts = ['a string beyond sixteen bytes', 'a string beyond sixteen bites', 'Z', 'ä'];
  assert.deepEqual(aggregate('min', varcharType, texts.slice(0, 2), texts.slice(2)), { value: 'Z' });
  assert.deepEqual(aggregate('max', varcharType, texts.slice(0, 1), texts.slice(1)), { value: 'ä' });
  assert.deepEqual(aggregate('min', varcharType, texts.slice(0, 1), texts.slice(1, 2)), { value: texts[1] });
});

test('FIRST and LAST follow the position, and a NULL there is their value', () => {
  const machine = createAggregateMachine('first', [intType]);
  const last = createAggregateMachine('last', [intType]);
  const rows: [LiteralValue, bigint][] = [
    [5, 30n],
    [null, 10n],
    [7, 20n],
  ];
  for (const [runner, expected] of [
    [machine, null],
    [last, 5],
  ] as const) {
    const states = rows.map(([value, position]) => {
      const state = runner.create();
      runner.update(state, [value], position);
      return state;
    });
    const [into = 0, ...others] = states;
    for (const from of others) runner.merge(into, from);
    assert.deepEqual(runner.finish(into), { value: expected });
  }
});

test('equal values have no variance, and one value no variance of a sample', () => {
  const equal = Array.from({ length: 1000 }, () => 0.1);
  assert.deepEqual(aggregate('stddev_pop', doubleType, equal, equal), { value: 0 });
  assert.deepEqual(aggregate('var_samp', doubleType, [3]), { value: null });
  assert.deepEqual(aggregate('var_pop', doubleType, [3]), { value: 0 });
  assert.deepEqual(aggregate('var_samp', doubleType, [1e9 + 1, 1e9 + 2], [1e9 + 3]), { value: 1 });
  assert.deepEqual(aggregate('var_samp', decimalType(30, 2), [100n, 200n], [300n]), { value: 1 });
});
