/**
 * The arithmetic operators over numbers, as PostgreSQL's: integers do not wrap and divide towards zero,
 * doubles overflow and underflow into errors, decimals follow decimal/decimal-arithmetic.ts.
 */
import {
  bigintType,
  decimalPrecisionMax,
  doubleType,
  intType,
  type SqlType,
} from '../../columns/sql-type.ts';
import { f64, i32, i64 } from '../../wasm/instructions.ts';
import type { Expr } from '../../wasm/types.ts';
import type { BoundExpression } from '../bound-expression.ts';
import {
  addDecimals,
  divideDecimals,
  moduloDecimals,
  multiplyDecimals,
  negateDecimal,
  productType,
  quotientType,
  remainderType,
  subtractDecimals,
  sumType,
} from '../decimal/decimal-arithmetic.ts';
import type { EmitContext, Value } from '../emit-context.ts';
import { dateArithmetic } from '../interval/arithmetic.ts';
import type { ScalarFunction, ScalarOverload } from '../scalar-function.ts';
import { f64Lane, i32Lane, i64Lane } from '../value.ts';
import { checkDouble, divideDouble, multiplyDouble } from './double-checks.ts';
import { arg, strict } from './overload.ts';

type Binary<T extends 'i32' | 'i64' | 'f64'> = (context: EmitContext, a: Expr<T>, b: Expr<T>) => Expr<T>;
type DecimalBinary = (context: EmitContext, a: Value, b: Value, type: SqlType) => readonly Expr[];

interface NumberOperator {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly int: Binary<'i32'>;
  readonly bigint: Binary<'i64'>;
  readonly double?: Binary<'f64'>;
  readonly decimal: DecimalBinary;
  readonly decimalType: (args: readonly SqlType[]) => SqlType;
  /** Whether only a divisor of 0 or -1 fails among integers. */
  readonly divides?: boolean;
}

function overloadsOf(operator: NumberOperator): ScalarOverload[] {
  const { int, bigint, double, decimal, decimalType, divides = false } = operator;
  const canFailWith = divides ? canDivisorFail : (): boolean => true;
  const overloads = [
    strict({
      params: ['int', 'int'],
      result: intType,
      fallible: true,
      canFailWith,
      lanes: (context, args) => [int(context, i32Lane(arg(args, 0)), i32Lane(arg(args, 1)))],
    }),
    strict({
      params: ['bigint', 'bigint'],
      result: bigintType,
      fallible: true,
      canFailWith,
      lanes: (context, args) => [bigint(context, i64Lane(arg(args, 0)), i64Lane(arg(args, 1)))],
    }),
    strict({
      params: ['decimal', 'decimal'],
      result: decimalType,
      fallible: true,
      canFailWith: (args) => (divides && canDivisorFail(args)) || mayExceed(decimalType, args),
      lanes: (context, args, type) => decimal(context, arg(args, 0), arg(args, 1), type),
    }),
  ];
  if (double) {
    overloads.push(
      strict({
        params: ['double', 'double'],
        result: doubleType,
        fallible: true,
        lanes: (context, args) => [double(context, f64Lane(arg(args, 0)), f64Lane(arg(args, 1)))],
      }),
    );
  }
  return overloads;
}

/** A constant divisor other than 0 and -1 never fails. */
function canDivisorFail([, divisor]: readonly BoundExpression[]): boolean {
  if (divisor?.kind !== 'literal' || divisor.value === null) return true;
  return Number(divisor.value) === 0 || Number(divisor.value) === -1;
}

/** A decimal result that has not all 38 digits has room for every value. */
function mayExceed(
  resultType: (args: readonly SqlType[]) => SqlType,
  args: readonly BoundExpression[],
): boolean {
  const type = resultType(args.map((operand) => operand.type));
  return type.kind !== 'decimal' || type.precision >= decimalPrecisionMax;
}

/** Emits: an exact 64-bit result that must fit 32 bits. */
function checkInt(context: EmitContext, exact: Expr<'i64'>): Expr<'i32'> {
  const { f } = context;
  const result = f.let('i64', 'exact', exact);
  f.if(i64.ne(i64.extend32_s(result), result), () => context.fail('numeric_out_of_range'));
  return i32.wrap_i64(result);
}

function wideInt(operation: 'add' | 'sub' | 'mul'): Binary<'i32'> {
  return (context, a, b) => checkInt(context, i64[operation](i64.extend_i32_s(a), i64.extend_i32_s(b)));
}

/** Emits: fails where `overflowed` is negative: the sign bit of the usual xor tests. */
function failOnSign(context: EmitContext, overflowed: Expr<'i64'>): void {
  context.f.if(i64.lt_s(overflowed, 0n), () => context.fail('numeric_out_of_range'));
}

const addBigint: Binary<'i64'> = (context, a, b) => {
  const sum = context.f.let('i64', 'sum', i64.add(a, b));
  failOnSign(context, i64.and(i64.xor(a, sum), i64.xor(b, sum)));
  return sum;
};

const subtractBigint: Binary<'i64'> = (context, a, b) => {
  const difference = context.f.let('i64', 'difference', i64.sub(a, b));
  failOnSign(context, i64.and(i64.xor(a, b), i64.xor(a, difference)));
  return difference;
};

/** Factors of up to 32 bits cannot overflow; others are checked by dividing back. */
export const multiplyBigint: Binary<'i64'> = (context, a, b) => {
  const { f } = context;
  const product = f.let('i64', 'product', i64.mul(a, b));
  const small = i32.and(i64.eq(i64.extend32_s(a), a), i64.eq(i64.extend32_s(b), b));
  f.if(i32.eqz(small), () => {
    f.if(i64.ne(a, 0n), () => {
      const minusOneByMin = i32.and(i64.eq(a, -1n), i64.eq(b, -0x8000_0000_0000_0000n));
      f.if(minusOneByMin, () => context.fail('numeric_out_of_range'));
      f.if(i64.ne(i64.div_s(product, a), b), () => context.fail('numeric_out_of_range'));
    });
  });
  return product;
};

const divideInt: Binary<'i32'> = (context, a, b) => {
  failOnZero(context, i32.eqz(b));
  return checkInt(context, i64.div_s(i64.extend_i32_s(a), i64.extend_i32_s(b)));
};

const divideBigint: Binary<'i64'> = (context, a, b) => {
  failOnZero(context, i64.eqz(b));
  const outside = i32.and(i64.eq(b, -1n), i64.eq(a, -0x8000_0000_0000_0000n));
  context.f.if(outside, () => context.fail('numeric_out_of_range'));
  return i64.div_s(a, b);
};

const moduloInt: Binary<'i32'> = (context, a, b) => {
  failOnZero(context, i32.eqz(b));
  return i32.rem_s(a, b);
};

const moduloBigint: Binary<'i64'> = (context, a, b) => {
  failOnZero(context, i64.eqz(b));
  return i64.rem_s(a, b);
};

function failOnZero(context: EmitContext, isZero: Expr<'i32'>): void {
  context.f.if(isZero, () => context.fail('division_by_zero'));
}

const numberOperators: readonly NumberOperator[] = [
  {
    name: 'add',
    int: wideInt('add'),
    bigint: addBigint,
    double: (context, a, b) => checkDouble(context, f64.add(a, b), [a, b]),
    decimal: addDecimals,
    decimalType: sumType,
  },
  {
    name: 'subtract',
    int: wideInt('sub'),
    bigint: subtractBigint,
    double: (context, a, b) => checkDouble(context, f64.sub(a, b), [a, b]),
    decimal: subtractDecimals,
    decimalType: sumType,
  },
  {
    name: 'multiply',
    int: wideInt('mul'),
    bigint: multiplyBigint,
    double: multiplyDouble,
    decimal: multiplyDecimals,
    decimalType: productType,
  },
  {
    name: 'divide',
    divides: true,
    int: divideInt,
    bigint: divideBigint,
    double: divideDouble,
    decimal: divideDecimals,
    decimalType: quotientType,
  },
  {
    name: 'modulo',
    divides: true,
    aliases: ['mod'],
    int: moduloInt,
    bigint: moduloBigint,
    decimal: moduloDecimals,
    decimalType: remainderType,
  },
];

const negate: ScalarFunction = {
  name: 'negate',
  overloads: [
    strict({
      params: ['int'],
      result: intType,
      fallible: true,
      lanes: (context, args) => [checkInt(context, i64.sub(0n, i64.extend_i32_s(i32Lane(arg(args, 0)))))],
    }),
    strict({
      params: ['bigint'],
      result: bigintType,
      fallible: true,
      lanes: (context, args) => [subtractBigint(context, i64.const(0n), i64Lane(arg(args, 0)))],
    }),
    strict({
      params: ['decimal'],
      result: ([type]) => type ?? intType,
      lanes: (context, args) => negateDecimal(context, arg(args, 0)),
    }),
    strict({ params: ['double'], result: doubleType, lanes: (_, args) => [f64.neg(f64Lane(arg(args, 0)))] }),
  ],
};

const plus: ScalarFunction = {
  name: 'plus',
  overloads: (['int', 'bigint', 'decimal', 'double'] as const).map((kind) =>
    strict({ params: [kind], result: ([type]) => type ?? intType, lanes: (_, args) => arg(args, 0).lanes }),
  ),
};

export const arithmeticOperators: readonly ScalarFunction[] = [
  ...numberOperators.map((operator) => ({
    name: operator.name,
    ...(operator.aliases ? { aliases: operator.aliases } : {}),
    overloads: [...overloadsOf(operator), ...(dateArithmetic.get(operator.name) ?? [])],
  })),
  { ...negate, overloads: [...negate.overloads, ...(dateArithmetic.get('negate') ?? [])] },
  plus,
];
