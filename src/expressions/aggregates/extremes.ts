/**
 * MIN and MAX. State: the value so far and whether there is one. Ties cannot change the result: −0 is below 0
 * here, and of intervals of equal length the one with fewer months, then fewer days, is the lower.
 */
import { type SqlType, storageOf } from '../../columns/sql-type.ts';
import { lessThan128 } from '../../routines/integer128.ts';
import { compareViews } from '../../routines/views.ts';
import type { FunctionBuilder } from '../../wasm/function-builder.ts';
import { call, f64, i32, i64, select } from '../../wasm/instructions.ts';
import type { Expr, Label } from '../../wasm/types.ts';
import type { AggregateFunction, AggregateOverload, StateAccess } from '../aggregate-function.ts';
import { compareIntervals } from '../interval/compare.ts';
import { aggregate, argument, loadField, loadI32, typeOfArgument } from './define.ts';

type Direction = 'min' | 'max';
type Lanes = readonly Expr[];

const kinds = [
  'int',
  'bigint',
  'decimal',
  'double',
  'varchar',
  'date',
  'timestamp',
  'timestamptz',
  'interval',
] as const;

function extreme(direction: Direction): AggregateFunction {
  return {
    name: direction,
    overloads: kinds.map(
      (kind): AggregateOverload =>
        aggregate({
          params: [kind],
          result: typeOfArgument,
          countsDuplicates: false,
          state: (args) => [
            { name: direction, storage: storageOf(typeOfArgument(args)) },
            { name: 'seen', storage: 'i8' },
          ],
          update: (state, args) => offer(state, direction, argument(args).type, argument(args).lanes),
          merge: (into, from, args) => {
            const { f } = into;
            f.if(loadI32(from, 'seen'), () => {
              offer(into, direction, typeOfArgument(args), loadField(from, direction));
            });
          },
          finish: (state, type) => {
            const isEmpty = state.f.let('i32', 'is_empty', i32.eqz(loadI32(state, 'seen')));
            return { type, lanes: loadField(state, direction), isNull: isEmpty };
          },
        }),
    ),
  };
}

/** Emits: takes the value where it is the first or further out. */
function offer(state: StateAccess, direction: Direction, type: SqlType, lanes: Lanes): void {
  const { f } = state;
  f.block('kept', (kept) => {
    f.if(
      loadI32(state, 'seen'),
      () => {
        const best = loadField(state, direction);
        const [a, b] = direction === 'min' ? [lanes, best] : [best, lanes];
        if (type.kind === 'double') leaveUsual(f, a as DoubleLanes, b as DoubleLanes, kept);
        f.branchIf(kept, i32.eqz(isBelow(state, type, a, b)));
      },
      () => state.store('seen', [i32.const(1)]),
    );
    state.store(direction, lanes);
  });
}

type DoubleLanes = readonly [Expr<'f64'>, ...Expr[]];

/** Emits: goes to `kept` where `a` is above `b` or the same, which takes two comparisons to see. */
function leaveUsual(f: FunctionBuilder, [a]: DoubleLanes, [b]: DoubleLanes, kept: Label): void {
  f.branchIf(kept, f64.gt(a, b));
  f.branchIf(kept, i64.eq(i64.reinterpret_f64(a), i64.reinterpret_f64(b)));
}

function isBelow(state: StateAccess, type: SqlType, a: Lanes, b: Lanes): Expr<'i32'> {
  const [a0, a1] = a as readonly Expr<'i64'>[];
  const [b0, b1] = b as readonly Expr<'i64'>[];
  switch (storageOf(type)) {
    case 'i32':
      return i32.lt_s(a[0] as Expr<'i32'>, b[0] as Expr<'i32'>);
    case 'f64':
      return isDoubleBelow(a[0] as Expr<'f64'>, b[0] as Expr<'f64'>);
    case 'view':
      return i32.lt_s(call(compareViews(state.module), ...a, ...b) as Expr<'i32'>, 0);
    default:
      break;
  }
  if (!a0 || !b0) throw new Error('assertion failed: a value has a lane');
  if (!a1 || !b1) return i64.lt_s(a0, b0);
  if (type.kind !== 'interval') return lessThan128({ lo: a0, hi: a1 }, { lo: b0, hi: b1 });
  const order = state.f.let('i32', 'order', call(compareIntervals(state.module), ...a, ...b) as Expr<'i32'>);
  return select('i32', order, i32.lt_s(order, 0), isShorterWritten(a1, b1));
}

/** Of equally long intervals: by months, then by days; the microseconds then follow. */
function isShorterWritten(a: Expr<'i64'>, b: Expr<'i64'>): Expr<'i32'> {
  const monthsFirst = (x: Expr<'i64'>): Expr<'i64'> =>
    i64.or(i64.shl(x, 32n), i64.shr_u(i64.xor(x, 1n << 63n), 32n));
  return i64.lt_s(monthsFirst(a), monthsFirst(b));
}

/** In the order −∞ ... −0, 0 ... ∞, NaN. */
function isDoubleBelow(a: Expr<'f64'>, b: Expr<'f64'>): Expr<'i32'> {
  const zerosApart = i32.and(f64.eq(a, b), i64.lt_s(i64.reinterpret_f64(a), i64.reinterpret_f64(b)));
  const belowNaN = i32.and(f64.eq(a, a), f64.ne(b, b));
  return i32.or(i32.or(f64.lt(a, b), belowNaN), i32.and(f64.eq(a, 0), zerosApart));
}

export const extremeAggregates: readonly AggregateFunction[] = [extreme('min'), extreme('max')];
