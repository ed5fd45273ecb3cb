/**
 * The order of rows: by the keys; where they are equal, by the other columns, ascending with NULLs last; and
 * where all values are equal as keys, by the bytes that still differ (-0 before 0, equal intervals by their
 * parts). What remains equal is the same row, so the order is total. Values are turned into words that
 * compare as unsigned numbers.
 */
import type { RowField } from '../../columns/row-layout.ts';
import type { Storage } from '../../columns/sql-type.ts';
import { compareViews, viewPrefix } from '../../routines/views.ts';
import type { FunctionBuilder, Local } from '../../wasm/function-builder.ts';
import { call, f64, i32, i64, select } from '../../wasm/instructions.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import { loadField } from '../page/row-access.ts';
import { itemRowOffset, type OrderContext } from './sort-spec.ts';

const signBit = 1n << 63n;
const dayMicros = 86_400_000_000n;

/** Emits: the words of a value as a sort key; equal exactly where SQL says that the values are. */
function keyWords(f: FunctionBuilder, storage: Storage, lanes: readonly Expr[]): readonly Expr<'i64'>[] {
  if (storage === 'f64') return [doubleWord(f, f64.add(lanes[0] as Expr<'f64'>, 0))];
  if (storage === 'interval') return intervalWords(f, lanes as readonly Expr<'i64'>[]);
  return exactWords(f, storage, lanes);
}

/** Emits: the words of a value that order it and differ where any of its bits do. */
function exactWords(f: FunctionBuilder, storage: Storage, lanes: readonly Expr[]): readonly Expr<'i64'>[] {
  const [first, second] = lanes as readonly Expr<'i64'>[];
  if (storage === 'i8') return [i64.extend_i32_u(lanes[0] as Expr<'i32'>)];
  if (storage === 'i32') return [i64.xor(i64.extend_i32_s(lanes[0] as Expr<'i32'>), signBit)];
  if (storage === 'f64') return [doubleWord(f, lanes[0] as Expr<'f64'>)];
  if (storage === 'i64') return [i64.xor(first!, signBit)];
  if (storage === 'i128') return [i64.xor(second!, signBit), first!];
  return [i64.xor(first!, signBit), second!];
}

/** Negative doubles order by their bits backwards, the others forwards and above; every NaN is above all. */
function doubleWord(f: FunctionBuilder, value: Expr<'f64'>): Expr<'i64'> {
  const x = f.let('f64', 'x', value);
  const bits = f.let('i64', 'bits', i64.reinterpret_f64(x));
  const flip = i64.or(i64.shr_s(bits, 63), signBit);
  return select('i64', f64.ne(x, x), -1n, i64.xor(bits, flip));
}

/**
 * An interval compares as its span, a month being 30 days and a day 24 hours: whole days, then the rest of a
 * day.
 */
function intervalWords(f: FunctionBuilder, [micros, parts]: readonly Expr<'i64'>[]): readonly Expr<'i64'>[] {
  const days = f.let('i64', 'days', i64.div_s(micros!, dayMicros));
  const rest = f.let('i64', 'rest', i64.sub(micros!, i64.mul(days, dayMicros)));
  f.if(i64.lt_s(rest, 0n), () => {
    f.set(rest, i64.add(rest, dayMicros));
    f.set(days, i64.sub(days, 1n));
  });
  const months = i64.extend32_s(parts!);
  const wholeDays = i64.add(i64.add(days, i64.mul(months, 30n)), i64.shr_s(parts!, 32));
  return [i64.xor(wholeDays, signBit), rest];
}

/**
 * Emits: the first key of a row as one number: below another's only if the row comes first. Equal numbers
 * decide nothing. Without a base the row's long views are absolute.
 */
export function emitPrefix(
  sort: OrderContext,
  f: FunctionBuilder,
  row: Expr<'i32'>,
  viewBase?: Expr<'i32'>,
): Expr<'i64'> {
  const [key] = sort.spec.keys;
  if (key === undefined) return i64.const(0n);
  const field = sort.rows.fields[key.index]!;
  const { lanes, isNull } = loadField(f, field, row, viewBase);
  const [w0, w1] = lanes as readonly Expr<'i64'>[];
  const word = field.storage === 'view' ? viewPrefix(f, w0!, w1!) : keyWords(f, field.storage, lanes)[0]!;
  const directed = key.descending ? i64.xor(word, -1n) : word;
  return isNull ? select('i64', isNull, key.nullsFirst ? 0n : -1n, directed) : directed;
}

/** `..._compare_rows(a, b)` -> below 0, 0 or above 0; long views in the rows are absolute. */
export function compareRows(sort: OrderContext): FunctionSlot {
  return sort.once('compare_rows', (name) =>
    sort.module.function(name, { a: 'i32', b: 'i32' }, 'i32', (f, { a, b }) => {
      const { spec, rows } = sort;
      const rowPair = { a, b };
      const isKey = new Set(spec.keys.map((key) => key.index));
      for (const key of spec.keys) compareField(sort, f, rowPair, { field: rows.fields[key.index]!, ...key });
      const ascending = { descending: false, nullsFirst: false };
      const exactly = (field: RowField) =>
        compareField(sort, f, rowPair, { field, ...ascending, exact: true });
      rows.fields.forEach((field, index) => {
        if (!isKey.has(index)) exactly(field);
      });
      rows.fields.forEach((field, index) => {
        if (isKey.has(index) && (field.storage === 'f64' || field.storage === 'interval')) exactly(field);
      });
      f.return(i32.const(0));
    }),
  );
}

/** Emits: whether an item comes strictly before the one at `other`. */
export function comesBefore(
  sort: OrderContext,
  f: FunctionBuilder,
  item: { readonly prefix: Expr<'i64'>; readonly row: Expr<'i32'> },
  other: Expr<'i32'>,
): Local<'i32'> {
  const otherPrefix = f.let('i64', 'other_prefix', i64.load(other));
  const before = f.let('i32', 'comes_before', i64.lt_u(item.prefix, otherPrefix));
  f.if(i64.eq(item.prefix, otherPrefix), () => {
    const order = call(compareRows(sort), item.row, i32.load(other, itemRowOffset)) as Expr<'i32'>;
    f.set(before, i32.lt_s(order, 0));
  });
  return before;
}

interface Comparison {
  readonly field: RowField;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
  readonly exact?: boolean;
}

/** Emits: return the order of the two rows if this field decides it. */
function compareField(
  sort: OrderContext,
  f: FunctionBuilder,
  rows: { readonly a: Expr<'i32'>; readonly b: Expr<'i32'> },
  comparison: Comparison,
): void {
  const { field, nullsFirst } = comparison;
  const [a, b] = [loadField(f, field, rows.a), loadField(f, field, rows.b)];
  const compareValues = () => compareLanes(sort, f, { a: a.lanes, b: b.lanes }, comparison);
  if (!a.isNull || !b.isNull) {
    compareValues();
    return;
  }
  const difference = f.let('i32', 'null_order', i32.sub(a.isNull, b.isNull));
  f.if(difference, () => f.return(nullsFirst ? i32.sub(0, difference) : difference));
  // Two NULLs have equal lanes, but a string's or a double's comparison need not be made at all.
  f.if(i32.eqz(a.isNull), compareValues);
}

function compareLanes(
  sort: OrderContext,
  f: FunctionBuilder,
  lanes: { readonly a: readonly Expr[]; readonly b: readonly Expr[] },
  { field, descending, exact }: Comparison,
): void {
  const [less, greater] = descending ? [1, -1] : [-1, 1];
  if (field.storage === 'view') {
    const order = call(compareViews(sort.module), ...lanes.a, ...lanes.b) as Expr<'i32'>;
    const order32 = f.let('i32', 'order', order);
    f.if(order32, () => f.return(select('i32', i32.lt_s(order32, 0), less, greater)));
    return;
  }
  const wordsOf = exact ? exactWords : keyWords;
  const [a, b] = [wordsOf(f, field.storage, lanes.a), wordsOf(f, field.storage, lanes.b)];
  a.forEach((word, i) => {
    const [x, y] = [f.let('i64', 'word', word), f.let('i64', 'word', b[i]!)];
    f.if(i64.ne(x, y), () => f.return(select('i32', i64.lt_u(x, y), less, greater)));
  });
}
