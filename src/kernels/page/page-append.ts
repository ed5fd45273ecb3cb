/**
 * Appending one row to the page of its destination. The key group (the hash's top bits) looks up the
 * destination in the route table (u16 each), the destination its current page in the page table (u32 each; 0:
 * there is none, which counts as full). What does not fit is reported before anything is written, by a status
 * as `putStatus` says.
 */
import {
  pageCapacityOffset,
  pageHeaderBytes,
  pageHeapStartOffset,
  pageRowCountOffset,
  pageRowsEndOffset,
} from '../../columns/page.ts';
import { type RowLayout, rowHashOffset } from '../../columns/row-layout.ts';
import { isLongView, longViewAddress, longViewLength, withViewAddress } from '../../routines/views.ts';
import type { FunctionBuilder, Local } from '../../wasm/function-builder.ts';
import { call, i32, i64, select } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import { keyGroupShift } from '../key-groups.ts';
import { putStatus } from '../map-contract.ts';
import { copyWords } from './copy-bytes.ts';
import { type KernelValue, loadLanes, storeField } from './row-access.ts';

/** Where rows go; both tables are static data that the host fills. */
export interface PageTarget {
  readonly layout: RowLayout;
  /** u32 for each destination: its current page. */
  readonly pageTable: number;
  /** u16 for each key group: its destination. Undefined: everything goes to destination 0. */
  readonly routeTable: number | undefined;
}

/** Emits: append a row given by its lanes (long views absolute); yields the status. */
export function emitPageAppend(
  module: ModuleBuilder,
  f: FunctionBuilder,
  target: PageTarget,
  row: { readonly hash: Expr<'i64'>; readonly values: readonly KernelValue[] },
): Expr<'i32'> {
  const views = row.values.filter((_, i) => target.layout.fields[i]!.storage === 'view').map((v) => v.lanes);
  return reserveRow(f, target, { hash: row.hash, views: views as ViewLanes[] }, (page, at) => {
    f.do(i64.store(at, row.hash, rowHashOffset));
    target.layout.fields.forEach((field, i) => {
      const value = row.values[i]!;
      const lanes =
        field.storage === 'view' ? viewInPage(module, f, page, value.lanes as ViewLanes) : value.lanes;
      storeField(f, field, at, { ...value, lanes });
    });
  });
}

/** Emits: append a copy of the row at `address`, laid out as the target's rows, long views absolute. */
export function emitPageAppendCopy(
  module: ModuleBuilder,
  f: FunctionBuilder,
  target: PageTarget,
  address: Expr<'i32'>,
): Expr<'i32'> {
  const { fields, strideBytes } = target.layout;
  const viewFields = fields.filter((field) => field.storage === 'view');
  const views = viewFields.map((field) => loadLanes(f, 'view', address, field.offset) as ViewLanes);
  const hash = f.let('i64', 'hash', i64.load(address, rowHashOffset));
  return reserveRow(f, target, { hash, views }, (page, at) => {
    copyWords(f, at, address, strideBytes);
    viewFields.forEach((field, i) => {
      const [, second] = viewInPage(module, f, page, views[i]!);
      f.do(i64.store(at, second, field.offset + 8));
    });
  });
}

type ViewLanes = readonly [Expr<'i64'>, Expr<'i64'>];

/** Emits: find the page, check for room, and if there is, count the row in and let `write` fill it. */
function reserveRow(
  f: FunctionBuilder,
  target: PageTarget,
  row: { readonly hash: Expr<'i64'>; readonly views: readonly ViewLanes[] },
  write: (page: Local<'i32'>, at: Local<'i32'>) => void,
): Expr<'i32'> {
  const stride = target.layout.strideBytes;
  const destination = f.let('i32', 'destination', destinationOf(target, row.hash));
  const page = f.let('i32', 'page', i32.load(i32.shl(destination, 2), target.pageTable));
  const needed = bytesNeeded(f, stride, row.views);
  const rowsEnd = f.let('i32', 'rows_end', i32.load(page, pageRowsEndOffset));
  const room = i32.sub(i32.load(page, pageHeapStartOffset), rowsEnd);
  const status = f.let('i32', 'status', putStatus.done);
  f.if(
    i64.gt_u(needed, i64.extend_i32_u(room)),
    () => {
      const emptyRoom = i64.extend_i32_u(i32.sub(i32.load(page, pageCapacityOffset), pageHeaderBytes));
      const oversized = i64.gt_u(needed, emptyRoom);
      f.set(status, select('i32', oversized, i32.sub(putStatus.oversized, destination), destination));
    },
    () => {
      f.do(
        i32.store(page, i32.add(rowsEnd, stride), pageRowsEndOffset),
        i32.store(page, i32.add(i32.load(page, pageRowCountOffset), 1), pageRowCountOffset),
      );
      write(page, f.let('i32', 'at', i32.add(page, rowsEnd)));
    },
  );
  return status;
}

function destinationOf(target: PageTarget, hash: Expr<'i64'>): Expr<'i32'> {
  if (target.routeTable === undefined) return i32.const(0);
  const keyGroup = i32.wrap_i64(i64.shr_u(hash, keyGroupShift));
  return i32.load16_u(i32.shl(keyGroup, 1), target.routeTable);
}

/** Emits: the bytes of the row and of its long strings; 64 bits, because many long strings can pass 32. */
function bytesNeeded(f: FunctionBuilder, stride: number, views: readonly ViewLanes[]): Expr<'i64'> {
  if (views.length === 0) return i64.const(BigInt(stride));
  const needed = f.let('i64', 'needed', i64.const(BigInt(stride)));
  for (const [w0] of views) {
    f.if(isLongView(w0), () => {
      f.set(needed, i64.add(needed, i64.extend_i32_u(longViewLength(w0))));
    });
  }
  return needed;
}

/** Emits: the view as the page holds it; a long string's bytes are copied in. */
function viewInPage(
  module: ModuleBuilder,
  f: FunctionBuilder,
  page: Expr<'i32'>,
  [w0, w1]: ViewLanes,
): ViewLanes {
  const second = f.let('i64', 'in_page', w1);
  f.if(isLongView(w0), () => {
    f.set(second, call(copyIntoPage(module), page, w0, w1) as Expr<'i64'>);
  });
  return [w0, second];
}

/** `copy_into_page(page, w0, w1) -> w1` of the long string's copy in the page's heap. */
function copyIntoPage(module: ModuleBuilder): FunctionSlot {
  return module.routine('copy_into_page', () =>
    module.function('copy_into_page', { page: 'i32', w0: 'i64', w1: 'i64' }, 'i64', (f, { page, w0, w1 }) => {
      const length = f.let('i32', 'length', longViewLength(w0));
      const start = f.let('i32', 'start', i32.sub(i32.load(page, pageHeapStartOffset), length));
      f.do(i32.store(page, start, pageHeapStartOffset));
      f.memoryCopy(i32.add(page, start), longViewAddress(w1), length);
      f.return(withViewAddress(w1, start));
    }),
  );
}
