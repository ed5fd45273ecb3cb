/** An order as text: `price DESC, symbol; ties by volume`. */
import type { Schema } from '../columns/schema.ts';
import { printKeyOrder } from '../expressions/print-expression.ts';
import type { SortKey } from './logical-plan.ts';

export function printSortKeys(keys: readonly SortKey[], schema: Schema): string {
  const print = (key: SortKey): string => printKey(key, schema[key.index]?.name ?? `#${key.index}`);
  const asked = keys.filter((key) => !key.tieBreak).map(print);
  const ties = keys.filter((key) => key.tieBreak).map(print);
  return [asked.join(', '), ties.length === 0 ? '' : `ties by ${ties.join(', ')}`].filter(Boolean).join('; ');
}

function printKey(key: SortKey, name: string): string {
  return `${key.exact ? `bits of ${name}` : name}${printKeyOrder(key)}`;
}
