/**
 * The columns that are not read but follow from where a row lies: its position, and what SQL calls `_offset`,
 * `_partition`, `_topic`, `_key` and `_timestamp`.
 */
import { bigintType, intType, timestamptzType, varcharType } from '../columns/sql-type.ts';
import { nullValue } from '../expressions/value.ts';
import { positionSplitShift, topicViewExport } from '../job/job-graph.ts';
import type { PhysicalScanColumn } from '../plan/physical-plan.ts';
import { i32, i64 } from '../wasm/instructions.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import type { MapPlace } from './map-kernel.ts';
import type { VirtualColumn } from './row-loop.ts';

export function emitSystemColumns(
  module: ModuleBuilder,
  column: Exclude<PhysicalScanColumn, { kind: 'field' }>,
  place: MapPlace,
  recordAddresses: number | undefined,
): VirtualColumn {
  if (column.kind === 'position') {
    return (f, row) => ({
      type: bigintType,
      lanes: [f.let('i64', 'position', i64.add(place.positionBase, i64.extend_i32_u(row)))],
      isNull: undefined,
    });
  }
  switch (column.name) {
    case '_offset':
      return (f, row) => {
        const inBatch = recordAddresses === undefined ? row : i32.load(i32.shl(row, 2), recordAddresses);
        const offset = f.let('i64', 'offset', i64.add(place.offsetBase, i64.extend_i32_u(inBatch)));
        return { type: bigintType, lanes: [offset], isNull: undefined };
      };
    case '_partition':
      return (f) => {
        const split = i32.wrap_i64(i64.shr_u(place.positionBase, BigInt(positionSplitShift)));
        return { type: intType, lanes: [f.let('i32', 'split', split)], isNull: undefined };
      };
    case '_topic': {
      const view = module.table(topicViewExport, () => new Uint8Array(16));
      module.global('i32', topicViewExport, view, true);
      return (f) => ({
        type: varcharType,
        lanes: [f.let('i64', 'topic', i64.load(view)), f.let('i64', 'topic_second', i64.load(view, 8))],
        isNull: undefined,
      });
    }
    case '_key':
      return () => nullValue(varcharType);
    case '_timestamp':
      return () => nullValue(timestamptzType);
  }
}
