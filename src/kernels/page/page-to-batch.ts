/**
 * Decoding rows of a page into the columns of a batch, one loop over rows. Long views become absolute: they
 * point into the page, which must stay until the batch is done with.
 *
 *   page_to_batch(page, firstRow) -> rows     as many as the page still has and the batch holds
 */
import { assert } from '../../base/assert.ts';
import type { BatchLayout } from '../../columns/batch-layout.ts';
import { pageHeaderBytes, pageRowCountOffset } from '../../columns/page.ts';
import { layoutRow } from '../../columns/row-layout.ts';
import type { Schema } from '../../columns/schema.ts';
import { i32, select } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { FunctionSlot } from '../../wasm/types.ts';
import { loadField, storeColumn } from './row-access.ts';

/** Adds the kernel for rows of `schema`; the batch has the same columns in the same order. */
export function emitPageToBatch(
  module: ModuleBuilder,
  schema: Schema,
  batch: BatchLayout,
  name = 'page_to_batch',
): FunctionSlot {
  assert(batch.columns.length === schema.length, 'the batch has a column for each field');
  const { fields, strideBytes } = layoutRow(schema);
  return module.export(name, { page: 'i32', firstRow: 'i32' }, 'i32', (f, { page, firstRow }) => {
    const rest = f.let('i32', 'rest', i32.sub(i32.load(page, pageRowCountOffset), firstRow));
    const full = i32.gt_u(rest, batch.capacityRows);
    const count = f.let('i32', 'count', select('i32', full, batch.capacityRows, rest));
    const first = i32.add(i32.mul(firstRow, strideBytes), pageHeaderBytes);
    const row = f.let('i32', 'row', i32.add(page, first));
    const index = f.local('i32', 'index');
    f.while(
      'each_row',
      () => i32.lt_u(index, count),
      () => {
        fields.forEach((field, i) => {
          storeColumn(f, batch.columns[i]!, index, loadField(f, field, row, page));
        });
        f.set(row, i32.add(row, strideBytes));
        f.set(index, i32.add(index, 1));
      },
    );
    f.return(count);
  });
}
