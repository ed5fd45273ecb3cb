/**
 * Taking rows in. Each is copied with its long strings into the sort's region and gets an item. With a limit,
 * the worst are dropped whenever enough have gathered beyond it: what is kept moves to the other region, so
 * memory stays in proportion to the limit, and from then on rows that cannot be among the best are not even
 * copied.
 */
import { pageHeaderBytes, pageRowCountOffset, pageRowsEndOffset } from '../../columns/page.ts';
import { allocateBlock, freeBlock } from '../../routines/heap.ts';
import { regionAllocate, regionFree } from '../../routines/region.ts';
import { isLongView, longViewAddress, longViewLength, withViewAddress } from '../../routines/views.ts';
import type { FunctionBuilder } from '../../wasm/function-builder.ts';
import { call, i32, i64, select } from '../../wasm/instructions.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import { copyWords } from '../page/copy-bytes.ts';
import { loadField } from '../page/row-access.ts';
import { emitPrefix } from './sort-order.ts';
import { itemBytes, itemRowOffset, type SortContext } from './sort-spec.ts';
import { sortStep } from './sort-steps.ts';

/** Adds `<prefix>_insert(page)`: takes in the rows of a page, which is the caller's again after. */
export function emitSortInsert(sort: SortContext): void {
  const { module, spec, roots, rows, keepRows } = sort;
  const [copy, reserve] = [copyRow(sort), reserveItems(sort)];
  module.export(`${spec.prefix}_insert`, { page: 'i32' }, undefined, (f, { page }) => {
    if (keepRows === 0) return;
    f.call(reserve, i32.add(roots.count, i32.load(page, pageRowCountOffset)));
    const row = f.let('i32', 'row', i32.add(page, pageHeaderBytes));
    const end = f.let('i32', 'end', i32.add(page, i32.load(page, pageRowsEndOffset)));
    const item = f.let('i32', 'item', i32.add(roots.items, i32.mul(roots.count, itemBytes)));
    const worst = f.let('i64', 'worst', roots.worstPrefix);
    f.while(
      'each_row',
      () => i32.lt_u(row, end),
      () => {
        const prefix = f.let('i64', 'prefix', emitPrefix(sort, f, row, page));
        f.if(i64.le_u(prefix, worst), () => {
          const kept = call(copy, row, page, roots.region) as Expr<'i32'>;
          f.do(i64.store(item, prefix), i32.store(item, kept, itemRowOffset));
          f.set(item, i32.add(item, itemBytes));
        });
        f.set(row, i32.add(row, rows.strideBytes));
      },
    );
    f.setGlobal(roots.count, i32.div_u(i32.sub(item, roots.items), itemBytes));
    if (keepRows !== undefined) cutWhenMany(sort, f, keepRows);
  });
}

function cutWhenMany(sort: SortContext, f: FunctionBuilder, keepRows: number): void {
  const many = keepRows + Math.max(keepRows, sort.sizes.slackRows);
  f.if(i32.ge_u(sort.roots.count, many), () => f.call(cutRows(sort, keepRows)));
}

/** `..._copy_row(row, viewBase, region) -> address` of a copy whose long views are absolute. */
function copyRow(sort: SortContext): FunctionSlot {
  const { module, rows } = sort;
  const params = { row: 'i32', viewBase: 'i32', region: 'i32' } as const;
  return sort.once('copy_row', (name) => {
    const allocate = regionAllocate(module);
    return module.function(name, params, 'i32', (f, { row, viewBase, region }) => {
      const copy = f.let('i32', 'copy', call(allocate, region, rows.strideBytes) as Expr<'i32'>);
      copyWords(f, copy, row, rows.strideBytes);
      for (const field of rows.fields) {
        if (field.storage !== 'view') continue;
        const [w0, w1] = loadField(f, field, row, viewBase).lanes as [Expr<'i64'>, Expr<'i64'>];
        f.if(isLongView(w0), () => {
          const length = f.let('i32', 'length', longViewLength(w0));
          const bytes = f.let('i32', 'bytes', call(allocate, region, length) as Expr<'i32'>);
          f.memoryCopy(bytes, longViewAddress(w1), length);
          f.do(i64.store(copy, withViewAddress(w1, bytes), field.offset + 8));
        });
      }
      f.return(copy);
    });
  });
}

/** `..._reserve_items(count)`: makes room for so many items in all. */
function reserveItems(sort: SortContext): FunctionSlot {
  const { module, roots } = sort;
  return sort.once('reserve_items', (name) =>
    module.function(name, { count: 'i32' }, undefined, (f, { count }) => {
      f.if(i32.le_u(count, roots.capacity), () => f.return());
      const capacity = f.let('i32', 'capacity', i32.shl(1, i32.sub(32, i32.clz(i32.or(count, 1023)))));
      // Items beyond 4 GiB cannot be; all ones are refused.
      const tooMany = i32.gt_u(capacity, 0x0fff_ffff);
      const bytes = f.let('i32', 'bytes', select('i32', tooMany, -1, i32.mul(capacity, itemBytes)));
      const items = f.let('i32', 'items', call(allocateBlock(module), bytes) as Expr<'i32'>);
      f.if(roots.items, () => {
        f.memoryCopy(items, roots.items, i32.mul(roots.count, itemBytes));
        f.call(freeBlock(module), roots.items, i32.mul(roots.capacity, itemBytes));
      });
      f.setGlobal(roots.items, items);
      f.setGlobal(roots.capacity, capacity);
    }),
  );
}

/** `..._cut_rows()`: sorts what is there and keeps the first `keepRows`, in order. */
function cutRows(sort: SortContext, keepRows: number): FunctionSlot {
  const { module, roots, regions } = sort;
  return sort.once('cut_rows', (name) => {
    const [step, copy, free] = [sortStep(sort), copyRow(sort), regionFree(module)];
    return module.function(name, {}, undefined, (f) => {
      f.while(
        'sort',
        () => i32.eqz(call(step, sort.sizes.stepItems) as Expr<'i32'>),
        () => {},
      );
      f.setGlobal(roots.count, keepRows);
      const [first, second] = regions;
      const fresh = f.let('i32', 'fresh', select('i32', i32.eq(roots.region, first), second, first));
      const item = f.let('i32', 'item', roots.items);
      const end = f.let('i32', 'end', i32.add(item, keepRows * itemBytes));
      f.while(
        'each_kept',
        () => i32.lt_u(item, end),
        () => {
          const row = i32.load(item, itemRowOffset);
          f.do(i32.store(item, call(copy, row, 0, fresh) as Expr<'i32'>, itemRowOffset));
          f.set(item, i32.add(item, itemBytes));
        },
      );
      f.call(free, roots.region);
      f.setGlobal(roots.region, fresh);
      f.setGlobal(roots.worstPrefix, i64.load(i32.sub(end, itemBytes)));
    });
  });
}
