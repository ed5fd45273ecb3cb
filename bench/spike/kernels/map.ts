/**
 * The map loop's last step: choose the destination by the key group and append a row to its page. A full page
 * stops the loop with the destination's number; called again at the same row after the page was sent, it goes
 * on.
 */
import { pageHeapStartOffset, pageRowsEndOffset } from '../../../src/columns/page.ts';
import type { FunctionBuilder, Local } from '../../../src/wasm/function-builder.ts';
import { call, i32, i64, select } from '../../../src/wasm/instructions.ts';
import type { ModuleBuilder } from '../../../src/wasm/module-builder.ts';
import type { Arg, Expr, FunctionSlot, Label, Stmt } from '../../../src/wasm/types.ts';
import type { Layout } from '../pipeline/layout.ts';
import { isLong, type KeyWords, lengthOf } from './key.ts';

const keyGroupBits = 10;

export const control = { cursor: 0, blockedOn: 4, slow: 8 } as const;

export interface AppendedRow {
  readonly hash: Local<'i64'>;
  readonly key: KeyWords;
  /** What long views of the key count from. */
  readonly stringBase: Arg<'i32'>;
  readonly strideBytes: number;
  readonly keyOffset: number;
  /** Stores everything but the second words of the key. */
  store(row: Local<'i32'>): readonly Stmt[];
}

/** Appends one row, or records the blocked destination and branches to `full`. */
export function emitAppend(
  f: FunctionBuilder,
  module: ModuleBuilder,
  layout: Layout,
  row: AppendedRow,
  full: Label,
): void {
  const takeString = module.routine('take_string', buildTakeString);
  const [w0, w1, w2, w3] = row.key;
  const partitions = layout.outPages.length;
  const keyGroup = i32.wrap_i64(i64.shr_u(row.hash, BigInt(64 - keyGroupBits)));
  const to = f.let('i32', 'to', i32.shr_u(i32.mul(keyGroup, partitions), keyGroupBits));
  const page = f.let('i32', 'page', i32.load(i32.shl(to, 2), layout.outTable));
  const end = f.let('i32', 'rows_end', i32.load(page, pageRowsEndOffset));
  const needed = f.let('i32', 'needed', row.strideBytes);
  const anyLong = () => i32.or(isLong(w0), isLong(w2));
  f.if(anyLong(), () => {
    const bytes = (first: Expr<'i64'>) => select('i32', isLong(first), lengthOf(first), 0);
    f.set(needed, i32.add(needed, i32.add(bytes(w0), bytes(w2))));
  });
  f.if(i32.gt_u(i32.add(end, needed), i32.load(page, pageHeapStartOffset)), () => {
    f.do(i32.store(layout.control, to, control.blockedOn));
    f.branch(full);
  });
  f.do(i32.store(page, i32.add(end, row.strideBytes), pageRowsEndOffset));
  const at = f.let('i32', 'at', i32.add(page, end));
  f.do(...row.store(at));
  f.if(anyLong(), () => {
    const moved = (first: Expr<'i64'>, second: Expr<'i64'>, offset: number) =>
      f.if(isLong(first), () => {
        const view = call(takeString, page, lengthOf(first), second, row.stringBase) as Expr<'i64'>;
        f.do(i64.store(at, view, row.keyOffset + offset));
      });
    moved(w0, w1, 8);
    moved(w2, w3, 24);
  });
}

/** Copies a long string behind the rows; yields the view's second word, relative to the page. */
function buildTakeString(module: ModuleBuilder): FunctionSlot {
  const params = { page: 'i32', length: 'i32', second: 'i64', stringBase: 'i32' } as const;
  return module.function('take_string', params, 'i64', (f, { page, length, second, stringBase }) => {
    const start = f.let('i32', 'start', i32.sub(i32.load(page, pageHeapStartOffset), length));
    f.do(i32.store(page, start, pageHeapStartOffset));
    f.memoryCopy(i32.add(page, start), i32.add(stringBase, i32.wrap_i64(second)), length);
    f.return(i64.or(i64.and(second, -0x100000000n), i64.extend_i32_u(start)));
  });
}
