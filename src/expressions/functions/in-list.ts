/**
 * `x IN (...)` over many constants: a sorted table in static data and a binary search. NULL when x is NULL,
 * or when it is not found and the list has a NULL.
 */
import { booleanType, type SqlTypeKind } from '../../columns/sql-type.ts';
import { equalViews, isLongView } from '../../routines/views.ts';
import { call, i32, i64 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import type { EmitContext, Value } from '../emit-context.ts';
import type { ScalarFunction } from '../scalar-function.ts';
import { booleanValue, i64Lane, isConstantNull } from '../value.ts';
import { arg } from './overload.ts';

const kinds: readonly SqlTypeKind[] = ['int', 'bigint', 'date', 'timestamp', 'timestamptz', 'varchar'];

export const inListOperator: readonly ScalarFunction[] = [
  {
    name: 'in_list',
    overloads: kinds.map((kind) => ({
      params: [kind, kind],
      variadic: true,
      resultType: () => booleanType,
      nulls: 'custom',
      fallible: false,
      mayReturnNull: true,
      emit: (context, args) => emitInList(context, arg(args, 0), args.slice(1)),
    })),
  },
];

function emitInList(context: EmitContext, subject: Value, items: readonly Value[]): Value {
  const { f } = context;
  const present = items.filter((item) => !isConstantNull(item));
  const lookup = subject.type.kind === 'varchar' ? findString : findInteger;
  const found = f.let('i32', 'found', lookup(context, subject, present));
  if (subject.isNull) f.set(found, i32.and(found, i32.eqz(subject.isNull)));
  if (present.length < items.length) return booleanValue(found, i32.eqz(found));
  return booleanValue(found, subject.isNull);
}

function constantWord({ lanes }: Value, index = 0): bigint {
  const lane = lanes[index];
  if (lane?.kind !== 'const') throw new Error('assertion failed: a looked-up list holds constants');
  return BigInt.asUintN(64, BigInt(lane.value as number | bigint));
}

function findInteger({ module }: EmitContext, subject: Value, items: readonly Value[]): Expr<'i32'> {
  const [lane] = subject.lanes;
  const value = lane?.type === 'i32' ? i64.extend_i32_s(lane as Expr<'i32'>) : i64Lane(subject);
  const pairs = items.map((item) => [BigInt.asUintN(64, signExtended(item)), 0n] as const);
  return call(findPair(module), value, 0n, ...placePairs(module, pairs)) as Expr<'i32'>;
}

function signExtended(item: Value): bigint {
  const bits = item.lanes[0]?.type === 'i32' ? 32 : 64;
  return BigInt.asIntN(bits, constantWord(item));
}

/**
 * Short strings are looked up by their words; the few long ones are compared one by one, with long subjects
 * only.
 */
function findString({ module, f }: EmitContext, subject: Value, items: readonly Value[]): Expr<'i32'> {
  const isLong = (item: Value): boolean => (constantWord(item) & 0xffn) === 0xffn;
  const pairs = items
    .filter((item) => !isLong(item))
    .map((item) => [constantWord(item), constantWord(item, 1)] as const);
  const found = f.local('i32', 'found');
  const table = placePairs(module, pairs);
  f.set(found, call(findPair(module), ...subject.lanes, ...table) as Expr<'i32'>);
  const long = items.filter(isLong);
  if (long.length > 0) {
    f.if(isLongView(i64Lane(subject)), () => {
      for (const item of long) {
        f.set(found, i32.or(found, call(equalViews(module), ...subject.lanes, ...item.lanes) as Expr<'i32'>));
      }
    });
  }
  return found;
}

type Pair = readonly [bigint, bigint];

/** Static data of the distinct pairs in ascending order; its address and count. */
function placePairs(module: ModuleBuilder, pairs: readonly Pair[]): [number, number] {
  const sorted = [...pairs].sort(([a0, a1], [b0, b1]) => compareWords(a0, b0) || compareWords(a1, b1));
  const words = BigUint64Array.from(sorted.flat());
  return [module.data(new Uint8Array(words.buffer)), pairs.length];
}

function compareWords(a: bigint, b: bigint): number {
  return a < b ? -1 : Number(a > b);
}

/** `find_pair(w0, w1, table, count) -> 1 or 0` in a table sorted by unsigned words. */
function findPair(module: ModuleBuilder): FunctionSlot {
  const params = { w0: 'i64', w1: 'i64', table: 'i32', count: 'i32' } as const;
  return module.routine('find_pair', () =>
    module.function('find_pair', params, 'i32', (f, { w0, w1, table, count }) => {
      const low = f.let('i32', 'low', table);
      const size = f.let('i32', 'size', count);
      const half = f.local('i32', 'half');
      const middle = f.local('i32', 'middle');
      f.while(
        'halve',
        () => size,
        () => {
          f.set(half, i32.shr_u(size, 1));
          f.set(middle, i32.add(low, i32.shl(half, 4)));
          const [m0, m1] = [i64.load(middle), i64.load(middle, 8)];
          f.if(i32.and(i64.eq(m0, w0), i64.eq(m1, w1)), () => f.return(i32.const(1)));
          const isAbove = i32.or(i64.gt_u(w0, m0), i32.and(i64.eq(w0, m0), i64.gt_u(w1, m1)));
          f.if(
            isAbove,
            () => {
              f.set(low, i32.add(middle, 16));
              f.set(size, i32.sub(i32.sub(size, half), 1));
            },
            () => f.set(size, half),
          );
        },
      );
      f.return(i32.const(0));
    }),
  );
}
