/**
 * The group table: GROUP BY over pages. Rows (or partial rows) come in page by page, each group has one entry
 * with its key and the states of its accumulators, and the groups leave as batches or as partial rows.
 * Exports, all with the spec's prefix, here `group`:
 *
 *   group_init(rangeStart: i64, rangeScale: i64)   empties the table and sets the range of hashes
 *   group_update(page) · group_merge(page)         take in a page, which is the caller's again after
 *   group_count() -> i32                           groups in the table
 *   group_emit() -> rows · group_drain() -> status the ways out (group-output.ts)
 *   group_clear()                                  gives all memory back
 */
import { assert } from '../../base/assert.ts';
import type { RowLayout } from '../../columns/row-layout.ts';
import type { Schema } from '../../columns/schema.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import { emitPageLoop } from './group-loop.ts';
import { emitGroupDrain, emitGroupEmit } from './group-output.ts';
import type { GroupTableSpec } from './group-table-spec.ts';
import { createTableContext, type TableContext } from './table-context.ts';
import { emitTableLife } from './table-life.ts';

export interface GroupTable {
  /** The partial rows it drains and merges. */
  readonly partialSchema: Schema;
  readonly partialLayout: RowLayout;
  /** For tests and snapshots: the roots and layouts of what was emitted. */
  readonly context: TableContext;
}

/** Adds the kernels of one table to the module. */
export function emitGroupTable(module: ModuleBuilder, spec: GroupTableSpec): GroupTable {
  assert(spec.inputs.length > 0, 'a group table takes something in');
  assert(!spec.emptyGroup || spec.keyCount === 0, 'only a table without keys has a group without rows');
  const table = createTableContext(module, spec);
  const takesRows = spec.inputs.every((input) => input === 'rows') && spec.drain === undefined;
  assert(takesRows || table.distinctSets.length === 0, 'which values are new is seen from all rows only');
  for (const input of spec.inputs) emitPageLoop(table, input);
  emitTableLife(table);
  if (spec.emit) emitGroupEmit(table);
  if (spec.drain) emitGroupDrain(table);
  return { partialSchema: table.partialSchema, partialLayout: table.partials, context: table };
}
