/** How a column's value is drawn from its row's number: one function per column, chosen before the rows. */

import type { FieldSpec } from './field-options.ts';
import { rangeOf, wholeMax } from './field-values.ts';
import { RowRandom } from './row-random.ts';

export interface FieldDraw {
  /** In the units of the column's storage; for a VARCHAR the number in its template, or which choice. */
  readonly value: (row: number) => number;
  readonly isNull: ((row: number) => boolean) | undefined;
}

/** Draws of one row that must not be the same number: the value takes four, the NULL one. */
const nullDraw = 4;

export function drawOf(spec: FieldSpec, seed: number): FieldDraw {
  const random = new RowRandom(seed, spec.column.name);
  const { nullFraction } = spec;
  const isNull = (row: number): boolean => random.uniform(row, nullDraw) < nullFraction;
  return { value: chooseDraw(spec, random), isNull: nullFraction > 0 ? isNull : undefined };
}

function chooseDraw(spec: FieldSpec, random: RowRandom): (row: number) => number {
  const { min, max, mean, stddev, start, step, column, choices } = spec;
  const { kind: type } = column.type;
  switch (spec.kind) {
    case 'sequence':
      return type === 'boolean' ? (row) => (start + row * step) & 1 : (row) => start + row * step;
    case 'normal': {
      const bounded = (row: number): number =>
        Math.min(max, Math.max(min, mean + stddev * random.normal(row, 0)));
      return type === 'double' ? bounded : (row) => Math.round(bounded(row));
    }
    case 'choice': {
      const pick = pickOf(choices.cumulativeWeights, random);
      return type === 'varchar' ? pick : (row) => choices.numbers[pick(row)] ?? 0;
    }
    default:
      if (type === 'boolean') return (row) => Number(random.uniform(row, 0) < mean);
      if (type === 'double') return (row) => min + (max - min) * random.uniform(row, 0);
      return (row) => Math.min(max, min + Math.floor(random.uniform(row, 0) * (max - min + 1)));
  }
}

/**
 * How many rows a field can give: where a sequence leaves its type, or goes further than it can be computed
 * exactly, it ends.
 */
export function rowsOf({ kind, column, start, step }: FieldSpec): number {
  if (kind !== 'sequence' || column.type.kind === 'boolean' || step === 0) return Number.POSITIVE_INFINITY;
  const { lowest, highest } = rangeOf(column.type);
  const room = step > 0 ? highest - start : start - lowest;
  const reach = column.type.kind === 'double' ? highest : wholeMax;
  return Math.floor(Math.min(room, reach) / Math.abs(step)) + 1;
}

/** The index of the first choice whose cumulative weight is above the drawn one. */
function pickOf(cumulative: readonly number[], random: RowRandom): (row: number) => number {
  const total = cumulative.at(-1) ?? 0;
  return (row) => {
    const drawn = random.uniform(row, 0) * total;
    let low = 0;
    let high = cumulative.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((cumulative[middle] ?? 0) > drawn) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
