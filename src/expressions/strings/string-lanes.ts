/**
 * Strings in and out of an emitter: the bytes behind a value, and a value from bytes. Whoever makes a string
 * allocates its bytes through the context; a short one becomes an inline view and needs none.
 */
import { inlineBytesMax } from '../../columns/string-view.ts';
import { madeView, makeView, spillView, spillView2, viewLength } from '../../routines/views.ts';
import type { FunctionBuilder, Local } from '../../wasm/function-builder.ts';
import { call, i32, i64 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Arg, Expr } from '../../wasm/types.ts';
import type { EmitContext, Value } from '../emit-context.ts';

export interface Bytes {
  readonly address: Local<'i32'>;
  readonly byteCount: Local<'i32'>;
}

interface StringContext {
  readonly module: ModuleBuilder;
  readonly f: FunctionBuilder;
}

/**
 * Emits: where the string's bytes lie. Those of a short string stay only until the next call for the same
 * cell.
 */
export function bytesOf(
  { module, f }: StringContext,
  { lanes }: Value,
  cell: 'first' | 'second' = 'first',
): Bytes {
  const spill = cell === 'first' ? spillView(module) : spillView2(module);
  return {
    address: f.let('i32', 'bytes', call(spill, ...lanes) as Expr<'i32'>),
    byteCount: f.let('i32', 'byte_count', call(viewLength(module), ...lanes) as Expr<'i32'>),
  };
}

/** Emits: the view of bytes that stay where they are until the batch is done. */
export function viewOf(
  { module, f }: StringContext,
  address: Arg<'i32'>,
  byteCount: Arg<'i32'>,
): readonly [Expr<'i64'>, Expr<'i64'>] {
  f.call(makeView(module), address, byteCount);
  const cell = madeView(module);
  return [f.let('i64', 'view', i64.load(cell)), f.let('i64', 'view_rest', i64.load(cell, 8))];
}

/** Emits: the view of a copy of bytes that will be overwritten. */
export function copiedViewOf(
  context: EmitContext,
  address: Expr<'i32'>,
  byteCount: Local<'i32'>,
): readonly [Expr<'i64'>, Expr<'i64'>] {
  const { f } = context;
  const kept = f.let('i32', 'kept', address);
  f.if(i32.gt_u(byteCount, inlineBytesMax), () => {
    f.set(kept, context.allocate(byteCount));
    f.memoryCopy(kept, address, byteCount);
  });
  return viewOf(context, kept, byteCount);
}

/** Room for the longest text of a number, date or interval. */
const scratchBytes = 128;

/** Emits: the string that `write` leaves in a scratch cell; `write` yields the byte count. */
export function writtenView(
  context: EmitContext,
  write: (out: number) => Expr<'i32'>,
): readonly [Expr<'i64'>, Expr<'i64'>] {
  const scratch = context.module.table('text_scratch', () => new Uint8Array(scratchBytes));
  const byteCount = context.f.let('i32', 'written', write(scratch));
  return copiedViewOf(context, i32.const(scratch), byteCount);
}
