/** The beginning and the end of a group table's contents. */
import type { FunctionSlot } from '../../wasm/types.ts';
import { freeEntries } from './entry-store.ts';
import { onlyEntry } from './group-loop.ts';
import { freeDirectory } from './slot-directory.ts';
import type { TableContext } from './table-context.ts';

/** Gives back all memory; the table is empty and can take rows again. */
export function clearTable(table: TableContext): FunctionSlot {
  return table.once('clear_table', (module, name) => {
    const sets = table.distinctSets.map((set) => clearTable(set.table));
    const free = [freeEntries(table), freeDirectory(table), ...sets];
    return module.function(name, {}, undefined, (f) => {
      for (const slot of free) f.call(slot);
    });
  });
}

/**
 * Adds `<prefix>_init(rangeStart, rangeScale)`, which also empties the table, `<prefix>_clear()` and
 * `<prefix>_count() -> groups`.
 */
export function emitTableLife(table: TableContext): void {
  const { module, spec, roots } = table;
  const clear = clearTable(table);
  const only = spec.emptyGroup ? onlyEntry(table) : undefined;
  const params = { rangeStart: 'i64', rangeScale: 'i64' } as const;
  module.export(`${spec.prefix}_init`, params, undefined, (f, { rangeStart, rangeScale }) => {
    f.call(clear);
    f.setGlobal(roots.rangeStart, rangeStart);
    f.setGlobal(roots.rangeScale, rangeScale);
    if (only) f.call(only);
  });
  module.export(`${spec.prefix}_clear`, {}, undefined, (f) => f.call(clear));
  module.export(`${spec.prefix}_count`, {}, 'i32', (f) => f.return(roots.groupCount));
}
