/**
 * What PostgreSQL checks of every DOUBLE result: an infinity or a zero that the operands do not explain is an
 * error.
 */
import { f64, i32 } from '../../wasm/instructions.ts';
import type { Expr } from '../../wasm/types.ts';
import type { FailingContext } from '../emit-context.ts';

export function isInfinite(x: Expr<'f64'>): Expr<'i32'> {
  return f64.eq(f64.abs(x), Number.POSITIVE_INFINITY);
}

/** Emits: the result by name; fails where it is infinite and no operand is. */
export function checkDouble(
  context: FailingContext,
  result: Expr<'f64'>,
  operands: readonly Expr<'f64'>[],
): Expr<'f64'> {
  const { f } = context;
  const checked = f.let('f64', 'double', result);
  f.if(isInfinite(checked), () => {
    const explained = operands.map(isInfinite).reduce((a, b) => i32.or(a, b));
    f.if(i32.eqz(explained), () => context.fail('numeric_out_of_range'));
  });
  return checked;
}

/** Emits: a / b; a division of anything but NaN by zero is an error. */
export function divideDouble(context: FailingContext, a: Expr<'f64'>, b: Expr<'f64'>): Expr<'f64'> {
  const { f } = context;
  f.if(i32.and(f64.eq(b, 0), f64.eq(a, a)), () => context.fail('division_by_zero'));
  const quotient = checkDouble(context, f64.div(a, b), [a]);
  const underflow = i32.and(f64.eq(quotient, 0), i32.and(f64.ne(a, 0), i32.eqz(isInfinite(b))));
  f.if(underflow, () => context.fail('numeric_out_of_range'));
  return quotient;
}

/** Emits: a · b; a product of 0 that neither factor explains is an error. */
export function multiplyDouble(context: FailingContext, a: Expr<'f64'>, b: Expr<'f64'>): Expr<'f64'> {
  const product = checkDouble(context, f64.mul(a, b), [a, b]);
  const underflow = i32.and(f64.eq(product, 0), i32.and(f64.ne(a, 0), f64.ne(b, 0)));
  context.f.if(underflow, () => context.fail('numeric_out_of_range'));
  return product;
}
