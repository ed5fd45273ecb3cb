/**
 * A stable merge sort of the items, bottom up, that stops and resumes: runs of 16 by insertion, then passes
 * that merge neighbouring runs into the other array, each twice as long as before. n log n comparisons at
 * worst.
 */
import { allocateBlock, freeBlock } from '../../routines/heap.ts';
import type { FunctionBuilder, Local } from '../../wasm/function-builder.ts';
import { call, i32, i64, v128 } from '../../wasm/instructions.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import { compareRows } from './sort-order.ts';
import { itemBytes, itemRowOffset, type SortContext } from './sort-spec.ts';

const runItems = 16;

/** `..._sort_step(budgetItems) -> 1` when the items are in order, 0 when there is more to do. */
export function sortStep(sort: SortContext): FunctionSlot {
  return sort.once('sort_step', (name) => {
    const { module, roots } = sort;
    const { progress } = sort;
    const [makeRuns, merge] = [runStep(sort), mergeStep(sort)];
    return module.function(name, { budgetItems: 'i32' }, 'i32', (f, { budgetItems }) => {
      f.if(i32.le_u(roots.count, 1), () => f.return(i32.const(1)));
      f.if(i32.eqz(progress.other), () => {
        const bytes = i32.mul(roots.capacity, itemBytes);
        f.setGlobal(progress.other, call(allocateBlock(module), bytes) as Expr<'i32'>);
      });
      const budget = f.let('i32', 'budget', i32.mul(budgetItems, itemBytes));
      f.if(
        progress.width,
        () => f.call(merge, budget),
        () => f.call(makeRuns, budget),
      );
      f.if(i32.lt_u(progress.width, i32.mul(roots.count, itemBytes)), () => f.return(i32.const(0)));
      f.call(endSort(sort));
      f.return(i32.const(1));
    });
  });
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

/** `..._run_step(budget)`: sorts runs of 16 in place; when all are, the passes begin. */
function runStep(sort: SortContext): FunctionSlot {
  const { roots } = sort;
  const { at, width, left, right } = sort.progress;
  const name = `${sort.spec.prefix}_run_step`;
  return sort.module.function(name, { budget: 'i32' }, undefined, (f, { budget }) => {
    const size = f.let('i32', 'size', i32.mul(roots.count, itemBytes));
    const stop = f.let('i32', 'stop', smaller(f, i32.add(at, budget), size));
    const from = f.let('i32', 'from', at);
    f.while(
      'each_run',
      () => i32.lt_u(from, stop),
      () => {
        const end = f.let('i32', 'end', smaller(f, i32.add(from, runItems * itemBytes), size));
        insertionSort(sort, f, i32.add(roots.items, from), i32.add(roots.items, end));
        f.set(from, end);
      },
    );
    f.setGlobal(at, from);
    f.if(i32.ge_u(from, size), () => {
      f.setGlobal(width, runItems * itemBytes);
      for (const cell of [at, left, right]) f.setGlobal(cell, 0);
    });
  });
}

function insertionSort(sort: SortContext, f: FunctionBuilder, start: Expr<'i32'>, end: Expr<'i32'>): void {
  const first = f.let('i32', 'first', start);
  const last = f.let('i32', 'last', end);
  const next = f.let('i32', 'next', i32.add(first, itemBytes));
  f.while(
    'each_item',
    () => i32.lt_u(next, last),
    () => {
      const item = f.let('v128', 'item', v128.load(next));
      const prefix = f.let('i64', 'prefix', i64.load(next));
      const row = f.let('i32', 'row', i32.load(next, itemRowOffset));
      const hole = f.let('i32', 'hole', next);
      f.while(
        'shift',
        () => i32.gt_u(hole, first),
        (leave) => {
          const before = f.let('i32', 'before', i32.sub(hole, itemBytes));
          f.branchIf(leave, i32.eqz(comesBefore(sort, f, { prefix, row }, before)));
          f.do(v128.store(hole, v128.load(before)));
          f.set(hole, before);
        },
      );
      f.do(v128.store(hole, item));
      f.set(next, i32.add(next, itemBytes));
    },
  );
}

/** Emits: whether an item comes strictly before the one at `other`. */
function comesBefore(
  sort: SortContext,
  f: FunctionBuilder,
  item: { readonly prefix: Expr<'i64'>; readonly row: Expr<'i32'> },
  other: Expr<'i32'>,
): Local<'i32'> {
  const otherPrefix = f.let('i64', 'other_prefix', i64.load(other));
  const before = f.let('i32', 'comes_before', i64.lt_u(item.prefix, otherPrefix));
  f.if(i64.eq(item.prefix, otherPrefix), () => {
    const order = call(compareRows(sort), item.row, i32.load(other, itemRowOffset)) as Expr<'i32'>;
    f.set(before, i32.lt_s(order, 0));
  });
  return before;
}

/**
 * `..._merge_step(budget)`: goes on with the pass; at its end the arrays change roles and the runs are twice
 * as long.
 */
function mergeStep(sort: SortContext): FunctionSlot {
  const { module, roots, spec } = sort;
  const { other, width, at, left, right } = sort.progress;
  const mergeRuns = mergeTwoRuns(sort);
  return module.function(`${spec.prefix}_merge_step`, { budget: 'i32' }, undefined, (f, { budget }) => {
    const size = f.let('i32', 'size', i32.mul(roots.count, itemBytes));
    const stop = f.let('i32', 'stop', i32.add(at, budget));
    f.while(
      'each_pair',
      () => i32.and(i32.lt_u(at, stop), i32.lt_u(at, size)),
      () => {
        // The pair that `at` lies in; inside a merge `at` is past the pair's start.
        const pairBytes = f.let('i32', 'pair_bytes', i32.shl(width, 1));
        const start = f.let('i32', 'start', i32.and(at, i32.sub(0, pairBytes)));
        const middle = f.let('i32', 'middle', smaller(f, i32.add(start, width), size));
        const end = f.let('i32', 'end', smaller(f, i32.add(start, pairBytes), size));
        f.if(i32.eq(at, start), () => {
          f.setGlobal(left, start);
          f.setGlobal(right, middle);
        });
        f.call(mergeRuns, middle, end, smaller(f, stop, end));
      },
    );
    f.if(i32.ge_u(at, size), () => {
      const sorted = f.let('i32', 'sorted', other);
      f.setGlobal(other, roots.items);
      f.setGlobal(roots.items, sorted);
      f.setGlobal(width, i32.shl(width, 1));
      f.setGlobal(at, 0);
    });
  });
}

/** `..._merge_runs(middle, end, stop)`: merges [left, middle) and [right, end) from `at` up to `stop`. */
function mergeTwoRuns(sort: SortContext): FunctionSlot {
  const { module, roots, spec } = sort;
  const { other, at, left, right } = sort.progress;
  const params = { middle: 'i32', end: 'i32', stop: 'i32' } as const;
  return module.function(`${spec.prefix}_merge_runs`, params, undefined, (f, { middle, end, stop }) => {
    const items = f.let('i32', 'items', roots.items);
    const [i, j] = [f.let('i32', 'i', i32.add(items, left)), f.let('i32', 'j', i32.add(items, right))];
    const [iEnd, jEnd] = [
      f.let('i32', 'i_end', i32.add(items, middle)),
      f.let('i32', 'j_end', i32.add(items, end)),
    ];
    const to = f.let('i32', 'to', i32.add(other, at));
    const toStop = f.let('i32', 'to_stop', i32.add(other, stop));
    f.while(
      'each_item',
      () => i32.lt_u(to, toStop),
      (leave) => {
        const rest = i32.sub(toStop, to);
        f.if(i32.eq(j, jEnd), () => copyRest(f, { to, from: i, rest, leave }));
        f.if(i32.eq(i, iEnd), () => copyRest(f, { to, from: j, rest, leave }));
        const item = { prefix: i64.load(j), row: i32.load(j, itemRowOffset) };
        f.if(
          comesBefore(sort, f, item, i),
          () => {
            f.do(v128.store(to, v128.load(j)));
            f.set(j, i32.add(j, itemBytes));
          },
          () => {
            f.do(v128.store(to, v128.load(i)));
            f.set(i, i32.add(i, itemBytes));
          },
        );
        f.set(to, i32.add(to, itemBytes));
      },
    );
    f.setGlobal(left, i32.sub(i, items));
    f.setGlobal(right, i32.sub(j, items));
    f.setGlobal(at, stop);
  });
}

/** Emits: one run is used up, so what fits of the other is copied as it is. */
function copyRest(
  f: FunctionBuilder,
  rest: {
    readonly to: Local<'i32'>;
    readonly from: Local<'i32'>;
    readonly rest: Expr<'i32'>;
    readonly leave: Parameters<FunctionBuilder['branch']>[0];
  },
): void {
  f.memoryCopy(rest.to, rest.from, rest.rest);
  f.set(rest.from, i32.add(rest.from, rest.rest));
  f.branch(rest.leave);
}

function smaller(f: FunctionBuilder, a: Expr<'i32'>, b: Expr<'i32'>): Local<'i32'> {
  const least = f.let('i32', 'smaller', a);
  f.if(i32.gt_u(least, b), () => f.set(least, b));
  return least;
}
