/**
 * Accumulators at work: their states inside entries (and, when merging, inside partial rows), and what one
 * incoming row does to an entry.
 */
import { assert } from '../../base/assert.ts';
import type { RowField } from '../../columns/row-layout.ts';
import { isLongView } from '../../routines/views.ts';
import type { FunctionBuilder } from '../../wasm/function-builder.ts';
import { i32, i64 } from '../../wasm/instructions.ts';
import type { Expr } from '../../wasm/types.ts';
import { basedView, type KernelValue, loadLanes, storeLanes } from '../page/row-access.ts';
import { addDistinct, presentValue } from './distinct-set.ts';
import { replaceString } from './entry-store.ts';
import type { KeyedRow } from './group-key.ts';
import type { Accumulator, AccumulatorState } from './group-table-spec.ts';
import type { TableContext } from './table-context.ts';

/** The state of accumulator `index` in an entry. */
export function entryState(
  table: TableContext,
  f: FunctionBuilder,
  index: number,
  entry: Expr<'i32'>,
): AccumulatorState {
  return {
    module: table.module,
    f,
    load(name) {
      const { storage, offset } = stateField(table, index, name);
      return loadLanes(f, storage, entry, offset);
    },
    store(name, lanes) {
      const { storage, offset } = stateField(table, index, name);
      if (storage === 'view') storeOwnedView(table, f, i32.add(entry, offset), lanes);
      else storeLanes(f, storage, { address: entry, offsetBytes: offset }, lanes);
    },
  };
}

/** The state of accumulator `index` in a partial row of a page; only to be read. */
function pageState(
  table: TableContext,
  f: FunctionBuilder,
  index: number,
  keyed: KeyedRow,
): AccumulatorState {
  return {
    module: table.module,
    f,
    load(name) {
      const { storage, offset } = stateField(table, index, name);
      const lanes = loadLanes(f, storage, keyed.row, offset);
      return storage === 'view' ? basedView(f, lanes, keyed.page) : lanes;
    },
    store: () => assert(false, 'a state that is merged from is not written'),
  };
}

function stateField(table: TableContext, index: number, name: string): RowField {
  const fields = table.spec.accumulators[index]!.stateFields;
  const at = fields.findIndex((field) => field.name === name);
  assert(at >= 0, `accumulator ${index} has a state field ${name}`);
  return table.partials.fields[table.stateStarts[index]! + at]!;
}

function storeOwnedView(
  table: TableContext,
  f: FunctionBuilder,
  place: Expr<'i32'>,
  lanes: readonly Expr[],
): void {
  const [w0, w1] = lanes as [Expr<'i64'>, Expr<'i64'>];
  const eitherLong = i32.or(isLongView(w0), isLongView(i64.load(place)));
  f.if(
    eitherLong,
    () => f.call(replaceString(table), place, w0, w1),
    () => f.do(i64.store(place, w0), i64.store(place, w1, 8)),
  );
}

/** Emits: take a row into the entry of its group. `field`: emits the load of one of the row's fields. */
export function updateEntry(
  table: TableContext,
  f: FunctionBuilder,
  field: (index: number) => KernelValue,
  entry: Expr<'i32'>,
): void {
  const values = new Map<number, KernelValue>();
  for (const accumulator of table.spec.accumulators) {
    // Loaded before any branch, so that each field is loaded once.
    for (const index of inputsOf(accumulator)) {
      if (values.has(index)) continue;
      values.set(index, field(index));
    }
  }
  table.spec.accumulators.forEach((accumulator, i) => {
    if (accumulator.distinct) return;
    const args = accumulator.args.map((index) => values.get(index)!);
    const position =
      accumulator.position === undefined ? undefined : values.get(accumulator.position)!.lanes[0];
    whereItCounts(f, accumulator, values, () => {
      const seen = accumulator.seesNulls ? args : args.map((arg) => ({ ...arg, isNull: undefined }));
      accumulator.update(entryState(table, f, i, entry), seen, position as Expr<'i64'> | undefined);
    });
  });
  for (const set of table.distinctSets) {
    const members = set.accumulators.map((i) => table.spec.accumulators[i]!);
    whereItCounts(f, members[0]!, values, () => {
      const args = members[0]!.args.map((index) => presentValue(f, values.get(index)!));
      f.if(addDistinct(f, set, entry, args), () => {
        for (const i of set.accumulators) {
          table.spec.accumulators[i]!.update(entryState(table, f, i, entry), args, undefined);
        }
      });
    });
  }
}

function inputsOf(accumulator: Accumulator): readonly number[] {
  const { args, filter, position } = accumulator;
  return [...args, filter, position].filter((index) => index !== undefined);
}

/** Emits the body for rows that count for the accumulator. */
function whereItCounts(
  f: FunctionBuilder,
  accumulator: Accumulator,
  values: ReadonlyMap<number, KernelValue>,
  body: () => void,
): void {
  const conditions: Expr<'i32'>[] = [];
  // A filter that is NULL has a lane of 0, as one that is false.
  if (accumulator.filter !== undefined) {
    conditions.push(values.get(accumulator.filter)!.lanes[0] as Expr<'i32'>);
  }
  if (!accumulator.seesNulls) {
    for (const index of accumulator.args) {
      const { isNull } = values.get(index)!;
      if (isNull) conditions.push(i32.eqz(isNull));
    }
  }
  const [first, ...rest] = conditions;
  if (first === undefined) return body();
  f.if(
    rest.reduce((all, one) => i32.and(all, one), first),
    body,
  );
}

/** Emits: merge a partial row into the entry of its group. */
export function mergeEntry(
  table: TableContext,
  f: FunctionBuilder,
  keyed: KeyedRow,
  entry: Expr<'i32'>,
): void {
  table.spec.accumulators.forEach((accumulator, i) => {
    accumulator.merge(entryState(table, f, i, entry), pageState(table, f, i, keyed));
  });
}
