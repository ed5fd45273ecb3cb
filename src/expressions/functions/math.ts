/**
 * Powers, logarithms and trigonometry over DOUBLE, with PostgreSQL's errors: an argument outside the domain,
 * an overflow and an underflow fail. Decimals take part as doubles, also in `^` and POWER, which PostgreSQL
 * computes as NUMERIC. The transcendental functions are the host's and may differ from PostgreSQL's in the
 * last digit.
 */
import { doubleType } from '../../columns/sql-type.ts';
import { f64, i32 } from '../../wasm/instructions.ts';
import type { Expr } from '../../wasm/types.ts';
import type { EmitContext } from '../emit-context.ts';
import type { EvaluationError } from '../evaluation-error.ts';
import type { ScalarFunction } from '../scalar-function.ts';
import { f64Lane } from '../value.ts';
import { checkDouble, divideDouble, isInfinite, multiplyDouble } from './double-checks.ts';
import { callHost } from './host-call.ts';
import { arg, strict } from './overload.ts';
import { emitPower } from './power.ts';

interface HostFunction {
  readonly name: string;
  readonly host: string;
  /** Whether an argument is outside the domain; NaN never is. */
  readonly outside?: (x: Expr<'f64'>) => Expr<'i32'>;
  /** What is wrong with such an argument. */
  readonly error?: EvaluationError;
  /** Whether an infinite result of a finite argument is an error, and a zero result too. */
  readonly checks?: 'overflow' | 'both';
}

function unary(
  name: string,
  emit: (context: EmitContext, x: Expr<'f64'>) => Expr<'f64'>,
  aliases: readonly string[] = [],
): ScalarFunction {
  return {
    name,
    aliases,
    overloads: [
      strict({
        params: ['double'],
        result: doubleType,
        fallible: true,
        lanes: (context, args) => [emit(context, f64Lane(arg(args, 0)))],
      }),
    ],
  };
}

function hosted({ name, host, outside, error = 'outside_domain', checks }: HostFunction): ScalarFunction {
  return {
    name,
    overloads: [
      strict({
        params: ['double'],
        result: doubleType,
        fallible: outside !== undefined || checks !== undefined,
        lanes: (context, args) => {
          const { module, f } = context;
          const x = f64Lane(arg(args, 0));
          if (outside) f.if(outside(x), () => context.fail(error));
          const result = f.let('f64', name, callHost(module, host, x));
          if (checks) checkDouble(context, result, [x]);
          if (checks === 'both') {
            const underflow = i32.and(f64.eq(result, 0), i32.eqz(isInfinite(x)));
            f.if(underflow, () => context.fail('numeric_out_of_range'));
          }
          return [result];
        },
      }),
    ],
  };
}

const notAboveZero = (x: Expr<'f64'>): Expr<'i32'> => f64.le(x, 0);
const beyondOne = (x: Expr<'f64'>): Expr<'i32'> => f64.gt(f64.abs(x), 1);

const hostedFunctions: readonly HostFunction[] = [
  { name: 'exp', host: 'exp', checks: 'both' },
  { name: 'ln', host: 'ln', outside: notAboveZero, error: 'not_a_logarithm' },
  { name: 'log10', host: 'log10', outside: notAboveZero, error: 'not_a_logarithm' },
  { name: 'cbrt', host: 'cbrt' },
  { name: 'sin', host: 'sin', outside: isInfinite },
  { name: 'cos', host: 'cos', outside: isInfinite },
  { name: 'tan', host: 'tan', outside: isInfinite },
  { name: 'asin', host: 'asin', outside: beyondOne },
  { name: 'acos', host: 'acos', outside: beyondOne },
  { name: 'atan', host: 'atan' },
  { name: 'sinh', host: 'sinh' },
  { name: 'cosh', host: 'cosh' },
  { name: 'tanh', host: 'tanh' },
  { name: 'asinh', host: 'asinh' },
  { name: 'acosh', host: 'acosh', outside: (x) => f64.lt(x, 1) },
  { name: 'atanh', host: 'atanh', outside: beyondOne },
];

/** `log(x)` to base 10 and `log(base, x)`. */
const log: ScalarFunction = {
  name: 'log',
  overloads: [
    ...hosted({ name: 'log10', host: 'log10', outside: notAboveZero, error: 'not_a_logarithm' }).overloads,
    strict({
      params: ['double', 'double'],
      result: doubleType,
      fallible: true,
      lanes: (context, args) => {
        const { module, f } = context;
        const [base, x] = [f64Lane(arg(args, 0)), f64Lane(arg(args, 1))];
        f.if(i32.or(notAboveZero(base), notAboveZero(x)), () => context.fail('not_a_logarithm'));
        const top = f.let('f64', 'log_x', callHost(module, 'ln', x));
        const bottom = f.let('f64', 'log_base', callHost(module, 'ln', base));
        return [divideDouble(context, top, bottom)];
      },
    }),
  ],
};

const sqrt = unary('sqrt', (context, x) => {
  context.f.if(f64.lt(x, 0), () => context.fail('negative_square_root'));
  return f64.sqrt(x);
});

const radiansPerDegree = 0.017453292519943295;

const degrees = unary('degrees', (context, x) => divideDouble(context, x, f64.const(radiansPerDegree)));
const radians = unary('radians', (context, x) => multiplyDouble(context, x, f64.const(radiansPerDegree)));

const atan2: ScalarFunction = {
  name: 'atan2',
  overloads: [
    strict({
      params: ['double', 'double'],
      result: doubleType,
      lanes: ({ module }, args) => [callHost(module, 'atan2', f64Lane(arg(args, 0)), f64Lane(arg(args, 1)))],
    }),
  ],
};

const pi: ScalarFunction = {
  name: 'pi',
  overloads: [strict({ params: [], result: doubleType, lanes: () => [f64.const(Math.PI)] })],
};

function power(name: string, aliases: readonly string[]): ScalarFunction {
  return {
    name,
    aliases,
    overloads: [
      strict({
        params: ['double', 'double'],
        result: doubleType,
        fallible: true,
        lanes: (context, args) => [emitPower(context, f64Lane(arg(args, 0)), f64Lane(arg(args, 1)))],
      }),
    ],
  };
}

export const mathFunctions: readonly ScalarFunction[] = [
  ...hostedFunctions.map(hosted),
  log,
  sqrt,
  degrees,
  radians,
  atan2,
  pi,
  power('power', ['pow']),
  power('power_operator', []),
];
