/**
 * Binary search in a sorted table, as an inline emitter: what lies where and how it compares is the caller's.
 *
 *   for (low = 0, high = count; high - low > 1; ) isAtOrBefore(middle) ? (low = middle) : (high = middle)
 */
import type { FunctionBuilder, Local } from '../wasm/function-builder.ts';
import { i32 } from '../wasm/instructions.ts';
import type { Arg, Expr } from '../wasm/types.ts';

/** Emits: the index of the last of `count` entries that is at or before what is sought; 0 where none is. */
export function lastAtOrBefore(
  f: FunctionBuilder,
  count: Arg<'i32'>,
  isAtOrBefore: (index: Expr<'i32'>) => Expr<'i32'>,
): Local<'i32'> {
  const low = f.let('i32', 'low', 0);
  const high = f.let('i32', 'high', count);
  const middle = f.local('i32', 'middle');
  f.while(
    'halve',
    () => i32.gt_u(i32.sub(high, low), 1),
    () => {
      f.set(middle, i32.shr_u(i32.add(low, high), 1));
      f.if(
        isAtOrBefore(middle),
        () => f.set(low, middle),
        () => f.set(high, middle),
      );
    },
  );
  return low;
}
