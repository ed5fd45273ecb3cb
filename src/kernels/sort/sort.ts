/**
 * The sort: rows of pages in, batches in a total order out (sort-order.ts). Exports, all with the spec's
 * prefix, here `sort`:
 *
 *   sort_insert(page)         takes in the rows of a page, which is the caller's again after
 *   sort_finish_step() -> 1   when the rows are in order; 0: call again. A step is a bounded piece of work
 *   sort_finish()             all steps at once
 *   sort_emit() -> rows       fills the batch with the next rows; 0 when all were given. Strings point into
 *                             the sort
 *   sort_clear()              gives all memory back; rows can come in again
 */
import { assert } from '../../base/assert.ts';
import { freeBlock } from '../../routines/heap.ts';
import { regionFree } from '../../routines/region.ts';
import { call, i32, i64 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr } from '../../wasm/types.ts';
import { emitRow } from './emit-row.ts';
import { emitSortInsert } from './sort-rows.ts';
import {
  createSortContext,
  firstGiven,
  itemBytes,
  itemRowOffset,
  type SortContext,
  type SortSpec,
} from './sort-spec.ts';
import { endSort, sortStep } from './sort-steps.ts';

/** Adds the kernels of one sort to the module. */
export function emitSort(module: ModuleBuilder, spec: SortSpec): void {
  const columnCount = spec.schema.length + (spec.numbered ? 1 : 0);
  assert(spec.batch.columns.length === columnCount, 'the batch has a column for each field, and the number');
  const sort = createSortContext(module, spec);
  emitSortInsert(sort);
  emitFinish(sort);
  emitRows(sort);
  emitClear(sort);
}

function emitFinish(sort: SortContext): void {
  const { module, spec, sizes } = sort;
  const step = sortStep(sort);
  module.export(`${spec.prefix}_finish_step`, {}, 'i32', (f) => {
    f.return(call(step, sizes.stepItems) as Expr<'i32'>);
  });
  module.export(`${spec.prefix}_finish`, {}, undefined, (f) => {
    f.while(
      'sort',
      () => i32.eqz(call(step, sizes.stepItems) as Expr<'i32'>),
      () => {},
    );
  });
}

function emitRows(sort: SortContext): void {
  const { module, spec, roots, keepRows } = sort;
  const { batch } = spec;
  module.export(`${spec.prefix}_emit`, {}, 'i32', (f) => {
    const end = f.let('i32', 'end', roots.count);
    if (keepRows !== undefined) f.if(i32.gt_u(end, keepRows), () => f.set(end, keepRows));
    const place = f.let('i32', 'place', i32.add(roots.next, firstGiven(spec)));
    const index = f.local('i32', 'index');
    f.while(
      'each_row',
      () => i32.and(i32.lt_u(place, end), i32.lt_u(index, batch.capacityRows)),
      () => {
        const item = i32.add(roots.items, i32.mul(place, itemBytes));
        const row = f.let('i32', 'row', i32.load(item, itemRowOffset));
        const number = i64.extend_i32_u(i32.add(roots.next, index));
        emitRow(sort, f, row, { index, number });
        f.set(place, i32.add(place, 1));
        f.set(index, i32.add(index, 1));
      },
    );
    f.setGlobal(roots.next, i32.add(roots.next, index));
    f.return(index);
  });
}

function emitClear(sort: SortContext): void {
  const { module, spec, roots } = sort;
  const [end, free] = [endSort(sort), regionFree(module)];
  module.export(`${spec.prefix}_clear`, {}, undefined, (f) => {
    f.call(end);
    f.call(free, roots.region);
    f.if(roots.items, () => f.call(freeBlock(module), roots.items, i32.mul(roots.capacity, itemBytes)));
    for (const root of [roots.items, roots.capacity, roots.count, roots.next]) f.setGlobal(root, 0);
    f.setGlobal(roots.worstPrefix, -1n);
  });
}
