/**
 * The text of a group's key, for listings of what a partition owns:
 *
 *   key_text(row) -> address of {"trader_id":"T1","symbol":"SYM1"} and a line feed, in the arena
 */
import type { BatchLayout } from '../columns/batch-layout.ts';
import type { Schema } from '../columns/schema.ts';
import { storageOf } from '../columns/sql-type.ts';
import { keyTextExport } from '../job/job-graph.ts';
import { rowSlackBytes } from '../kernels/format/literal.ts';
import { emitRowFormatter } from '../kernels/format/row-formatter.ts';
import { loadColumn } from '../kernels/page/row-access.ts';
import { arenaAllocate } from '../routines/arena.ts';
import { call, i32 } from '../wasm/instructions.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import type { Expr } from '../wasm/types.ts';
import { namedOnce } from './named-once.ts';

/** `keys`: the first columns of the batch. */
export function emitKeyText(module: ModuleBuilder, batch: BatchLayout, keys: Schema): void {
  const formatter = emitRowFormatter(module, { format: 'jsonl', schema: namedOnce(keys) });
  module.export(keyTextExport, { row: 'i32' }, 'i32', (f, { row }) => {
    const cells = keys.map(({ type }, i) => ({
      ...loadColumn(f, batch.columns[i]!, row),
      storage: storageOf(type),
    }));
    const byteCount = f.let('i32', 'byte_count', i32.wrap_i64(formatter.emitRowBytesMax(f, cells)));
    const text = call(arenaAllocate(module), i32.add(byteCount, rowSlackBytes)) as Expr<'i32'>;
    const start = f.let('i32', 'start', text);
    formatter.emitRow(f, cells, start);
    f.return(start);
  });
}
