/**
 * What a sort is built from, and the module variables that hold its roots. Rows are kept as they are laid out
 * in pages, their long strings beside them in a region; what is sorted is an array of items.
 *
 *   item   u64 prefix @0: the first key as a number that orders as it does · u32 row address @8
 */
import type { BatchLayout } from '../../columns/batch-layout.ts';
import { layoutRow, type RowLayout } from '../../columns/row-layout.ts';
import type { Schema } from '../../columns/schema.ts';
import { regionBytes } from '../../routines/region.ts';
import type { Global } from '../../wasm/function-builder.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { FunctionSlot } from '../../wasm/types.ts';

export interface SortSpec {
  /** What the names of the exports begin with; unique in the module. */
  readonly prefix: string;
  readonly schema: Schema;
  readonly keys: readonly SortField[];
  /** How many rows are given, after the first `offset`. Undefined: all. */
  readonly limit: bigint | undefined;
  readonly offset: bigint;
  /** Whether the batch ends with one more column, the row's number among those given (BIGINT NOT NULL). */
  readonly numbered: boolean;
  /** Where `emit` writes: the columns of the schema. */
  readonly batch: BatchLayout;
  readonly sizes?: Partial<SortSizes>;
}

/** A column to sort by; a plan's sort keys have this shape. */
export interface SortField {
  readonly index: number;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export interface SortSizes {
  /** Items that one `finish_step` moves, about. */
  readonly stepItems: number;
  /** Fewer items than this are sorted by comparing alone. */
  readonly radixItemsMin: number;
  /** With a limit: so many rows beyond it are gathered before the worst are dropped. */
  readonly slackRows: number;
}

export const sortSizes: SortSizes = { stepItems: 16_384, radixItemsMin: 512, slackRows: 4096 };

export const itemBytes = 16;
export const itemRowOffset = 8;

/** What comparing rows needs to know. */
export interface OrderContext {
  readonly module: ModuleBuilder;
  readonly spec: SortSpec;
  readonly rows: RowLayout;
  readonly once: (name: string, build: (fullName: string) => FunctionSlot) => FunctionSlot;
}

export interface SortContext extends OrderContext {
  readonly sizes: SortSizes;
  /** Rows that can still be given; undefined: all. */
  readonly keepRows: number | undefined;
  readonly roots: SortRoots;
  readonly progress: SortProgress;
  /** Address of the digit tables: how many items have this byte, then where the next one of them goes. */
  readonly digitTables: number;
  /** Addresses of the cells of two regions: one holds the rows, the other takes what survives a cut. */
  readonly regions: readonly [number, number];
}

export interface SortRoots {
  /** The items, room for so many (a power of two), and so many there. */
  readonly items: Global<'i32'>;
  readonly capacity: Global<'i32'>;
  readonly count: Global<'i32'>;
  /** The region that holds the rows. */
  readonly region: Global<'i32'>;
  /** After a cut: rows whose prefix is above this one cannot be among those given. */
  readonly worstPrefix: Global<'i64'>;
  /** The next item to give, by its index. */
  readonly next: Global<'i32'>;
}

/** Where the sort stands; all zero while none is under way. Places are in bytes. */
export interface SortProgress {
  /** One of `sortPhases`. */
  readonly phase: Global<'i32'>;
  /** The other array. */
  readonly other: Global<'i32'>;
  /** The byte of the prefixes that items are dealt out by. */
  readonly digit: Global<'i32'>;
  /** The first item that is not known to be in its place, while ties are looked for. */
  readonly settled: Global<'i32'>;
  /** What is merged: where it lies in one array and in the other, and its size. */
  readonly from: Global<'i32'>;
  readonly to: Global<'i32'>;
  readonly size: Global<'i32'>;
  /** Bytes of a sorted run; 0 while runs are made. */
  readonly width: Global<'i32'>;
  /** What comes next in the pass, and inside a merge the heads of the two runs. */
  readonly at: Global<'i32'>;
  readonly left: Global<'i32'>;
  readonly right: Global<'i32'>;
}

/** What a sort does, in this order; `merge` and `ties` alternate. */
export const sortPhases = { idle: 0, count: 1, deal: 2, ties: 3, merge: 4 } as const;

/** For each byte of a prefix: 256 u32. */
export const digitCount = 8;
export const digitTableBytes = 1024;

/** More rows than a 32-bit memory has items for; a limit beyond it limits nothing. */
const rowsMax = 1n << 28n;

export function createOrderContext(module: ModuleBuilder, spec: SortSpec): OrderContext {
  const { prefix, schema } = spec;
  const once: OrderContext['once'] = (name, build) =>
    module.routine(`${prefix}_${name}`, () => build(`${prefix}_${name}`));
  return { module, spec, rows: layoutRow(schema), once };
}

export function createSortContext(module: ModuleBuilder, spec: SortSpec): SortContext {
  const { prefix, limit, offset } = spec;
  const keep = limit === undefined ? rowsMax : limit + offset;
  const regions = [module.reserve(regionBytes, 8), module.reserve(regionBytes, 8)] as const;
  const root = (name: string, initial = 0): Global<'i32'> =>
    module.global('i32', `${prefix}_${name}`, initial);
  return {
    ...createOrderContext(module, spec),
    sizes: { ...sortSizes, ...spec.sizes },
    keepRows: keep < rowsMax ? Number(keep) : undefined,
    digitTables: module.reserve(digitCount * digitTableBytes, 8),
    regions,
    roots: {
      items: root('items'),
      capacity: root('capacity'),
      count: root('count'),
      region: root('region', regions[0]),
      worstPrefix: module.global('i64', `${prefix}_worst_prefix`, -1n),
      next: root('next'),
    },
    progress: {
      phase: root('phase'),
      other: root('other_items'),
      digit: root('digit'),
      settled: root('settled'),
      from: root('merge_from'),
      to: root('merge_to'),
      size: root('merge_size'),
      width: root('run_bytes'),
      at: root('pass_at'),
      left: root('merge_left'),
      right: root('merge_right'),
    },
  };
}

/** The first row that is given, by its place in the order. */
export function firstGiven(spec: SortSpec): number {
  return Number(spec.offset < rowsMax ? spec.offset : rowsMax);
}
