/**
 * Merging channels whose pages come in the order of the sort (sort-order.ts), without keeping more than one
 * page of each. The heads, one for each page at hand, are items kept in order; the row of the first one is
 * the next. Exports, all with the spec's prefix, here `merge`:
 *
 *   merge_open(channels)        before everything else: how many channels there are
 *   merge_add(page, channel)    a page with rows, of a channel that has none at hand; it becomes unusable for
 *                               others and stays where it is until the batch that used it up is done with
 *   merge_emit() -> rows        fills the batch with the next rows and stops where a page is used up. Every
 *                               channel that still has rows must have a page
 *   merge_spent() -> channel    whose page the last merge_emit used up, or -1. With 0 rows and -1, all that
 *                               are wanted were given
 */
import { assert } from '../../base/assert.ts';
import { pageHeaderBytes, pageRowsEndOffset } from '../../columns/page.ts';
import { allocateBlock } from '../../routines/heap.ts';
import type { FunctionBuilder, Global } from '../../wasm/function-builder.ts';
import { call, i32, i64, v128 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import { loadField } from '../page/row-access.ts';
import { emitRow } from './emit-row.ts';
import { comesBefore, emitPrefix } from './sort-order.ts';
import {
  createOrderContext,
  itemBytes,
  itemRowOffset,
  type OrderContext,
  type SortSpec,
} from './sort-spec.ts';

/** Of a head: u32, its channel. */
const headChannelOffset = 12;

interface MergeContext extends OrderContext {
  /** The heads in order, and how many there are. */
  readonly heads: Global<'i32'>;
  readonly count: Global<'i32'>;
  /** u32 for each channel: where the rows of its page end. */
  readonly ends: Global<'i32'>;
  /** Rows taken from pages so far. */
  readonly place: Global<'i64'>;
  readonly spent: Global<'i32'>;
}

/** Adds the kernels of one merge to the module. */
export function emitMerge(module: ModuleBuilder, spec: SortSpec): void {
  const columnCount = spec.schema.length + (spec.numbered ? 1 : 0);
  assert(spec.batch.columns.length === columnCount, 'the batch has a column for each field, and the number');
  const root = (name: string, initial = 0): Global<'i32'> =>
    module.global('i32', `${spec.prefix}_${name}`, initial);
  const merge: MergeContext = {
    ...createOrderContext(module, spec),
    heads: root('heads'),
    count: root('head_count'),
    ends: root('page_ends'),
    place: module.global('i64', `${spec.prefix}_place`, 0n),
    spent: root('spent_channel', -1),
  };
  emitOpen(merge);
  emitAdd(merge);
  emitRows(merge);
  module.export(`${spec.prefix}_spent`, {}, 'i32', (f) => f.return(merge.spent));
}

function emitOpen({ module, spec, heads, ends }: MergeContext): void {
  module.export(`${spec.prefix}_open`, { channels: 'i32' }, undefined, (f, { channels }) => {
    const allocate = (bytes: Expr<'i32'>) => call(allocateBlock(module), bytes) as Expr<'i32'>;
    f.setGlobal(heads, allocate(i32.mul(channels, itemBytes)));
    f.setGlobal(ends, allocate(i32.mul(channels, 4)));
  });
}

function emitAdd(merge: MergeContext): void {
  const { module, spec, heads, count, ends } = merge;
  const params = { page: 'i32', channel: 'i32' } as const;
  module.export(`${spec.prefix}_add`, params, undefined, (f, { page, channel }) => {
    const row = f.let('i32', 'row', i32.add(page, pageHeaderBytes));
    const end = f.let('i32', 'end', i32.add(page, i32.load(page, pageRowsEndOffset)));
    f.do(i32.store(i32.add(ends, i32.shl(channel, 2)), end));
    makeViewsAbsolute(merge, f, { row, end, page });
    const prefix = f.let('i64', 'prefix', emitPrefix(merge, f, row));
    const hole = f.let('i32', 'hole', i32.add(heads, i32.mul(count, itemBytes)));
    f.while(
      'shift',
      () => i32.gt_u(hole, heads),
      (leave) => {
        const before = f.let('i32', 'before', i32.sub(hole, itemBytes));
        f.branchIf(leave, i32.eqz(comesBefore(merge, f, { prefix, row }, before)));
        f.do(v128.store(hole, v128.load(before)));
        f.set(hole, before);
      },
    );
    storeHead(f, hole, { prefix, row, channel });
    f.setGlobal(count, i32.add(count, 1));
  });
}

interface PageRows {
  readonly row: Expr<'i32'>;
  readonly end: Expr<'i32'>;
  readonly page: Expr<'i32'>;
}

/** Emits: the long views of rows, relative to their page so far, become absolute. */
function makeViewsAbsolute({ rows }: MergeContext, f: FunctionBuilder, { row, end, page }: PageRows): void {
  const views = rows.fields.filter(({ storage }) => storage === 'view');
  if (views.length === 0) return;
  const each = f.let('i32', 'each', row);
  f.while(
    'each_row',
    () => i32.lt_u(each, end),
    () => {
      for (const field of views) {
        const based = loadField(f, field, each, page).lanes[1] as Expr<'i64'>;
        f.do(i64.store(each, based, field.offset + 8));
      }
      f.set(each, i32.add(each, rows.strideBytes));
    },
  );
}

function emitRows(merge: MergeContext): void {
  const { module, spec, count, heads, place, spent } = merge;
  const { limit, offset } = spec;
  const next = nextHead(merge);
  module.export(`${spec.prefix}_emit`, {}, 'i32', (f) => {
    f.setGlobal(spent, -1);
    const index = f.local('i32', 'index');
    f.while(
      'each_row',
      () => i32.and(i32.ne(count, 0), i32.lt_u(index, spec.batch.capacityRows)),
      (leave) => {
        if (limit !== undefined) f.branchIf(leave, i64.ge_u(place, limit + offset));
        f.if(i64.ge_u(place, offset), () => {
          const row = f.let('i32', 'row', i32.load(heads, itemRowOffset));
          emitRow(merge, f, row, { index, number: i64.sub(place, offset) });
          f.set(index, i32.add(index, 1));
        });
        f.setGlobal(place, i64.add(place, 1n));
        f.call(next);
        f.branchIf(leave, i32.ge_s(spent, 0));
      },
    );
    f.return(index);
  });
}

/** `..._next_head()`: the first head goes on to its next row, or away where its page is used up. */
function nextHead(merge: MergeContext): FunctionSlot {
  const { module, spec, heads, count, ends, rows, spent } = merge;
  return module.function(`${spec.prefix}_next_head`, {}, undefined, (f) => {
    const hole = f.let('i32', 'hole', heads);
    const last = f.let('i32', 'last', i32.add(hole, i32.mul(i32.sub(count, 1), itemBytes)));
    const channel = f.let('i32', 'channel', i32.load(hole, headChannelOffset));
    const row = f.let('i32', 'row', i32.add(i32.load(hole, itemRowOffset), rows.strideBytes));
    f.if(i32.eq(row, i32.load(i32.add(ends, i32.shl(channel, 2)))), () => {
      f.memoryCopy(hole, i32.add(hole, itemBytes), i32.sub(last, hole));
      f.setGlobal(count, i32.sub(count, 1));
      f.setGlobal(spent, channel);
      f.return();
    });
    const prefix = f.let('i64', 'prefix', emitPrefix(merge, f, row));
    f.while(
      'shift',
      () => i32.lt_u(hole, last),
      (leave) => {
        const after = f.let('i32', 'after', i32.add(hole, itemBytes));
        f.branchIf(leave, comesBefore(merge, f, { prefix, row }, after));
        f.do(v128.store(hole, v128.load(after)));
        f.set(hole, after);
      },
    );
    storeHead(f, hole, { prefix, row, channel });
  });
}

function storeHead(
  f: FunctionBuilder,
  head: Expr<'i32'>,
  {
    prefix,
    row,
    channel,
  }: { readonly prefix: Expr<'i64'>; readonly row: Expr<'i32'>; readonly channel: Expr<'i32'> },
): void {
  f.do(
    i64.store(head, prefix),
    i32.store(head, row, itemRowOffset),
    i32.store(head, channel, headChannelOffset),
  );
}
