/**
 * Comparison operators, IS DISTINCT FROM and the tests for NULL and truth. Doubles compare as in PostgreSQL:
 * NaN equals NaN and is above every number, −0 equals 0. Strings compare bytewise, intervals by their length
 * with months of 30 days.
 */
import { booleanType, type SqlTypeKind } from '../../columns/sql-type.ts';
import { compareViews, equalViews } from '../../routines/views.ts';
import { call, f64, i32, i64 } from '../../wasm/instructions.ts';
import type { Expr } from '../../wasm/types.ts';
import type { ComparisonName } from '../binding/operators.ts';
import { valueKinds } from '../binding/type-rules.ts';
import { compareDecimals } from '../decimal/compare.ts';
import type { CodeContext, Value } from '../emit-context.ts';
import { compareIntervals } from '../interval/compare.ts';
import type { ScalarFunction, ScalarOverload } from '../scalar-function.ts';
import { booleanValue, f64Lane, i32Lane, i64Lane } from '../value.ts';
import { arg, strict } from './overload.ts';

/** Emits: whether the comparison holds between two values of one kind that are not NULL. */
export function emitComparison(
  context: CodeContext,
  name: ComparisonName,
  left: Value,
  right: Value,
): Expr<'i32'> {
  switch (left.type.kind) {
    case 'boolean':
      return i32[unsignedOf[name]](i32Lane(left), i32Lane(right));
    case 'int':
    case 'date':
      return i32[signedOf[name]](i32Lane(left), i32Lane(right));
    case 'bigint':
    case 'timestamp':
    case 'timestamptz':
      return i64[signedOf[name]](i64Lane(left), i64Lane(right));
    case 'double':
      return compareDoubles(name, f64Lane(left), f64Lane(right));
    case 'decimal':
      return compareDecimals(context, name, left, right);
    case 'interval': {
      const lanes = [...left.lanes, ...right.lanes];
      return i32[signedOf[name]](call(compareIntervals(context.module), ...lanes) as Expr<'i32'>, 0);
    }
    default:
      return compareStrings(context, name, left, right);
  }
}

const signedOf = {
  equal: 'eq',
  not_equal: 'ne',
  less_than: 'lt_s',
  less_or_equal: 'le_s',
  greater_than: 'gt_s',
  greater_or_equal: 'ge_s',
} as const satisfies Record<ComparisonName, keyof typeof i32>;

const unsignedOf = {
  equal: 'eq',
  not_equal: 'ne',
  less_than: 'lt_u',
  less_or_equal: 'le_u',
  greater_than: 'gt_u',
  greater_or_equal: 'ge_u',
} as const satisfies Record<ComparisonName, keyof typeof i32>;

function compareDoubles(name: ComparisonName, a: Expr<'f64'>, b: Expr<'f64'>): Expr<'i32'> {
  switch (name) {
    case 'equal':
      return equalDoubles(a, b);
    case 'not_equal':
      return i32.eqz(equalDoubles(a, b));
    case 'less_than':
      return lessDouble(a, b);
    case 'greater_than':
      return lessDouble(b, a);
    case 'less_or_equal':
      return i32.eqz(lessDouble(b, a));
    default:
      return i32.eqz(lessDouble(a, b));
  }
}

function equalDoubles(a: Expr<'f64'>, b: Expr<'f64'>): Expr<'i32'> {
  if (isNumber(a) || isNumber(b)) return f64.eq(a, b);
  return i32.or(f64.eq(a, b), i32.and(isNaN64(a), isNaN64(b)));
}

/** a < b, NaN being above all: false when a is NaN; true when only b is. */
function lessDouble(a: Expr<'f64'>, b: Expr<'f64'>): Expr<'i32'> {
  if (isNumber(b)) return f64.lt(a, b);
  if (isNumber(a)) return i32.eqz(f64.le(b, a));
  return i32.or(f64.lt(a, b), i32.and(f64.eq(a, a), isNaN64(b)));
}

function isNaN64(x: Expr<'f64'>): Expr<'i32'> {
  return f64.ne(x, x);
}

/** Whether the operand is a constant other than NaN. */
function isNumber(x: Expr): boolean {
  return x.kind === 'const' && !Number.isNaN(x.value);
}

function compareStrings(
  { module }: CodeContext,
  name: ComparisonName,
  left: Value,
  right: Value,
): Expr<'i32'> {
  const lanes = [...left.lanes, ...right.lanes];
  if (name === 'equal' || name === 'not_equal') {
    const same =
      isShortConstant(left) || isShortConstant(right)
        ? i32.and(i64.eq(i64Lane(left), i64Lane(right)), i64.eq(i64Lane(left, 1), i64Lane(right, 1)))
        : (call(equalViews(module), ...lanes) as Expr<'i32'>);
    return name === 'equal' ? same : i32.eqz(same);
  }
  return i32[signedOf[name]](call(compareViews(module), ...lanes) as Expr<'i32'>, 0);
}

/** A constant string of up to 15 bytes equals only the same two words. */
function isShortConstant({ lanes: [first] }: Value): boolean {
  return first?.kind === 'const' && (BigInt(first.value as bigint) & 0xffn) !== 0xffn;
}

function comparison(name: ComparisonName): ScalarFunction {
  return {
    name,
    overloads: valueKinds.map((kind) =>
      strict({
        params: [kind, kind],
        result: booleanType,
        lanes: (context, args) => [emitComparison(context, name, arg(args, 0), arg(args, 1))],
      }),
    ),
  };
}

/**
 * `IS [NOT] DISTINCT FROM`: NULL is a value like any other. NULL lanes are zero, so comparing them is
 * harmless.
 */
function distinctTest(name: string, negated: boolean): ScalarFunction {
  return {
    name,
    overloads: valueKinds.map((kind) => ({
      ...neverNull([kind, kind]),
      emit: (context, args) => {
        const [left, right] = [arg(args, 0), arg(args, 1)];
        const same = emitComparison(context, 'equal', left, right);
        const leftNull = left.isNull ?? i32.const(0);
        const rightNull = right.isNull ?? i32.const(0);
        const equal = left.isNull || right.isNull ? i32.and(same, i32.eq(leftNull, rightNull)) : same;
        return booleanValue(negated ? equal : i32.eqz(equal));
      },
    })),
  };
}

function neverNull(params: readonly SqlTypeKind[]): Omit<ScalarOverload, 'emit'> {
  return { params, resultType: () => booleanType, nulls: 'custom', fallible: false };
}

function nullTest(name: string, whenNull: boolean): ScalarFunction {
  return {
    name,
    overloads: valueKinds.map((kind) => ({
      ...neverNull([kind]),
      emit: (_context, args) => {
        const isNull = arg(args, 0).isNull ?? i32.const(0);
        return booleanValue(whenNull ? isNull : i32.eqz(isNull));
      },
    })),
  };
}

/** `IS [NOT] TRUE | FALSE`: a NULL is neither. */
function truthTest(name: string, wanted: boolean, negated: boolean): ScalarFunction {
  const emit: ScalarOverload['emit'] = (_context, args) => {
    const value = arg(args, 0);
    const lane = i32Lane(value);
    const isFalse = i32.eqz(value.isNull ? i32.or(lane, value.isNull) : lane);
    const holds = wanted ? lane : isFalse;
    return booleanValue(negated ? i32.eqz(holds) : holds);
  };
  return { name, overloads: [{ ...neverNull(['boolean']), emit }] };
}

const not: ScalarFunction = {
  name: 'not',
  overloads: [
    strict({
      params: ['boolean'],
      result: booleanType,
      lanes: (_, args) => [i32.eqz(i32Lane(arg(args, 0)))],
    }),
  ],
};

export const comparisonOperators: readonly ScalarFunction[] = [
  comparison('equal'),
  comparison('not_equal'),
  comparison('less_than'),
  comparison('less_or_equal'),
  comparison('greater_than'),
  comparison('greater_or_equal'),
  distinctTest('is_distinct_from', false),
  distinctTest('is_not_distinct_from', true),
  nullTest('is_null', true),
  nullTest('is_not_null', false),
  truthTest('is_true', true, false),
  truthTest('is_not_true', true, true),
  truthTest('is_false', false, false),
  truthTest('is_not_false', false, true),
  not,
];
