/**
 * What a declared column asks of its values beyond their type, as calls that the planner writes: a value goes
 * through as it is, cut or rounded, or is refused. Their second argument is a constant.
 *
 *   limit_length('ab  ', 3) → 'ab '   limit_length('abcd', 3) → value too long for type character varying(3)
 */
import {
  intervalType,
  intType,
  type SqlTypeKind,
  timestampType,
  timestamptzType,
  varcharType,
} from '../../columns/sql-type.ts';
import { advanceCodePoints } from '../../routines/string/code-points.ts';
import { call, i32, i64, select } from '../../wasm/instructions.ts';
import type { Expr } from '../../wasm/types.ts';
import { valueKinds } from '../binding/type-rules.ts';
import type { EmitContext, Value } from '../emit-context.ts';
import { checkTimestamp } from '../interval/range.ts';
import type { ScalarFunction, ScalarOverload } from '../scalar-function.ts';
import { constantText } from '../strings/constant-text.ts';
import { i32Lane, i64Lane } from '../value.ts';
import { arg, strict } from './overload.ts';
import { textOf, viewBetween } from './string/text.ts';

/** What is behind so many characters may only be blanks, which are cut. */
function emitLimitLength(context: EmitContext, args: readonly Value[]): readonly Expr[] {
  const { module, f } = context;
  const { start, end } = textOf(context, arg(args, 0), 'subject');
  const length = constantInt(arg(args, 1));
  const cut = call(advanceCodePoints(module), start, end, i32.const(length)) as Expr<'i32'>;
  const keptEnd = f.let('i32', 'kept_end', cut);
  const at = f.let('i32', 'at', keptEnd);
  f.while(
    'each_blank',
    () => i32.lt_u(at, end),
    () => {
      f.if(i32.ne(i32.load8_u(at), blank), () => context.fail('value_too_long', String(length)));
      f.set(at, i32.add(at, 1));
    },
  );
  return viewBetween(context, start, keptEnd);
}

const blank = ' '.charCodeAt(0);

const limitLength: ScalarFunction = {
  name: 'limit_length',
  overloads: [
    strict({ params: ['varchar', 'int'], result: varcharType, fallible: true, lanes: emitLimitLength }),
  ],
};

const smallintMin = -32_768;
const smallintCount = 65_536;

const limitSmallint: ScalarFunction = {
  name: 'limit_smallint',
  overloads: [
    strict({
      params: ['int'],
      result: intType,
      fallible: true,
      lanes: (context, args) => {
        const value = i32Lane(arg(args, 0));
        const outside = i32.ge_u(i32.sub(value, smallintMin), smallintCount);
        context.f.if(outside, () => context.fail('smallint_out_of_range'));
        return [value];
      },
    }),
  ],
};

/** Where PostgreSQL counts from: halves are rounded away from it. */
const epoch2000Micros = 946_684_800_000_000n;

/** Emits: `micros` to so many digits of a second, halves away from zero. */
function rounded({ f }: EmitContext, micros: Expr<'i64'>, digits: number): Expr<'i64'> {
  const step = 10n ** BigInt(6 - digits);
  const given = f.let('i64', 'given', micros);
  const half = select('i64', i64.lt_s(given, 0n), -(step / 2n), step / 2n);
  return i64.mul(i64.div_s(i64.add(given, half), step), step);
}

function roundSeconds(kind: 'timestamp' | 'timestamptz'): ScalarOverload {
  return strict({
    params: [kind, 'int'],
    result: kind === 'timestamp' ? timestampType : timestamptzType,
    fallible: true,
    lanes: (context, args) => {
      const since2000 = i64.sub(i64Lane(arg(args, 0)), epoch2000Micros);
      const near = rounded(context, since2000, constantInt(arg(args, 1)));
      return [checkTimestamp(context, context.f.let('i64', 'rounded', i64.add(near, epoch2000Micros)))];
    },
  });
}

const roundInterval: ScalarOverload = strict({
  params: ['interval', 'int'],
  result: intervalType,
  lanes: (context, args) => {
    const interval = arg(args, 0);
    return [rounded(context, i64Lane(interval), constantInt(arg(args, 1))), i64Lane(interval, 1)];
  },
});

function notNull(kind: SqlTypeKind): ScalarOverload {
  return {
    params: [kind, 'varchar'],
    resultType: ([type]) => type ?? varcharType,
    nulls: 'custom',
    fallible: true,
    canFailWith: ([value]) => value?.nullable ?? true,
    emit: (context, args) => {
      const { module, f } = context;
      const value = arg(args, 0);
      const column = constantText(module, arg(args, 1).lanes);
      if (value.isNull) f.if(value.isNull, () => context.fail('null_in_column', column));
      return { ...value, isNull: undefined };
    },
  };
}

function constantInt({ lanes: [lane] }: Value): number {
  if (lane?.kind !== 'const') throw new Error('assertion failed: the planner gives a constant');
  return Number(lane.value);
}

const checks: readonly ScalarFunction[] = [
  limitLength,
  limitSmallint,
  {
    name: 'round_seconds',
    overloads: [roundSeconds('timestamp'), roundSeconds('timestamptz'), roundInterval],
  },
  { name: 'not_null', overloads: valueKinds.map(notNull) },
];

export const columnChecks: readonly ScalarFunction[] = checks.map((check) => ({ ...check, internal: true }));
