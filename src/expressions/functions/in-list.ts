/**
 * `x IN (...)` over many constants: a sorted table in static data and a binary search. NULL when x is NULL,
 * or when it is not found and the list has a NULL.
 */
import { encodeUtf8 } from '../../base/bytes.ts';
import { booleanType, type SqlTypeKind } from '../../columns/sql-type.ts';
import { normalisedLanes } from '../../routines/hash/key-hash.ts';
import { compareViews, isLongView } from '../../routines/views.ts';
import { call, i32, i64, select } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import type { EmitContext, Value } from '../emit-context.ts';
import type { ScalarFunction } from '../scalar-function.ts';
import { constantText } from '../strings/constant-text.ts';
import { booleanValue, i64Lane, isConstantNull } from '../value.ts';
import { arg } from './overload.ts';

/** The types whose constants can be put into a table, where equal values have equal words. */
export const lookupKinds: readonly SqlTypeKind[] = [
  'int',
  'bigint',
  'decimal',
  'double',
  'date',
  'timestamp',
  'timestamptz',
  'varchar',
];

export const inListOperator: readonly ScalarFunction[] = [
  {
    name: 'in_list',
    internal: true,
    overloads: lookupKinds.map((kind) => ({
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
  const lookup = subject.type.kind === 'varchar' ? findString : findNumber;
  const found = f.let('i32', 'found', lookup(context, subject, present));
  if (subject.isNull) f.set(found, i32.and(found, i32.eqz(subject.isNull)));
  if (present.length < items.length) return booleanValue(found, i32.eqz(found));
  return booleanValue(found, subject.isNull);
}

function findNumber({ module, f }: EmitContext, subject: Value, items: readonly Value[]): Expr<'i32'> {
  const [first, second = i64.const(0n)] = normalisedLanes(f, subject).map(wordOf);
  const pairs = items.map(({ lanes }): Pair => [constantWord(lanes[0]), constantWord(lanes[1])]);
  return call(findPair(module), first!, second, ...placePairs(module, pairs)) as Expr<'i32'>;
}

function wordOf(lane: Expr): Expr<'i64'> {
  if (lane.type === 'f64') return i64.reinterpret_f64(lane as Expr<'f64'>);
  return lane.type === 'i32' ? i64.extend_i32_s(lane as Expr<'i32'>) : (lane as Expr<'i64'>);
}

/** What `wordOf` gives for a constant; 0 for the second word of what has one. */
function constantWord(lane: Expr | undefined): bigint {
  if (lane === undefined) return 0n;
  if (lane.kind !== 'const') throw new Error('assertion failed: a looked-up list holds constants');
  const { type, value } = lane;
  if (type !== 'f64')
    return BigInt.asUintN(64, BigInt.asIntN(type === 'i32' ? 32 : 64, BigInt(value as number | bigint)));
  return new BigUint64Array(Float64Array.of(value === 0 ? 0 : Number(value)).buffer)[0] ?? 0n;
}

/** Short strings are looked up by their words, long ones by their bytes. */
function findString({ module, f }: EmitContext, subject: Value, items: readonly Value[]): Expr<'i32'> {
  const views = items.map(({ lanes }): Pair => [constantWord(lanes[0]), constantWord(lanes[1])]);
  const isLong = (w0: bigint): boolean => (w0 & 0xffn) === 0xffn;
  const short = views.filter(([w0]) => !isLong(w0));
  const table = placePairs(module, short);
  const found = f.let('i32', 'found', call(findPair(module), ...subject.lanes, ...table) as Expr<'i32'>);
  const long = items.filter(({ lanes: [w0] }) => isLong(constantWord(w0)));
  if (long.length > 0) {
    const longTable = placeLongViews(module, long);
    f.if(isLongView(i64Lane(subject)), () => {
      f.set(found, call(findView(module), ...subject.lanes, ...longTable) as Expr<'i32'>);
    });
  }
  return found;
}

/** Static data of the views in the order of their bytes; its address and count. */
function placeLongViews(module: ModuleBuilder, items: readonly Value[]): [number, number] {
  const texts = new Map(items.map(({ lanes }) => [constantText(module, lanes) ?? '', lanes] as const));
  const ordered = [...texts].map(([text, lanes]) => ({ bytes: encodeUtf8(text), lanes }));
  ordered.sort((a, b) => compareBytes(a.bytes, b.bytes));
  const words = ordered.flatMap(({ lanes }) => [constantWord(lanes[0]), constantWord(lanes[1])]);
  return [module.data(new Uint8Array(BigUint64Array.from(words).buffer)), ordered.length];
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const end = Math.min(a.length, b.length);
  for (let i = 0; i < end; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
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

const searchParams = { w0: 'i64', w1: 'i64', table: 'i32', count: 'i32' } as const;
type Words = readonly [Expr<'i64'>, Expr<'i64'>];

/** `find_pair(w0, w1, table, count) -> 1 or 0` in a table sorted by unsigned words. */
function findPair(module: ModuleBuilder): FunctionSlot {
  return module.routine('find_pair', (_, name) =>
    search(module, name, ([a0, a1], [b0, b1]) => {
      const isAbove = i32.or(i64.gt_u(a0, b0), i32.and(i64.eq(a0, b0), i64.gt_u(a1, b1)));
      const isSame = i32.and(i64.eq(a0, b0), i64.eq(a1, b1));
      return select('i32', isSame, 0, select('i32', isAbove, 1, -1));
    }),
  );
}

/** `find_view(w0, w1, table, count) -> 1 or 0` in a table of views sorted by their bytes. */
function findView(module: ModuleBuilder): FunctionSlot {
  const compare = compareViews(module);
  return module.routine('find_view', (_, name) =>
    search(module, name, (a, b) => call(compare, ...a, ...b) as Expr<'i32'>),
  );
}

/** A binary search; `orderOf` emits below, at or above 0. */
function search(
  module: ModuleBuilder,
  name: string,
  orderOf: (wanted: Words, found: Words) => Expr<'i32'>,
): FunctionSlot {
  return module.function(name, searchParams, 'i32', (f, { w0, w1, table, count }) => {
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
        const order = f.let('i32', 'order', orderOf([w0, w1], [i64.load(middle), i64.load(middle, 8)]));
        f.if(i32.eqz(order), () => f.return(i32.const(1)));
        f.if(
          i32.gt_s(order, 0),
          () => {
            f.set(low, i32.add(middle, 16));
            f.set(size, i32.sub(i32.sub(size, half), 1));
          },
          () => f.set(size, half),
        );
      },
    );
    f.return(i32.const(0));
  });
}
