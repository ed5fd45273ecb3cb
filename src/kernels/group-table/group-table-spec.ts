/**
 * What a group table is built from: the rows it takes, the keys at their front, and accumulators as plain
 * emitters, so that this folder knows no SQL function. A state access has the shape that aggregate functions
 * expect.
 */
import type { BatchLayout } from '../../columns/batch-layout.ts';
import type { Column, Schema } from '../../columns/schema.ts';
import {
  bigintType,
  booleanType,
  decimalType,
  doubleType,
  intervalType,
  intType,
  type SqlType,
  type Storage,
  varcharType,
} from '../../columns/sql-type.ts';
import type { FunctionBuilder } from '../../wasm/function-builder.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr } from '../../wasm/types.ts';
import type { KernelValue } from '../page/row-access.ts';

/** A field of an accumulator's state. A `view` field owns its long string's bytes. */
export interface AccumulatorField {
  readonly name: string;
  readonly storage: Storage;
}

/** One group's state of one accumulator while a kernel runs. */
export interface AccumulatorState {
  readonly module: ModuleBuilder;
  readonly f: FunctionBuilder;
  /** Emits a load; the lanes are named, so they keep their value after a store. */
  load(field: string): readonly Expr[];
  /** Emits a store; a long string is copied into the table, and the one it replaces is freed. */
  store(field: string, lanes: readonly Expr[]): void;
}

export interface Accumulator {
  /** The fields of a row that `update` gets, in this order. */
  readonly args: readonly number[];
  /** A BOOLEAN field; rows where it is not true are passed over. */
  readonly filter: number | undefined;
  /** A BIGINT field with the row's position. */
  readonly position: number | undefined;
  /**
   * Whether `update` gets each combination of arguments once in a group. Such a state cannot be merged: the
   * table takes rows only.
   */
  readonly distinct: boolean;
  /** Where false, rows with a NULL argument are passed over and `update` sees values that are never NULL. */
  readonly seesNulls: boolean;
  /** A fresh state is all zero bytes. */
  readonly stateFields: readonly AccumulatorField[];
  readonly update: (
    state: AccumulatorState,
    args: readonly KernelValue[],
    position: Expr<'i64'> | undefined,
  ) => void;
  readonly merge: (into: AccumulatorState, from: AccumulatorState) => void;
  readonly finish: (state: AccumulatorState) => KernelValue;
}

export interface GroupTableSpec {
  /** What the names of the exports begin with; unique in the module. */
  readonly prefix: string;
  /** The rows that `update` takes. */
  readonly rows: Schema;
  /** The first so many columns of the rows are the key; 0: all rows are one group. */
  readonly keyCount: number;
  readonly accumulators: readonly Accumulator[];
  /** Which pages come in: rows of `rows`, partial rows (see `partialSchemaOf`), or both. */
  readonly inputs: readonly ('rows' | 'partials')[];
  /** Without a key: whether the one group is there even if no row comes. */
  readonly emptyGroup: boolean;
  /** Where `emit` writes: keys, then each accumulator's result, or then each field of its state. */
  readonly emit: { readonly batch: BatchLayout; readonly values: 'results' | 'states' } | undefined;
  /** Where `drain` appends partial rows. */
  readonly drain: { readonly pageTable: number; readonly routeTable: number | undefined } | undefined;
  readonly sizes?: Partial<GroupTableSizes>;
}

/** The sizes that decide when the table changes its ways; the defaults are measured (bench/group-table). */
export interface GroupTableSizes {
  /** Slots of a fresh sub-table; a power of two. */
  readonly slotsMin: number;
  /** Slots at which a full sub-table splits instead of doubling; a power of two. */
  readonly slotsMax: number;
  /** From so many groups on, rows are looked up in phases. */
  readonly phasedGroupsMin: number;
  readonly entryBlockBytes: number;
}

export const groupTableSizes: GroupTableSizes = {
  slotsMin: 1024,
  slotsMax: 16_384,
  phasedGroupsMin: 512,
  entryBlockBytes: 65_536,
};

/** The columns of partial rows: the keys, then every field of every accumulator's state. */
export function partialSchemaOf(spec: Pick<GroupTableSpec, 'rows' | 'keyCount' | 'accumulators'>): Schema {
  const states = spec.accumulators.flatMap((accumulator, i) =>
    accumulator.stateFields.map((field): Column => {
      return { name: `${i}.${field.name}`, type: typeOfStorage[field.storage], nullable: false };
    }),
  );
  return [...spec.rows.slice(0, spec.keyCount), ...states];
}

/** A type that is kept in the storage; what the state means is its accumulator's business. */
const typeOfStorage: Readonly<Record<Storage, SqlType>> = {
  i8: booleanType,
  i32: intType,
  i64: bigintType,
  f64: doubleType,
  i128: decimalType(38, 0),
  view: varcharType,
  interval: intervalType,
};
