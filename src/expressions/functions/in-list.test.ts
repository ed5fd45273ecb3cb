/** IN over many constants against the same list compared one by one, for every type. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../base/random.ts';
import {
  bigintType,
  dateType,
  decimalType,
  doubleType,
  intType,
  type SqlType,
  timestampType,
  timestamptzType,
  varcharType,
} from '../../columns/sql-type.ts';
import { literal, nullLiteral } from '../binding/literals.ts';
import { bindIn } from '../binding/predicates.ts';
import { resolveCall } from '../binding/resolve-call.ts';
import type { LiteralValue } from '../bound-expression.ts';
import { columnOf, evaluateRows } from '../testing/columns.ts';

const seed = 41;
const long = 'a text that does not fit into a view, ';
const makers: readonly (readonly [SqlType, (n: number) => LiteralValue])[] = [
  [intType, (n) => n - 50],
  [bigintType, (n) => BigInt(n - 50) * 10_000_000_000n],
  [decimalType(10, 2), (n) => BigInt(n - 50)],
  [decimalType(38, 2), (n) => BigInt(n - 50) * 10n ** 30n],
  [doubleType, (n) => [Number.NaN, -0, 0, Number.POSITIVE_INFINITY][n] ?? (n - 50) / 4],
  [dateType, (n) => n - 50],
  [timestampType, (n) => BigInt(n - 50) * 3_600_000_000n],
  [timestamptzType, (n) => BigInt(n - 50)],
  [varcharType, (n) => (n % 3 === 0 ? `${long}${n}` : n % 3 === 1 ? `${n}` : 'é'.repeat(n))],
];

for (const [type, makeValue] of makers) {
  test(`a list of ${type.kind} is looked up as it compares (seed ${seed})`, () => {
    const random = Random.fromSeed(seed);
    const column = columnOf(type);
    const rows = Array.from({ length: 100 }, (_, n) => [makeValue(n)]).concat([[null]]);
    for (const withNull of [false, true]) {
      const values = Array.from({ length: 40 }, () => literal(type, makeValue(random.int(0, 99))));
      const items = withNull ? [...values, nullLiteral(undefined, type)] : values;
      const lookedUp = resolveCall('in_list', [column, ...items], undefined);
      const oneByOne = bindIn(column, items, false);
      assert.deepEqual(evaluateRows(lookedUp, [column], rows), evaluateRows(oneByOne, [column], rows));
    }
  });
}

test('ten thousand constants, short, long or exact, are one look-up', () => {
  for (const [type, makeValue] of [
    [decimalType(20, 4), (n: number): LiteralValue => BigInt(n) * 7n],
    [varcharType, (n: number): LiteralValue => `${long}${n}`],
  ] as const) {
    const column = columnOf(type);
    const items = Array.from({ length: 10_000 }, (_, n) => literal(type, makeValue(2 * n)));
    const rows = [0, 1, 9_998, 19_998, 19_999, 20_000].map((n) => [makeValue(n)]);
    const expected = [true, false, true, true, false, false];
    const lookedUp = resolveCall('in_list', [column, ...items], undefined);
    assert.deepEqual(evaluateRows(lookedUp, [column], rows), expected);
  }
});
