/**
 * Copying and clearing a few bytes whose number is known when the kernel is built, without a call into the
 * host.
 */
import type { FunctionBuilder } from '../../wasm/function-builder.ts';
import { i64, v128 } from '../../wasm/instructions.ts';
import type { Expr } from '../../wasm/types.ts';

/** Above this many bytes the bulk instruction, a call into the host, is the better one. */
const unrolledBytesMax = 256;

/** Emits: copy `byteCount` bytes, a multiple of 8; the ranges do not overlap. */
export function copyWords(f: FunctionBuilder, to: Expr<'i32'>, from: Expr<'i32'>, byteCount: number): void {
  if (byteCount > unrolledBytesMax) {
    f.memoryCopy(to, from, byteCount);
    return;
  }
  let at = 0;
  for (; byteCount - at >= 16; at += 16) f.do(v128.store(to, v128.load(from, at), at));
  if (at < byteCount) f.do(i64.store(to, i64.load(from, at), at));
}

/** Emits: zero `byteCount` bytes, a multiple of 8. */
export function clearWords(f: FunctionBuilder, to: Expr<'i32'>, byteCount: number): void {
  if (byteCount > unrolledBytesMax) {
    f.memoryFill(to, 0, byteCount);
    return;
  }
  let at = 0;
  for (; byteCount - at >= 16; at += 16) f.do(v128.store(to, zero, at));
  if (at < byteCount) f.do(i64.store(to, 0n, at));
}

const zero = v128.const(new Uint8Array(16));
