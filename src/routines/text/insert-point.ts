/** A point into a number that is written already. */
import type { FunctionBuilder } from '../../wasm/function-builder.ts';
import { i32, v128 } from '../../wasm/instructions.ts';
import type { Expr } from '../../wasm/types.ts';

/**
 * Emits: moves the `byteCount` bytes there (up to 48) one on and puts a point before them. Up to 48 bytes
 * behind the point are read and written, without a call to copy them.
 */
export function insertPoint(f: FunctionBuilder, address: Expr<'i32'>, byteCount: Expr<'i32'>): void {
  const point = f.let('i32', 'point', address);
  const first = f.let('v128', 'first', v128.load(point));
  f.if(i32.gt_u(byteCount, 16), () => {
    const second = f.let('v128', 'second', v128.load(point, 16));
    f.do(v128.store(point, v128.load(point, 32), 33), v128.store(point, second, 17));
  });
  f.do(v128.store(point, first, 1), i32.store8(point, 0x2e));
}
