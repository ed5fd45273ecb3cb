/**
 * Fixed text in the middle of a row: whole words are stored, and what the text does not fill is overwritten
 * later.
 */
import { encodeUtf8 } from '../../base/bytes.ts';
import type { FunctionBuilder, Local } from '../../wasm/function-builder.ts';
import { i32, i64, v128 } from '../../wasm/instructions.ts';

/** Bytes behind the end of a row that formatting it may overwrite. */
export const rowSlackBytes = 16;

/** Emits: the text at `at`, which moves behind it. Up to 15 bytes behind the text are overwritten. */
export function appendLiteral(f: FunctionBuilder, at: Local<'i32'>, text: string): void {
  const bytes = encodeUtf8(text);
  for (let from = 0; from < bytes.length; from += 16) {
    const block = new Uint8Array(16);
    block.set(bytes.subarray(from, from + 16));
    const words = new DataView(block.buffer);
    const left = bytes.length - from;
    if (left > 8) f.do(v128.store(at, v128.const(block), from));
    else if (left > 4) f.do(i64.store(at, words.getBigInt64(0, true), from));
    else if (left > 1) f.do(i32.store(at, words.getInt32(0, true), from));
    else f.do(i32.store8(at, words.getUint8(0), from));
  }
  f.set(at, i32.add(at, bytes.length));
}
