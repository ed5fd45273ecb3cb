/**
 * The sort of the items, in steps: by their prefixes (radix-sort.ts), then the runs of equal prefixes by
 * their rows (ties.ts, merge-sort.ts). Few items are merged from the start. Both arrays are used throughout.
 */
import { allocateBlock, freeBlock } from '../../routines/heap.ts';
import { call, i32 } from '../../wasm/instructions.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import { mergeSortStep, startMerge } from './merge-sort.ts';
import { countStep, dealStep } from './radix-sort.ts';
import { itemBytes, type SortContext, sortPhases } from './sort-spec.ts';
import { tieStep } from './ties.ts';

/** `..._sort_step(budgetItems) -> 1` when the items are in order, 0 when there is more to do. */
export function sortStep(sort: SortContext): FunctionSlot {
  return sort.once('sort_step', (name) => {
    const { module, roots, progress } = sort;
    const [begin, end] = [beginSort(sort), endSort(sort)];
    const steps = [
      [sortPhases.count, countStep(sort)],
      [sortPhases.deal, dealStep(sort)],
      [sortPhases.ties, tieStep(sort)],
      [sortPhases.merge, mergeSortStep(sort)],
    ] as const;
    return module.function(name, { budgetItems: 'i32' }, 'i32', (f, { budgetItems }) => {
      f.if(i32.le_u(roots.count, 1), () => f.return(i32.const(1)));
      f.if(i32.eqz(progress.phase), () => f.call(begin));
      const rest = f.let('i32', 'rest', i32.mul(budgetItems, itemBytes));
      f.while(
        'each_step',
        () => i32.gt_s(rest, 0),
        () => {
          const isSettled = i32.eq(progress.settled, i32.mul(roots.count, itemBytes));
          f.if(i32.and(i32.eq(progress.phase, sortPhases.ties), isSettled), () => {
            f.call(end);
            f.return(i32.const(1));
          });
          const phase = f.let('i32', 'phase', progress.phase);
          for (const [number, step] of steps) {
            f.if(i32.eq(phase, number), () => f.set(rest, call(step, rest) as Expr<'i32'>));
          }
        },
      );
      f.return(i32.const(0));
    });
  });
}

function beginSort(sort: SortContext): FunctionSlot {
  const { module, roots, progress, sizes } = sort;
  return sort.once('begin_sort', (name) =>
    module.function(name, {}, undefined, (f) => {
      const bytes = i32.mul(roots.capacity, itemBytes);
      f.setGlobal(progress.other, call(allocateBlock(module), bytes) as Expr<'i32'>);
      f.setGlobal(progress.phase, sortPhases.count);
      f.if(i32.lt_u(roots.count, sizes.radixItemsMin), () => {
        const all = f.let('i32', 'all', i32.mul(roots.count, itemBytes));
        startMerge(sort, f, i32.const(0), all);
        f.setGlobal(progress.settled, all);
      });
    }),
  );
}

/** `..._end_sort()`: forgets where the sort stands; if it was under way, the items are in no order. */
export function endSort(sort: SortContext): FunctionSlot {
  const { progress } = sort;
  return sort.once('end_sort', (name) =>
    sort.module.function(name, {}, undefined, (f) => {
      f.if(progress.other, () => {
        f.call(freeBlock(sort.module), progress.other, i32.mul(sort.roots.capacity, itemBytes));
      });
      for (const cell of Object.values(progress)) f.setGlobal(cell, 0);
    }),
  );
}
