/**
 * One module with the same table three times: always row by row, always in phases, and as the sizes choose.
 */
import { accumulatorsOf } from '../../src/codegen/aggregates.ts';
import { type BatchLayout, batchCapacityRowsDefault, layoutBatch } from '../../src/columns/batch-layout.ts';
import { layoutRow, type RowLayout } from '../../src/columns/row-layout.ts';
import type { Column, Schema } from '../../src/columns/schema.ts';
import { bigintType, decimalType, doubleType, varcharType } from '../../src/columns/sql-type.ts';
import { emitGroupTable } from '../../src/kernels/group-table/group-table.ts';
import { hashRangeOf, keyGroupCount } from '../../src/kernels/key-groups.ts';
import { loadField } from '../../src/kernels/page/row-access.ts';
import type { PhysicalAggregate } from '../../src/plan/physical-plan.ts';
import { emitKeyHash } from '../../src/routines/hash/key-hash.ts';
import { memoryMap } from '../../src/routines/memory-map.ts';
import { compileModule, createPrivateMemory, instantiate } from '../../src/wasm/instantiate.ts';
import { i64 } from '../../src/wasm/instructions.ts';
import { ModuleBuilder } from '../../src/wasm/module-builder.ts';

export type Way = 'direct' | 'phased' | 'chosen';

export const rowSchema: Schema = [
  { name: 'trader_id', type: varcharType, nullable: true },
  { name: 'symbol', type: varcharType, nullable: true },
  { name: 'price', type: doubleType, nullable: true },
  { name: 'quantity', type: bigintType, nullable: true },
];

/** The page that kernels read; rows lie behind the heap's limit. */
export const workPage: number = 1 << 20;
const heapStart = workPage + (1 << 20);
export const heapLimit: number = 1 << 30;

export interface Table {
  readonly memory: WebAssembly.Memory;
  readonly layout: RowLayout;
  readonly batch: BatchLayout;
  /** Empties all three and begins with this one. */
  init(way: Way): void;
  update(way: Way, page: number): void;
  emit(way: Way): number;
  /** Fills in the hash of the row at this address. */
  hash(row: number): void;
}

function aggregatesOf(): readonly PhysicalAggregate[] {
  const aggregate = (name: string, args: readonly number[], type: Column['type']): PhysicalAggregate => ({
    name,
    args,
    filter: undefined,
    position: undefined,
    order: [],
    distinct: false,
    column: { name, type, nullable: name !== 'count' },
  });
  return [
    aggregate('count', [], bigintType),
    aggregate('sum', [2], doubleType),
    aggregate('sum', [3], decimalType(38, 0)),
    aggregate('min', [2], doubleType),
    aggregate('max', [2], doubleType),
  ];
}

export function createTable(): Table {
  const module = new ModuleBuilder('group_table_bench');
  const aggregates = aggregatesOf();
  const resultSchema = [...rowSchema.slice(0, 2), ...aggregates.map(({ column }) => column)];
  const batch = layoutBatch(resultSchema, batchCapacityRowsDefault, (n, align) => module.reserve(n, align));
  const phasedGroupsMin = { direct: 2 ** 31 - 1, phased: 0, chosen: undefined };
  for (const [way, min] of Object.entries(phasedGroupsMin)) {
    emitGroupTable(module, {
      prefix: way,
      rows: rowSchema,
      keyCount: 2,
      accumulators: accumulatorsOf({ keyCount: 2, aggregates }, rowSchema),
      inputs: ['rows'],
      emptyGroup: false,
      emit: { batch, values: 'results' },
      drain: undefined,
      // One sub-table that never splits is what the direct loop needs to go on for ever.
      sizes: min === undefined ? {} : { phasedGroupsMin: min, ...(min > 0 ? { slotsMax: 1 << 24 } : {}) },
    });
  }
  const layout = layoutRow(rowSchema);
  module.export('hash', { row: 'i32' }, undefined, (f, { row }) => {
    const keys = layout.fields.slice(0, 2).map((field) => ({ ...field, ...loadField(f, field, row) }));
    f.do(i64.store(row, emitKeyHash(module, f, keys)));
  });
  const memory = createPrivateMemory(heapStart);
  new DataView(memory.buffer).setUint32(memoryMap.heapTop, heapStart, true);
  new DataView(memory.buffer).setUint32(memoryMap.heapLimit, heapLimit, true);
  const { exports } = instantiate(compileModule(module.encode()), memory, { fail_kernel: () => {} });
  const kernel = exports as unknown as Record<string, (...args: (number | bigint)[]) => number>;
  return {
    memory,
    layout,
    batch,
    init(way) {
      for (const each of Object.keys(phasedGroupsMin)) kernel[`${each}_clear`]!();
      const { rangeStart, rangeScale } = hashRangeOf(0, keyGroupCount);
      kernel[`${way}_init`]!(rangeStart, rangeScale);
    },
    update: (way, page) => void kernel[`${way}_update`]!(page),
    emit: (way) => kernel[`${way}_emit`]!(),
    hash: (row) => void kernel.hash!(row),
  };
}
