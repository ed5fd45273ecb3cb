/** Writing a row whose long views are absolute into the batch, and behind its columns its number. */
import { bigintType } from '../../columns/sql-type.ts';
import type { FunctionBuilder } from '../../wasm/function-builder.ts';
import type { Expr } from '../../wasm/types.ts';
import { loadField, storeColumn } from '../page/row-access.ts';
import type { OrderContext } from './sort-spec.ts';

/** Emits: the row at `row` as row `index` of the batch; `number` is its number among those given. */
export function emitRow(
  { spec: { batch, numbered }, rows }: OrderContext,
  f: FunctionBuilder,
  row: Expr<'i32'>,
  { index, number }: { readonly index: Expr<'i32'>; readonly number: Expr<'i64'> },
): void {
  rows.fields.forEach((field, i) => {
    storeColumn(f, batch.columns[i]!, index, loadField(f, field, row));
  });
  if (!numbered) return;
  storeColumn(f, batch.columns.at(-1)!, index, { type: bigintType, lanes: [number], isNull: undefined });
}
