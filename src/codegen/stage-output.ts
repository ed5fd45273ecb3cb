/** The output of a stage: where the map kernel puts a row, and what the run side must know of it. */
import { assert } from '../base/assert.ts';
import { layoutRow } from '../columns/row-layout.ts';
import { storageOf } from '../columns/sql-type.ts';
import type { RowFormat } from '../io/sink.ts';
import { localTakesRowsExport, type OutputSpec } from '../job/job-graph.ts';
import { emitRowFormatter } from '../kernels/format/row-formatter.ts';
import {
  type DirectRow,
  type DirectTable,
  openDirect,
  updateDirect,
} from '../kernels/group-table/group-direct.ts';
import { emitGroupTable } from '../kernels/group-table/group-table.ts';
import type { TableContext } from '../kernels/group-table/table-context.ts';
import { routeTableBytes } from '../kernels/key-groups.ts';
import { putStatus } from '../kernels/map-contract.ts';
import { emitPageAppend } from '../kernels/page/page-append.ts';
import type { KernelValue } from '../kernels/page/row-access.ts';
import type { Exchange, Stage } from '../plan/physical-plan.ts';
import { emitKeyHash, normalisedLanes } from '../routines/hash/key-hash.ts';
import type { FunctionBuilder, Global } from '../wasm/function-builder.ts';
import { i32, i64 } from '../wasm/instructions.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import type { Expr, ValueType } from '../wasm/types.ts';
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

const localTablePrefix = 'local';

export function emitStageOutput(context: OutputContext): StageOutputCode {
  const { stage, sink } = context;
  if (stage.output.kind === 'exchange') return emitExchangeOutput(context, stage.output.exchange);
  assert(sink !== undefined, 'a stage without an exchange gives a result');
  const { result, rowFormat } = sink;
  if (rowFormat === 'none') {
    return { spec: { kind: 'discard', result }, emit: () => () => i32.const(putStatus.done) };
  }
  return emitTextOutput(context, result, rowFormat);
}

function emitExchangeOutput(context: OutputContext, index: number): StageOutputCode {
  const { module, stage, stages, exchanges, partitionCount } = context;
  const exchange = exchanges[index]!;
  // One page more than destinations: the local page in front of pre-aggregation.
  const pageTable = module.reserve(4 * (partitionCount + 1), 64);
  const routeTable = module.reserve(routeTableBytes, 64);
  const layout = layoutRow(stage.outputSchema);
  const keyCount = keyCountOf(stages[exchange.to]!);
  const { preAggregation } = exchange;
  let preAggregate: Extract<OutputSpec, { kind: 'exchange' }>['preAggregate'];
  let local: LocalTable | undefined;
  if (preAggregation !== undefined) {
    const ownerTable = module.reserve(routeTableBytes, 64);
    const { context: table } = emitGroupTable(module, {
      prefix: localTablePrefix,
      rows: stage.outputSchema,
      keyCount: preAggregation.grouping.keyCount,
      accumulators: accumulatorsOf(preAggregation.grouping, stage.outputSchema),
      inputs: ['rows'],
      emptyGroup: false,
      emit: undefined,
      drain: { pageTable, routeTable: ownerTable },
    });
    local = { table, takesRows: module.global('i32', localTakesRowsExport, 0, true) };
    preAggregate = { prefix: localTablePrefix, ownerTable, mode: preAggregation.mode };
  }
  return {
    spec: { kind: 'exchange', exchange: index, pageTable, routeTable, preAggregate },
    emit: (f) => {
      const direct = local && openDirect(local.table, f, local.takesRows);
      return (_, values) => {
        const keyed = values.map((value, i) =>
          named(f, i < keyCount ? { ...value, lanes: normalisedLanes(f, value) } : value),
        );
        const key = keyed.slice(0, keyCount).map((value) => ({ ...value, storage: storageOf(value.type) }));
        const row = { hash: f.let('i64', 'hash', emitKeyHash(module, f, key)), values: keyed };
        const append = (): Expr<'i32'> => emitPageAppend(module, f, { layout, pageTable, routeTable }, row);
        return direct === undefined ? append() : takeOrAppend(f, direct, row, append);
      };
    },
  };
}

/** The table in front of an exchange. */
interface LocalTable {
  readonly table: TableContext;
  /** Whether rows go into it straight from the loop, where they can. */
  readonly takesRows: Global<'i32'>;
}

/** Emits: into the local table if that is done at once, else onto a page; yields the status. */
function takeOrAppend(
  f: FunctionBuilder,
  direct: DirectTable,
  row: DirectRow,
  append: () => Expr<'i32'>,
): Expr<'i32'> {
  const status = f.let('i32', 'status', putStatus.done);
  f.block('taken', (taken) => {
    updateDirect(direct, f, row, taken);
    f.set(status, append());
  });
  return status;
}

/** The value in lanes that can be repeated at no cost. */
function named(f: FunctionBuilder, value: KernelValue): KernelValue {
  const name = <T extends ValueType>(lane: Expr<T>): Expr<T> =>
    lane.kind === 'local.get' || lane.kind === 'const' ? lane : f.let(lane.type, 'lane', lane as never);
  return { ...value, lanes: value.lanes.map(name), isNull: value.isNull && name(value.isNull) };
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
    emit: (f) => (_, values) => {
      assert(values.length === schema.length, 'a value for each column');
      const cells = values.map((value) => ({ ...value, storage: storageOf(value.type) }));
      const out = f.let('i32', 'out', i32.load(nextCell));
      const needed = formatter.emitRowBytesMax(f, cells);
      const status = f.let('i32', 'status', putStatus.done);
      const room = i64.sub(i64.extend_i32_u(i32.load(endCell)), i64.extend_i32_u(out));
      f.if(
        i64.gt_u(needed, room),
        // Full, or larger than a buffer that may well be empty: the output knows which.
        () => f.set(status, putStatus.oversized),
        () => f.do(i32.store(nextCell, formatter.emitRow(f, cells, out))),
      );
      return status;
    },
  };
}
