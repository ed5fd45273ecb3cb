/**
 * Settling the order of items with equal prefixes once the prefixes are in order: finds runs of them one
 * after the other and sorts each by comparing rows, short ones at once, long ones by merging (merge-sort.ts).
 */
import { i32, i64 } from '../../wasm/instructions.ts';
import type { FunctionSlot } from '../../wasm/types.ts';
import { insertionSort, runItems, smaller, startMerge } from './merge-sort.ts';
import { itemBytes, type SortContext } from './sort-spec.ts';

/**
 * `..._tie_step(budget) -> rest` of the bytes: goes on from `settled`. Of a run that goes on where the budget
 * ends, `size` is how much has been found.
 */
export function tieStep(sort: SortContext): FunctionSlot {
  const { module, roots, spec } = sort;
  const { settled, size } = sort.progress;
  const sortRun = insertionSort(sort);
  return module.function(`${spec.prefix}_tie_step`, { budget: 'i32' }, 'i32', (f, { budget }) => {
    const items = f.let('i32', 'items', roots.items);
    const end = f.let('i32', 'end', i32.add(items, i32.mul(roots.count, itemBytes)));
    const first = f.let('i32', 'first', i32.add(items, settled));
    const next = f.let('i32', 'next', i32.add(first, size));
    const from = f.let('i32', 'from', next);
    const stop = smaller(f, budget, i32.sub(end, next));
    f.set(stop, i32.add(next, stop));
    f.while(
      'each_run',
      () => i32.lt_u(next, stop),
      () => {
        const prefix = f.let('i64', 'prefix', i64.load(first));
        f.while(
          'same_prefix',
          () => i32.lt_u(next, stop),
          (leave) => {
            f.branchIf(leave, i64.ne(i64.load(next), prefix));
            f.set(next, i32.add(next, itemBytes));
          },
        );
        // The run may go on behind the place where the budget ends.
        f.if(i32.and(i32.eq(next, stop), i32.lt_u(next, end)), () => {
          f.setGlobal(settled, i32.sub(first, items));
          f.setGlobal(size, i32.sub(next, first));
          f.return(i32.const(0));
        });
        const run = f.let('i32', 'run', i32.sub(next, first));
        f.if(i32.gt_u(run, runItems * itemBytes), () => {
          startMerge(sort, f, i32.sub(first, items), run);
          f.setGlobal(settled, i32.sub(next, items));
          f.return(i32.sub(budget, i32.sub(next, from)));
        });
        f.if(i32.gt_u(run, itemBytes), () => f.call(sortRun, first, next));
        f.set(first, next);
      },
    );
    f.setGlobal(settled, i32.sub(first, items));
    f.setGlobal(size, 0);
    f.return(i32.sub(budget, i32.sub(next, from)));
  });
}
