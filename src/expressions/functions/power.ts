/**
 * x to the power of y as PostgreSQL's dpow: its errors, and its answers for NaN and infinities, which are
 * C99's.
 */
import { f64, i32, select } from '../../wasm/instructions.ts';
import type { Expr } from '../../wasm/types.ts';
import type { EmitContext } from '../emit-context.ts';
import { isInfinite } from './double-checks.ts';
import { callHost } from './host-call.ts';

export function emitPower(context: EmitContext, x: Expr<'f64'>, y: Expr<'f64'>): Expr<'f64'> {
  const { module, f } = context;
  const result = f.let('f64', 'power', 1);
  f.block('power_known', (known) => {
    // 1 to any power and any power of 0 are 1, also with NaN.
    f.branchIf(known, i32.or(f64.eq(x, 1), f64.eq(y, 0)));
    f.if(i32.or(f64.ne(x, x), f64.ne(y, y)), () => {
      f.set(result, Number.NaN);
      f.branch(known);
    });
    f.if(i32.and(f64.eq(x, 0), f64.lt(y, 0)), () => context.fail('zero_to_negative_power'));
    f.if(i32.and(f64.lt(x, 0), f64.ne(f64.floor(y), y)), () => context.fail('negative_to_fraction'));
    f.if(isInfinite(y), () => {
      const size = f64.abs(x);
      const grows = i32.eq(f64.gt(size, 1), f64.gt(y, 0));
      const limit = select('f64', grows, Number.POSITIVE_INFINITY, 0);
      f.set(result, select('f64', f64.eq(size, 1), 1, limit));
      f.branch(known);
    });
    f.set(result, callHost(module, 'power', x, y));
    const lost = i32.or(isInfinite(result), i32.and(f64.eq(result, 0), f64.ne(x, 0)));
    f.if(i32.and(lost, i32.eqz(isInfinite(x))), () => context.fail('numeric_out_of_range'));
  });
  return result;
}
