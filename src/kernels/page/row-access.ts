/**
 * Values between memory and lanes: fields of laid-out rows and columns of batches. Loading names the lanes,
 * so that they can be repeated and outlive a store to the same place. Where a value is NULL its lanes are
 * zero, in both forms.
 */
import type { BatchColumn } from '../../columns/batch-layout.ts';
import type { RowField } from '../../columns/row-layout.ts';
import { type SqlType, type Storage, storageBytes } from '../../columns/sql-type.ts';
import { isLongView } from '../../routines/views.ts';
import type { FunctionBuilder } from '../../wasm/function-builder.ts';
import { f64, i32, i64, select } from '../../wasm/instructions.ts';
import type { Expr, Stmt } from '../../wasm/types.ts';

/** One SQL value inside a kernel: as expressions/ has it. `isNull` undefined means: never NULL. */
export interface KernelValue {
  readonly type: SqlType;
  readonly lanes: readonly Expr[];
  readonly isNull: Expr<'i32'> | undefined;
}

/** Emits: the lanes of a value at a constant distance from an address. */
export function loadLanes(
  f: FunctionBuilder,
  storage: Storage,
  address: Expr<'i32'>,
  offsetBytes: number,
): readonly Expr[] {
  if (storage === 'i8') return [f.let('i32', 'value', i32.load8_u(address, offsetBytes))];
  if (storage === 'i32') return [f.let('i32', 'value', i32.load(address, offsetBytes))];
  if (storage === 'f64') return [f.let('f64', 'value', f64.load(address, offsetBytes))];
  const first = f.let('i64', 'value', i64.load(address, offsetBytes));
  if (storage === 'i64') return [first];
  return [first, f.let('i64', 'value_second', i64.load(address, offsetBytes + 8))];
}

/** Emits: lanes to memory. */
export function storeLanes(
  f: FunctionBuilder,
  storage: Storage,
  place: { readonly address: Expr<'i32'>; readonly offsetBytes: number },
  lanes: readonly Expr[],
): void {
  lanes.forEach((lane, i) => {
    f.do(storeLane(storage, place.address, place.offsetBytes + 8 * i, lane));
  });
}

function storeLane(storage: Storage, address: Expr<'i32'>, offsetBytes: number, lane: Expr): Stmt {
  if (storage === 'i8') return i32.store8(address, lane as Expr<'i32'>, offsetBytes);
  if (storage === 'i32') return i32.store(address, lane as Expr<'i32'>, offsetBytes);
  if (storage === 'f64') return f64.store(address, lane as Expr<'f64'>, offsetBytes);
  return i64.store(address, lane as Expr<'i64'>, offsetBytes);
}

/** Emits: a field of the row at `row`. With `viewBase` a long view's relative address is made absolute. */
export function loadField(
  f: FunctionBuilder,
  field: RowField,
  row: Expr<'i32'>,
  viewBase?: Expr<'i32'>,
): KernelValue {
  const lanes = loadLanes(f, field.storage, row, field.offset);
  const isNull =
    field.nullOffset === undefined ? undefined : f.let('i32', 'is_null', i32.load8_u(row, field.nullOffset));
  const based = field.storage === 'view' && viewBase ? basedView(f, lanes, viewBase) : lanes;
  return { type: field.column.type, lanes: based, isNull };
}

/** Emits: the lanes of a view with `base` added to a long one's address. */
export function basedView(f: FunctionBuilder, lanes: readonly Expr[], base: Expr<'i32'>): readonly Expr[] {
  const [w0, w1] = lanes as readonly [Expr<'i64'>, Expr<'i64'>];
  // The address is the low half and a sum of addresses stays below 4 GiB, so the high half is left alone.
  const offset = select('i64', isLongView(w0), i64.extend_i32_u(base), 0n);
  return [w0, f.let('i64', 'based', i64.add(w1, offset))];
}

/** Emits: a value into a field of the row at `row`. */
export function storeField(f: FunctionBuilder, field: RowField, row: Expr<'i32'>, value: KernelValue): void {
  storeLanes(f, field.storage, { address: row, offsetBytes: field.offset }, value.lanes);
  if (field.nullOffset !== undefined) f.do(i32.store8(row, value.isNull ?? 0, field.nullOffset));
}

/** Emits: a value into row `index` of a batch's column. */
export function storeColumn(
  f: FunctionBuilder,
  column: BatchColumn,
  index: Expr<'i32'>,
  value: KernelValue,
): void {
  const address = i32.shl(index, Math.log2(storageBytes[column.storage]));
  storeLanes(f, column.storage, { address, offsetBytes: column.valuesAddress }, value.lanes);
  if (column.nullsAddress !== undefined) f.do(i32.store8(index, value.isNull ?? 0, column.nullsAddress));
}

/** Emits: the value in row `index` of a batch's column. */
export function loadColumn(f: FunctionBuilder, column: BatchColumn, index: Expr<'i32'>): KernelValue {
  const address = i32.shl(index, Math.log2(storageBytes[column.storage]));
  const lanes = loadLanes(f, column.storage, address, column.valuesAddress);
  const { nullsAddress } = column;
  const isNull =
    nullsAddress === undefined ? undefined : f.let('i32', 'is_null', i32.load8_u(index, nullsAddress));
  return { type: column.column.type, lanes, isNull };
}
