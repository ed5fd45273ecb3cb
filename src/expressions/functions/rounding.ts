/**
 * ABS, SIGN, CEIL, FLOOR, ROUND, TRUNC and DIV. ROUND of a DOUBLE goes half to even, of a DECIMAL half away
 * from zero, as in PostgreSQL. With a constant count of digits the result's scale is that count; else the
 * argument's.
 */
import {
  bigintType,
  decimalPrecisionMax,
  decimalType,
  doubleType,
  intType,
  type SqlType,
} from '../../columns/sql-type.ts';
import { abs128 } from '../../routines/integer128.ts';
import { f64, i32, i64, select } from '../../wasm/instructions.ts';
import type { Expr } from '../../wasm/types.ts';
import type { BoundExpression } from '../bound-expression.ts';
import { divideWhole, quotientWholeType } from '../decimal/decimal-arithmetic.ts';
import { decimalOf, lanesOf, wideOf } from '../decimal/decimal-value.ts';
import { type RoundingMode, roundAt } from '../decimal/rounding.ts';
import type { EmitContext } from '../emit-context.ts';
import type { ScalarFunction, ScalarOverload } from '../scalar-function.ts';
import { f64Lane, i32Lane, i64Lane } from '../value.ts';
import { arg, strict } from './overload.ts';

const sameType = ([type]: readonly SqlType[]): SqlType => type ?? intType;

const abs: ScalarFunction = {
  name: 'abs',
  overloads: [
    strict({
      params: ['int'],
      result: intType,
      fallible: true,
      lanes: (context, args) => {
        const x = i32Lane(arg(args, 0));
        context.f.if(i32.eq(x, -0x8000_0000), () => context.fail('numeric_out_of_range'));
        return [select('i32', i32.lt_s(x, 0), i32.sub(0, x), x)];
      },
    }),
    strict({
      params: ['bigint'],
      result: bigintType,
      fallible: true,
      lanes: (context, args) => {
        const x = i64Lane(arg(args, 0));
        context.f.if(i64.eq(x, -0x8000_0000_0000_0000n), () => context.fail('numeric_out_of_range'));
        return [select('i64', i64.lt_s(x, 0n), i64.sub(0n, x), x)];
      },
    }),
    strict({
      params: ['decimal'],
      result: sameType,
      lanes: ({ f }, args, type) => lanesOf(type, abs128(f, wideOf(f, arg(args, 0)))),
    }),
    strict({ params: ['double'], result: doubleType, lanes: (_, args) => [f64.abs(f64Lane(arg(args, 0)))] }),
  ],
};

const sign: ScalarFunction = {
  name: 'sign',
  overloads: [
    strict({
      params: ['decimal'],
      result: decimalType(1, 0),
      lanes: ({ f }, args) => {
        const { lo, hi } = wideOf(f, arg(args, 0));
        return [i64.or(i64.shr_s(hi, 63n), i64.extend_i32_u(i64.ne(i64.or(lo, hi), 0n)))];
      },
    }),
    strict({
      params: ['double'],
      result: doubleType,
      lanes: (_, args) => {
        const x = f64Lane(arg(args, 0));
        return [f64.convert_i32_s(i32.sub(f64.gt(x, 0), f64.lt(x, 0)))];
      },
    }),
  ],
};

/** The count of digits where it is a constant; undefined where it is only known for each row. */
function constantDigits(digits: BoundExpression | undefined): number | undefined {
  return digits?.kind === 'literal' && digits.value !== null ? Number(digits.value) : undefined;
}

/**
 * The type of a value rounded to so many digits: one more digit in front, which rounding up can bring, and no
 * zeros behind the argument's own digits for which 38 digits have no room.
 */
function roundedType(type: SqlType | undefined, digits: number | undefined): SqlType {
  const { precision, scale } = decimalOf(type ?? decimalType(1, 0));
  const integral = precision - scale + 1;
  const room = Math.max(decimalPrecisionMax - integral, scale);
  const wanted = Math.min(Math.max(digits ?? scale, 0), room);
  return decimalType(Math.min(integral + wanted, decimalPrecisionMax), wanted);
}

function toWhole(mode: RoundingMode): ScalarOverload {
  return strict({
    params: ['decimal'],
    result: ([type]) => roundedType(type, 0),
    lanes: (context, args, type) => roundAt(context, arg(args, 0), { digits: i32.const(0), mode, type }),
  });
}

function toDigits(mode: RoundingMode): ScalarOverload {
  return strict({
    params: ['decimal', 'int'],
    result: ([type], [, digits]) => roundedType(type, constantDigits(digits)),
    fallible: true,
    lanes: (context, args, type) =>
      roundAt(context, arg(args, 0), { digits: i32Lane(arg(args, 1)), mode, type }),
  });
}

function ofDouble(emit: (x: Expr<'f64'>) => Expr<'f64'>): ScalarOverload {
  return strict({
    params: ['double'],
    result: doubleType,
    lanes: (_: EmitContext, args) => [emit(f64Lane(arg(args, 0)))],
  });
}

const div: ScalarFunction = {
  name: 'div',
  overloads: [
    strict({
      params: ['decimal', 'decimal'],
      result: quotientWholeType,
      fallible: true,
      lanes: (context, args, type) => divideWhole(context, arg(args, 0), arg(args, 1), type),
    }),
  ],
};

export const roundingFunctions: readonly ScalarFunction[] = [
  abs,
  sign,
  { name: 'ceil', aliases: ['ceiling'], overloads: [toWhole('up'), ofDouble((x) => f64.ceil(x))] },
  { name: 'floor', overloads: [toWhole('down'), ofDouble((x) => f64.floor(x))] },
  { name: 'round', overloads: [toWhole('half'), toDigits('half'), ofDouble((x) => f64.nearest(x))] },
  { name: 'trunc', overloads: [toWhole('cut'), toDigits('cut'), ofDouble((x) => f64.trunc(x))] },
  div,
];
