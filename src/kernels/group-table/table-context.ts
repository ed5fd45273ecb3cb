/**
 * What the parts of one group table share while it is emitted: layouts, sizes and the module variables that
 * hold the table's roots. Several tables can live in one module; each has variables and functions under its
 * own prefix.
 */
import type { RowField, RowLayout } from '../../columns/row-layout.ts';
import { layoutRow } from '../../columns/row-layout.ts';
import type { Schema } from '../../columns/schema.ts';
import { intType } from '../../columns/sql-type.ts';
import type { Global } from '../../wasm/function-builder.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { FunctionSlot } from '../../wasm/types.ts';
import {
  type GroupTableSizes,
  type GroupTableSpec,
  groupTableSizes,
  partialSchemaOf,
} from './group-table-spec.ts';

export interface TableContext {
  readonly module: ModuleBuilder;
  readonly spec: GroupTableSpec;
  readonly sizes: GroupTableSizes;
  readonly rows: RowLayout;
  /** Entries are laid out as partial rows. */
  readonly partialSchema: Schema;
  readonly partials: RowLayout;
  /** Index of an accumulator's first state field in the partial layout. */
  readonly stateStarts: readonly number[];
  readonly roots: TableRoots;
  readonly distinctSets: readonly DistinctSet[];
  readonly cursors: Readonly<Record<'emit' | 'drain' | 'free', EntryCursor>>;
  /** A function of this table, built on first use. */
  readonly once: (
    name: string,
    build: (module: ModuleBuilder, fullName: string) => FunctionSlot,
  ) => FunctionSlot;
}

/** What the groups' DISTINCT accumulators over the same arguments and filter have seen (distinct-set.ts). */
export interface DistinctSet {
  /** A table without accumulators, whose key is the group's entry, then the arguments. */
  readonly table: TableContext;
  /** Address of one row of it. */
  readonly row: number;
  /** Indexes of the accumulators. */
  readonly accumulators: readonly number[];
}

/** Where a walk over all entries stands; `block` is 0 before it begins. */
export interface EntryCursor {
  readonly block: Global<'i32'>;
  readonly entry: Global<'i32'>;
}

export interface TableRoots {
  /** The least hash of the partition's range, and the factor that spreads the range over 64 bits. */
  readonly rangeStart: Global<'i64'>;
  readonly rangeScale: Global<'i64'>;
  /** Address of the directory, 0 before the first group; its size is 2 to the power of `directoryBits`. */
  readonly directory: Global<'i32'>;
  readonly directoryBits: Global<'i32'>;
  readonly groupCount: Global<'i32'>;
  /** Entry blocks in the order they were filled, and the free part of the last one. */
  readonly firstBlock: Global<'i32'>;
  readonly lastBlock: Global<'i32'>;
  readonly nextEntry: Global<'i32'>;
  readonly entriesEnd: Global<'i32'>;
  /** 1 once any entry has owned a long string. */
  readonly ownsStrings: Global<'i32'>;
}

export function createTableContext(module: ModuleBuilder, spec: GroupTableSpec): TableContext {
  const partialSchema = partialSchemaOf(spec);
  const partials = layoutRow(partialSchema);
  const defaults = { ...groupTableSizes, ...spec.sizes };
  const entryBlockBytes = Math.max(defaults.entryBlockBytes, powerOfTwoAbove(8 * partials.strideBytes));
  const stateStarts: number[] = [];
  let start = spec.keyCount;
  for (const accumulator of spec.accumulators) {
    stateStarts.push(start);
    start += accumulator.stateFields.length;
  }
  return {
    module,
    spec,
    sizes: { ...defaults, entryBlockBytes },
    rows: layoutRow(spec.rows),
    partialSchema,
    partials,
    stateStarts,
    roots: createRoots(module, spec.prefix),
    distinctSets: createDistinctSets(module, spec),
    cursors: {
      emit: createCursor(module, `${spec.prefix}_emit`),
      drain: createCursor(module, `${spec.prefix}_drain`),
      free: createCursor(module, `${spec.prefix}_free`),
    },
    once: (name, build) => module.routine(`${spec.prefix}_${name}`, build),
  };
}

function createDistinctSets(module: ModuleBuilder, spec: GroupTableSpec): readonly DistinctSet[] {
  const distinct = [...spec.accumulators.entries()].filter(([, accumulator]) => accumulator.distinct);
  const sets = Map.groupBy(distinct, ([, { args, filter }]) => JSON.stringify([args, filter]));
  return [...sets.values()].map((members, i): DistinctSet => {
    const args = members[0]![1].args.map((index) => ({ ...spec.rows[index]!, nullable: false }));
    const rows = [{ name: 'entry', type: intType, nullable: false }, ...args];
    const table = createTableContext(module, {
      prefix: `${spec.prefix}_distinct_${i}`,
      rows,
      keyCount: rows.length,
      accumulators: [],
      inputs: ['rows'],
      emptyGroup: false,
      emit: undefined,
      drain: undefined,
      ...(spec.sizes && { sizes: spec.sizes }),
    });
    const row = module.reserve(table.rows.strideBytes);
    return { table, row, accumulators: members.map(([index]) => index) };
  });
}

function createCursor(module: ModuleBuilder, name: string): EntryCursor {
  return { block: module.global('i32', `${name}_block`, 0), entry: module.global('i32', `${name}_entry`, 0) };
}

function createRoots(module: ModuleBuilder, prefix: string): TableRoots {
  const i32Root = (name: string): Global<'i32'> => module.global('i32', `${prefix}_${name}`, 0);
  return {
    rangeStart: module.global('i64', `${prefix}_range_start`, 0n),
    rangeScale: module.global('i64', `${prefix}_range_scale`, 1n),
    directory: i32Root('directory'),
    directoryBits: i32Root('directory_bits'),
    groupCount: i32Root('group_count'),
    firstBlock: i32Root('first_block'),
    lastBlock: i32Root('last_block'),
    nextEntry: i32Root('next_entry'),
    entriesEnd: i32Root('entries_end'),
    ownsStrings: i32Root('owns_strings'),
  };
}

/** The key fields of a layout whose first columns are the key. */
export function keyFields(table: TableContext, layout: RowLayout): readonly RowField[] {
  return layout.fields.slice(0, table.spec.keyCount);
}

function powerOfTwoAbove(n: number): number {
  return 2 ** Math.ceil(Math.log2(n));
}
