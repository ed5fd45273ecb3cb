/** The output of a stage: where the map kernel puts a row, and what the run side must know of it. */
import { assert } from '../base/assert.ts';
import { layoutRow } from '../columns/row-layout.ts';
import { storageOf } from '../columns/sql-type.ts';
import type { RowFormat } from '../io/sink.ts';
import type { OutputSpec } from '../job/job-graph.ts';
import { emitRowFormatter } from '../kernels/format/row-formatter.ts';
import { emitGroupTable } from '../kernels/group-table/group-table.ts';
import { emitPageAppend } from '../kernels/page/page-append.ts';
import type { Exchange, Stage } from '../plan/physical-plan.ts';
import { emitKeyHash, normalisedLanes } from '../routines/key-hash.ts';
import { i32, i64 } from '../wasm/instructions.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import { accumulatorsOf } from './aggregates.ts';
import type { EmitOutput } from './map-kernel.ts';
import { namedOnce } from './named-once.ts';

export interface StageOutputCode {
  readonly spec: OutputSpec;
  readonly emit: EmitOutput;
}

export interface OutputContext {
  readonly module: ModuleBuilder;
  readonly stage: Stage;
  readonly stages: readonly Stage[];
  readonly exchanges: readonly Exchange[];
  /** How many partitions there are: as many destinations an exchange may have. */
  readonly partitionCount: number;
  /** Where the stage writes to one: which result of the job it is, and what the sink wants. */
  readonly sink: { readonly result: number; readonly rowFormat: RowFormat } | undefined;
}

const keyGroups = 1024;
const localTablePrefix = 'local';
const rowWent = -1;

export function emitStageOutput(context: OutputContext): StageOutputCode {
  const { stage, sink } = context;
  if (stage.output.kind === 'exchange') return emitExchangeOutput(context, stage.output.exchange);
  assert(sink !== undefined, 'a stage without an exchange gives a result');
  const { result, rowFormat } = sink;
  if (rowFormat === 'none') return { spec: { kind: 'discard', result }, emit: () => i32.const(rowWent) };
  return emitTextOutput(context, result, rowFormat);
}

function emitExchangeOutput(context: OutputContext, index: number): StageOutputCode {
  const { module, stage, stages, exchanges, partitionCount } = context;
  const exchange = exchanges[index]!;
  // One page more than destinations: the local page in front of pre-aggregation.
  const pageTable = module.reserve(4 * (partitionCount + 1), 64);
  const routeTable = module.reserve(2 * keyGroups, 64);
  const layout = layoutRow(stage.outputSchema);
  const keyCount = keyCountOf(stages[exchange.to]!);
  const { preAggregation } = exchange;
  let preAggregate: Extract<OutputSpec, { kind: 'exchange' }>['preAggregate'];
  if (preAggregation !== undefined) {
    const ownerTable = module.reserve(2 * keyGroups, 64);
    emitGroupTable(module, {
      prefix: localTablePrefix,
      rows: stage.outputSchema,
      keyCount: preAggregation.grouping.keyCount,
      accumulators: accumulatorsOf(preAggregation.grouping, stage.outputSchema),
      inputs: ['rows'],
      emptyGroup: false,
      emit: undefined,
      drain: { pageTable, routeTable: ownerTable },
    });
    preAggregate = { prefix: localTablePrefix, ownerTable, mode: preAggregation.mode };
  }
  return {
    spec: { kind: 'exchange', exchange: index, pageTable, routeTable, preAggregate },
    emit: ({ f }, values) => {
      const keyed = values.map((value, i) =>
        i < keyCount ? { ...value, lanes: normalisedLanes(f, value) } : value,
      );
      const key = keyed.slice(0, keyCount).map((value) => ({ ...value, storage: storageOf(value.type) }));
      const hash = emitKeyHash(module, f, key);
      return emitPageAppend(module, f, { layout, pageTable, routeTable }, { hash, values: keyed });
    },
  };
}

/** The group table finds its groups by the rows' hashes, also where all rows go the same way. */
function keyCountOf({ producer }: Stage): number {
  return producer.kind === 'aggregate' ? producer.grouping.keyCount : 0;
}

function emitTextOutput(context: OutputContext, result: number, format: 'jsonl' | 'csv'): StageOutputCode {
  const { module, stage } = context;
  const nextCell = module.reserve(4);
  const endCell = module.reserve(4);
  const schema = namedOnce(stage.outputSchema);
  const formatter = emitRowFormatter(module, { format, schema });
  return {
    spec: { kind: 'text', result, nextCell, endCell },
    emit: ({ f }, values) => {
      assert(values.length === schema.length, 'a value for each column');
      const cells = values.map((value) => ({ ...value, storage: storageOf(value.type) }));
      const out = f.let('i32', 'out', i32.load(nextCell));
      const needed = formatter.emitRowBytesMax(f, cells);
      const status = f.let('i32', 'status', rowWent);
      const room = i64.sub(i64.extend_i32_u(i32.load(endCell)), i64.extend_i32_u(out));
      f.if(
        i64.gt_u(needed, room),
        // Full; or, told by -2, larger than a buffer that may well be empty: the output knows which.
        () => f.set(status, i32.const(-2)),
        () => f.do(i32.store(nextCell, formatter.emitRow(f, cells, out))),
      );
      return status;
    },
  };
}
