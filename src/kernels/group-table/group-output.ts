/**
 * The ways out of a group table: into the columns of a batch, or as partial rows onto the pages of an
 * exchange. Both go through the entries in the order they were made, stop when there is no more room and go
 * on where they stopped.
 */
import { assert } from '../../base/assert.ts';
import type { FunctionBuilder, Local } from '../../wasm/function-builder.ts';
import { i32, select } from '../../wasm/instructions.ts';
import { putStatus } from '../map-contract.ts';
import { emitPageAppendCopy } from '../page/page-append.ts';
import { loadField, storeColumn } from '../page/row-access.ts';
import { beginWalk, walkEntries } from './entry-store.ts';
import { entryState } from './group-state.ts';
import type { TableContext } from './table-context.ts';
import { clearTable } from './table-life.ts';

/** The value of a cursor's block after all entries have been seen. */
const ended = 1;

/**
 * Adds `<prefix>_emit() -> rows`: fills the batch with the next groups. 0 says that all have been given, and
 * the next call begins again. Strings point into the table. Nothing may come in between two calls.
 */
export function emitGroupEmit(table: TableContext): void {
  const { module, spec } = table;
  const emit = spec.emit;
  assert(emit, 'the table emits');
  const cursor = table.cursors.emit;
  module.export(`${spec.prefix}_emit`, {}, 'i32', (f) => {
    f.if(i32.eq(cursor.block, ended), () => {
      f.setGlobal(cursor.block, 0);
      f.return(i32.const(0));
    });
    beginWalk(f, table, cursor);
    const index = f.local('i32', 'index');
    walkEntries(f, table, cursor, (entry) => {
      f.if(i32.eq(index, emit.batch.capacityRows), () => f.return(index));
      emitRow(table, f, entry, index);
      f.set(index, i32.add(index, 1));
    });
    // A batch that has rows is followed by a call that says there are no more.
    f.setGlobal(cursor.block, select('i32', index, ended, 0));
    f.return(index);
  });
}

function emitRow(table: TableContext, f: FunctionBuilder, entry: Local<'i32'>, index: Local<'i32'>): void {
  const { batch, values } = table.spec.emit!;
  const copied = values === 'states' ? table.partials.fields.length : table.spec.keyCount;
  for (let i = 0; i < copied; i++) {
    storeColumn(f, batch.columns[i]!, index, loadField(f, table.partials.fields[i]!, entry));
  }
  if (values === 'states') return;
  table.spec.accumulators.forEach((accumulator, i) => {
    const result = accumulator.finish(entryState(table, f, i, entry));
    storeColumn(f, batch.columns[table.spec.keyCount + i]!, index, result);
  });
}

/**
 * Adds `<prefix>_drain() -> status`: appends every group as a partial row to the page of its destination.
 * Done, the table is empty; otherwise the next call goes on with the group that did not fit.
 */
export function emitGroupDrain(table: TableContext): void {
  const { module, spec } = table;
  const drain = spec.drain;
  assert(drain, 'the table drains');
  const cursor = table.cursors.drain;
  const clear = clearTable(table);
  module.export(`${spec.prefix}_drain`, {}, 'i32', (f) => {
    beginWalk(f, table, cursor);
    walkEntries(f, table, cursor, (entry) => {
      const status = emitPageAppendCopy(module, f, { layout: table.partials, ...drain }, entry);
      f.if(i32.ne(status, putStatus.done), () => f.return(status));
    });
    f.setGlobal(cursor.block, 0);
    f.call(clear);
    f.return(i32.const(putStatus.done));
  });
}
