/** An order as text: `price DESC, symbol; ties by volume`. */
import type { Schema } from '../columns/schema.ts';
import type { SortKey } from './logical-plan.ts';

export function printSortKeys(keys: readonly SortKey[], schema: Schema): string {
  const print = (key: SortKey): string => printKey(key, schema[key.index]?.name ?? `#${key.index}`);
  const asked = keys.filter((key) => !key.tieBreak).map(print);
  const ties = keys.filter((key) => key.tieBreak).map(print);
  return [asked.join(', '), ties.length === 0 ? '' : `ties by ${ties.join(', ')}`].filter(Boolean).join('; ');
}

/** NULLS is written only where it is not what the direction means by itself. */
function printKey(key: SortKey, name: string): string {
  const direction = key.descending ? ' DESC' : '';
  const nulls = key.nullsFirst === key.descending ? '' : key.nullsFirst ? ' NULLS FIRST' : ' NULLS LAST';
  return `${key.exact ? `bits of ${name}` : name}${direction}${nulls}`;
}
