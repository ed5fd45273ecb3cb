/**
 * The order of rows by plain JavaScript, and random rows to be put in it; shares no code with the kernels.
 */
import type { Schema } from '../../src/columns/schema.ts';
import { bigintType } from '../../src/columns/sql-type.ts';
import type { SortField } from '../../src/kernels/sort/sort-spec.ts';
import type { CellValue, Row } from './page-rows.ts';
import { randomValue, type SeededRandom } from './random-rows.ts';

/** SQL's order of two values that are not NULL, and their order where SQL says they are equal. */
function compareValues(a: CellValue, b: CellValue, exact: boolean): number {
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b as string));
  if (typeof a === 'bigint') return a < (b as bigint) ? -1 : a > (b as bigint) ? 1 : 0;
  if (typeof a === 'number') {
    const other = b as number;
    if (Number.isNaN(a) || Number.isNaN(other)) return Number(Number.isNaN(a)) - Number(Number.isNaN(other));
    if (a !== other) return a < other ? -1 : 1;
    return exact ? Number(Object.is(other, -0)) - Number(Object.is(a, -0)) : 0;
  }
  if (exact) return Number(JSON.stringify(a, String) !== JSON.stringify(b, String));
  const span = ([micros, months, days]: readonly [bigint, number, number]): bigint =>
    micros + 86_400_000_000n * BigInt(30 * months + days);
  return compareValues(span(a as never), span(b as never), false);
}

export function compareRows(keys: readonly SortField[]): (a: Row, b: Row) => number {
  const compare = (
    a: CellValue,
    b: CellValue,
    { descending, nullsFirst }: SortField,
    exact = false,
  ): number => {
    if (a === null || b === null) {
      return (Number(a === null) - Number(b === null)) * (nullsFirst ? -1 : 1);
    }
    return compareValues(a, b, exact) * (descending ? -1 : 1);
  };
  return (a, b) => {
    for (const key of keys) {
      const order = compare(a.values[key.index]!, b.values[key.index]!, key);
      if (order !== 0) return order;
    }
    const isKey = (index: number) => keys.some((key) => key.index === index);
    const columns = a.values.map((_, index) => index);
    for (const index of [...columns.filter((i) => !isKey(i)), ...columns.filter(isKey)]) {
      const key = { index, descending: false, nullsFirst: false };
      const order = compare(a.values[index]!, b.values[index]!, key, true);
      if (order !== 0) return order;
    }
    return 0;
  };
}

export function randomKeys(random: SeededRandom, schema: Schema): SortField[] {
  const count = random.below(Math.min(3, schema.length) + 1);
  return Array.from({ length: count }, () => ({
    index: random.below(schema.length),
    descending: random.chance(0.5),
    nullsFirst: random.chance(0.5),
  }));
}

export function randomRows(random: SeededRandom, schema: Schema, count: number): Row[] {
  const variety = random.pick([2, 30, 5000]);
  return Array.from({ length: count }, () => ({
    hash: random.bits64(),
    values: schema.map((column) => {
      const value = randomValue(random, column, variety);
      if (column.type.kind !== 'double') return value;
      return value === 0.25 ? NaN : value === 0 ? random.pick([0, -0]) : value;
    }),
  }));
}

/**
 * Intervals of equal spans are told apart by their parts in an order of our own; here the span must be
 * enough.
 */
export const withoutIntervals: (schema: Schema) => Schema = (schema) =>
  schema.map((column) => (column.type.kind === 'interval' ? { ...column, type: bigintType } : column));
