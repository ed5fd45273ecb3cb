/**
 * Decimal arithmetic against JavaScript's big integers, over random precisions, scales and values of every
 * length.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../base/random.ts';
import { decimalType, doubleType, printType, type SqlType } from '../../columns/sql-type.ts';
import { castTo } from '../binding/cast-to.ts';
import { numberLiteral } from '../binding/literals.ts';
import { compare } from '../binding/predicates.ts';
import { resolveCall } from '../binding/resolve-call.ts';
import type { BoundExpression, LiteralValue } from '../bound-expression.ts';
import { columnOf, evaluateRows, type Failure } from '../testing/columns.ts';

const seed = 31;
const typePairs = 60;
const rowsPerPair = 40;

interface Decimal {
  readonly kind: 'decimal';
  readonly precision: number;
  readonly scale: number;
}

function randomType(random: Random): Decimal {
  const precision = random.int(1, 38);
  return { kind: 'decimal', precision, scale: random.int(0, precision) };
}

/** Of any length up to the type's, the ends and zero among them. */
function randomValue(random: Random, { precision }: Decimal): bigint {
  const digits = random.int(0, precision);
  let value = 0n;
  for (let i = 0; i < digits; i++) value = value * 10n + BigInt(random.int(0, 9) < 2 ? 9 : random.int(0, 9));
  if (random.int(0, 9) === 0) value = 10n ** BigInt(precision) - 1n;
  return random.int(0, 1) === 0 ? value : -value;
}

const power = (exponent: number): bigint => 10n ** BigInt(exponent);
const abs = (x: bigint): bigint => (x < 0n ? -x : x);

/** a / b, half away from zero. */
function divideRounded(a: bigint, b: bigint): bigint {
  const quotient = (abs(a) * 2n + abs(b)) / (abs(b) * 2n);
  return a < 0n === b < 0n ? quotient : -quotient;
}

function rescaled(value: bigint, from: number, to: number): bigint {
  return to >= from ? value * power(to - from) : divideRounded(value, power(from - to));
}

type Model = (a: bigint, b: bigint, result: Decimal) => bigint | 'division_by_zero';

/** The result, or an error where it has more digits than its type. */
function fitted(value: ReturnType<Model>, { precision }: Decimal): LiteralValue | Failure {
  if (value === 'division_by_zero') return { error: value };
  return abs(value) < power(precision) ? value : { error: 'numeric_out_of_range' };
}

function checkBinary(
  name: string,
  model: (left: Decimal, right: Decimal) => Model,
  bind: (left: BoundExpression, right: BoundExpression) => BoundExpression,
): void {
  const random = Random.fromSeed(seed);
  for (let i = 0; i < typePairs; i++) {
    const [left, right] = [randomType(random), randomType(random)];
    const columns = [columnOf(left, 0, false), columnOf(right, 1, false)] as const;
    const bound = bind(columns[0], columns[1]);
    const rows = Array.from({ length: rowsPerPair }, () => [
      randomValue(random, left),
      randomValue(random, right),
    ]);
    const ours = evaluateRows(bound, columns, rows);
    for (const [k, [a = 0n, b = 0n]] of rows.entries()) {
      const expected = model(left, right)(a, b, bound.type as Decimal);
      const label = `${name} of ${a} ${printType(left)} and ${b} ${printType(right)}, seed ${seed}`;
      assert.deepEqual(ours[k], fitted(expected, bound.type as Decimal), label);
    }
  }
}

const operator =
  (name: string) =>
  (left: BoundExpression, right: BoundExpression): BoundExpression =>
    resolveCall(name, [left, right], undefined);

test('sums and differences are exact', () => {
  const model =
    (sign: bigint) => (left: Decimal, right: Decimal) => (a: bigint, b: bigint, result: Decimal) =>
      rescaled(a, left.scale, result.scale) + sign * rescaled(b, right.scale, result.scale);
  checkBinary('sum', model(1n), operator('add'));
  checkBinary('difference', model(-1n), operator('subtract'));
});

test('products are exact, or rounded once where the scale is cut', () => {
  checkBinary(
    'product',
    (left, right) => (a, b, result) => rescaled(a * b, left.scale + right.scale, result.scale),
    operator('multiply'),
  );
});

test('quotients are rounded once, half away from zero', () => {
  checkBinary(
    'quotient',
    (left, right) => (a, b, result) =>
      b === 0n
        ? 'division_by_zero'
        : divideRounded(a * power(result.scale + right.scale), b * power(left.scale)),
    operator('divide'),
  );
});

test('comparisons of any two scales are exact', () => {
  const random = Random.fromSeed(seed);
  for (let i = 0; i < typePairs; i++) {
    const [left, right] = [randomType(random), randomType(random)];
    const columns = [columnOf(left, 0, false), columnOf(right, 1, false)] as const;
    const rows = Array.from({ length: rowsPerPair }, () => {
      const a = randomValue(random, left);
      // Half of the time as near to the other as its scale allows.
      const near = rescaled(a, left.scale, right.scale) + BigInt(random.int(-1, 1));
      const fits = abs(near) < power(right.precision) && random.int(0, 1) === 0;
      return [a, fits ? near : randomValue(random, right)];
    });
    const less = evaluateRows(compare('less_than', ...columns), columns, rows);
    const equal = evaluateRows(compare('equal', ...columns), columns, rows);
    for (const [k, [a = 0n, b = 0n]] of rows.entries()) {
      const [x, y] = [a * power(right.scale), b * power(left.scale)];
      const label = `${a} ${printType(left)} against ${b} ${printType(right)}, seed ${seed}`;
      assert.deepEqual([less[k], equal[k]], [x < y, x === y], label);
    }
  }
});

test('rounding at any digit goes half away from zero', () => {
  const random = Random.fromSeed(seed);
  for (let i = 0; i < typePairs; i++) {
    const type = randomType(random);
    const digits = random.int(-4, 12);
    const column = columnOf(type, 0, false);
    const bound = resolveCall('round', [column, numberLiteral(`${digits}`)], undefined);
    const rows = Array.from({ length: rowsPerPair }, () => [randomValue(random, type)]);
    const ours = evaluateRows(bound, [column], rows);
    const result = bound.type as Decimal;
    for (const [k, [a = 0n]] of rows.entries()) {
      const unit = power(Math.max(type.scale - digits, 0));
      const rounded = rescaled(divideRounded(a, unit) * unit, type.scale, result.scale);
      assert.deepEqual(
        ours[k],
        fitted(rounded, result),
        `round(${a} ${printType(type)}, ${digits}), seed ${seed}`,
      );
    }
  }
});

test('decimals become the nearest double', () => {
  const random = Random.fromSeed(seed);
  for (let i = 0; i < typePairs; i++) {
    const type = randomType(random);
    const column = columnOf(type, 0, false);
    const rows = Array.from({ length: rowsPerPair }, () => [randomValue(random, type)]);
    const ours = evaluateRows(castTo(column, doubleType, undefined, true), [column], rows);
    for (const [k, [a = 0n]] of rows.entries()) {
      assert.equal(ours[k], Number(`${a}e-${type.scale}`), `${a} ${printType(type)}, seed ${seed}`);
    }
  }
});

test('doubles become the decimal of their first 15 digits', () => {
  const random = Random.fromSeed(seed);
  const target: SqlType = decimalType(38, 12);
  const column = columnOf(doubleType, 0, false);
  const rows = Array.from({ length: 2000 }, () => [(random.uniform() - 0.5) * 10 ** random.int(-14, 14)]);
  const ours = evaluateRows(castTo(column, target, undefined, true), [column], rows);
  for (const [k, [x = 0]] of rows.entries()) {
    const [mantissa = '0', exponent = '0'] = x.toExponential(14).split('e');
    const unscaled = BigInt(mantissa.replace('.', ''));
    const expected =
      rescaled(unscaled, 14 - Math.min(Number(exponent), 14), 12) * power(Math.max(Number(exponent) - 14, 0));
    assert.deepEqual(ours[k], fitted(expected, target as Decimal), `${x}, seed ${seed}`);
  }
});

test('a double halfway between two numbers of 15 digits goes to the even one', () => {
  const column = columnOf(doubleType, 0, false);
  const rows = [
    [212073244916336.5],
    [212073244916337.5],
    [-212073244916336.5],
    [2120732449163365],
    [21207324491633.65],
  ];
  const ours = evaluateRows(castTo(column, decimalType(20, 1), undefined, true), [column], rows);
  const tenths = [
    2120732449163360n,
    2120732449163380n,
    -2120732449163360n,
    21207324491633600n,
    212073244916336n,
  ];
  assert.deepEqual(ours, tenths);
});
