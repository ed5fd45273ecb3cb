/**
 * Sorting a range of items by comparing rows: a merge sort, bottom up, that stops and resumes. Runs of 16 (or
 * 8) by insertion, then passes that merge neighbouring runs into the same range of the other array and back,
 * each twice as long as before. The number of passes is made even, so the items end where they were.
 */
import type { FunctionBuilder, Local } from '../../wasm/function-builder.ts';
import { i32, i64, v128 } from '../../wasm/instructions.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import { comesBefore } from './sort-order.ts';
import { itemBytes, itemRowOffset, type SortContext, sortPhases } from './sort-spec.ts';

/** So few items are sorted by insertion. */
export const runItems = 16;
const runBytes: number = runItems * itemBytes;
const runBytesLog2 = Math.log2(runBytes);

/** Emits: the range at `start` (bytes from the start of the arrays) is to be sorted next. */
export function startMerge(
  sort: SortContext,
  f: FunctionBuilder,
  start: Expr<'i32'>,
  byteCount: Expr<'i32'>,
): void {
  const { roots, progress } = sort;
  f.setGlobal(progress.phase, sortPhases.merge);
  f.setGlobal(progress.from, i32.add(roots.items, start));
  f.setGlobal(progress.to, i32.add(progress.other, start));
  f.setGlobal(progress.size, byteCount);
  for (const cell of [progress.width, progress.at]) f.setGlobal(cell, 0);
}

/** `..._merge_sort_step(budget) -> rest` of the bytes; the phase is over when the range is sorted. */
export function mergeSortStep(sort: SortContext): FunctionSlot {
  const { phase, size, width, at } = sort.progress;
  const [makeRuns, merge] = [runStep(sort), mergeStep(sort)];
  const name = `${sort.spec.prefix}_merge_sort_step`;
  return sort.module.function(name, { budget: 'i32' }, 'i32', (f, { budget }) => {
    const before = f.let('i32', 'before', at);
    const stop = smaller(f, i32.add(before, budget), size);
    f.if(
      width,
      () => f.call(merge, stop),
      () => f.call(makeRuns, stop),
    );
    const rest = f.let('i32', 'rest', i32.sub(budget, i32.sub(at, before)));
    f.if(i32.ge_u(at, size), () => f.setGlobal(at, 0));
    f.if(i32.and(i32.eqz(at), i32.ge_u(width, size)), () => {
      f.setGlobal(phase, sortPhases.ties);
      f.setGlobal(size, 0);
    });
    f.return(rest);
  });
}

/** `..._run_step(stop)`: sorts runs in place, at least up to `stop`; when all are, the passes begin. */
function runStep(sort: SortContext): FunctionSlot {
  const { from, size, width, at } = sort.progress;
  const name = `${sort.spec.prefix}_run_step`;
  const sortRun = insertionSort(sort);
  return sort.module.function(name, { stop: 'i32' }, undefined, (f, { stop }) => {
    const passes = i32.sub(32, i32.clz(i32.shr_u(i32.sub(size, 1), runBytesLog2)));
    const bytes = f.let('i32', 'bytes', i32.shr_u(runBytes, i32.and(passes, 1)));
    const start = f.let('i32', 'start', at);
    f.while(
      'each_run',
      () => i32.lt_u(start, stop),
      () => {
        const end = smaller(f, i32.add(start, bytes), size);
        f.call(sortRun, i32.add(from, start), i32.add(from, end));
        f.set(start, end);
      },
    );
    f.setGlobal(at, start);
    f.if(i32.ge_u(start, size), () => f.setGlobal(width, bytes));
  });
}

/** `..._insertion_sort(first, end)`: sorts the items there. */
export function insertionSort(sort: SortContext): FunctionSlot {
  return sort.once('insertion_sort', (name) =>
    sort.module.function(name, { first: 'i32', end: 'i32' }, undefined, (f, { first, end }) => {
      const next = f.let('i32', 'next', i32.add(first, itemBytes));
      f.while(
        'each_item',
        () => i32.lt_u(next, end),
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
    }),
  );
}

/**
 * `..._merge_step(stop)`: goes on with the pass up to `stop`; at its end the arrays change roles and the runs
 * are twice as long.
 */
function mergeStep(sort: SortContext): FunctionSlot {
  const { module, spec } = sort;
  const { from, to, size, width, at, left, right } = sort.progress;
  const mergeRuns = mergeTwoRuns(sort);
  return module.function(`${spec.prefix}_merge_step`, { stop: 'i32' }, undefined, (f, { stop }) => {
    f.while(
      'each_pair',
      () => i32.lt_u(at, stop),
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
      const merged = f.let('i32', 'merged', to);
      f.setGlobal(to, from);
      f.setGlobal(from, merged);
      f.setGlobal(width, i32.shl(width, 1));
    });
  });
}

/** `..._merge_runs(middle, end, stop)`: merges [left, middle) and [right, end) from `at` up to `stop`. */
function mergeTwoRuns(sort: SortContext): FunctionSlot {
  const { module, progress, spec } = sort;
  const { at, left, right } = progress;
  const params = { middle: 'i32', end: 'i32', stop: 'i32' } as const;
  return module.function(`${spec.prefix}_merge_runs`, params, undefined, (f, { middle, end, stop }) => {
    const from = f.let('i32', 'from', progress.from);
    const [i, j] = [f.let('i32', 'i', i32.add(from, left)), f.let('i32', 'j', i32.add(from, right))];
    const [iEnd, jEnd] = [
      f.let('i32', 'i_end', i32.add(from, middle)),
      f.let('i32', 'j_end', i32.add(from, end)),
    ];
    const to = f.let('i32', 'to', i32.add(progress.to, at));
    const toStop = f.let('i32', 'to_stop', i32.add(progress.to, stop));
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
    f.setGlobal(left, i32.sub(i, from));
    f.setGlobal(right, i32.sub(j, from));
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

/** Emits: the smaller of two unsigned numbers. */
export function smaller(f: FunctionBuilder, a: Expr<'i32'>, b: Expr<'i32'>): Local<'i32'> {
  const least = f.let('i32', 'smaller', a);
  f.if(i32.gt_u(least, b), () => f.set(least, b));
  return least;
}
