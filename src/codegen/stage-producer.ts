/**
 * The producer's kernels of a stage: what fills the batch that the map kernel reads, and the columns it has.
 */
import { assert, unreachable } from '../base/assert.ts';
import { type BatchLayout, batchCapacityRowsDefault, layoutBatch } from '../columns/batch-layout.ts';
import type { Schema } from '../columns/schema.ts';
import type { ProducerSpec, SourceSpec } from '../job/job-graph.ts';
import { emitGroupTable } from '../kernels/group-table/group-table.ts';
import { emitPageToBatch } from '../kernels/page/page-to-batch.ts';
import { emitMerge } from '../kernels/sort/merge-pages.ts';
import { emitSort } from '../kernels/sort/sort.ts';
import type { Exchange, SharedProducer, Stage } from '../plan/physical-plan.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import { accumulatorsOf } from './aggregates.ts';
import { emitKeyText } from './key-text.ts';
import type { MapPlace } from './map-kernel.ts';
import type { InputColumn } from './row-loop.ts';
import { emitScan } from './scan.ts';
import type { CompileSource } from './sources.ts';
import { emitSystemColumns } from './system-columns.ts';

export interface StageProducer {
  readonly spec: ProducerSpec;
  readonly batchCapacityRows: number;
  /** The batch's columns, for a map in `module`: of this stage, or of one that shares its batch. */
  readonly columns: (module: ModuleBuilder, place: MapPlace) => readonly InputColumn[];
}

export interface ProducerContext {
  readonly module: ModuleBuilder;
  readonly stage: Stage;
  readonly exchanges: readonly Exchange[];
  readonly sourceOf: (relation: string) => CompileSource;
  readonly batchRows: number | undefined;
  /** Group tables give the text of their keys. */
  readonly tellsKeys: boolean;
  /** Of the stages before this one. */
  readonly producers: readonly StageProducer[];
}

export function emitProducer(context: ProducerContext): StageProducer {
  const { stage } = context;
  const { producer } = stage;
  switch (producer.kind) {
    case 'scan':
      return emitSource(context);
    case 'shared':
      return shareProducer(producer, context.producers);
    case 'values':
      return { spec: { kind: 'values' }, batchCapacityRows: 1, columns: () => [] };
    case 'pages':
    case 'aggregate':
    case 'sort':
    case 'merge':
      return emitConsumer(context);
    default:
      return unreachable(producer);
  }
}

function shareProducer(
  { stage, columns }: SharedProducer,
  producers: readonly StageProducer[],
): StageProducer {
  const owner = producers[stage];
  assert(owner !== undefined, 'the stage that scans comes first');
  return {
    spec: { kind: 'shared', stage },
    batchCapacityRows: owner.batchCapacityRows,
    columns: (module, place) => {
      const all = owner.columns(module, place);
      return columns.map((index) => all[index]!);
    },
  };
}

function capacityOf(context: ProducerContext): number {
  return context.batchRows ?? batchCapacityRowsDefault;
}

function layoutOf(context: ProducerContext, schema: Schema): BatchLayout {
  return layoutBatch(schema, capacityOf(context), (bytes, align) => context.module.reserve(bytes, align));
}

/** A producer behind an exchange: pages as they come, a group table, a sort, or a merge. */
function emitConsumer(context: ProducerContext): StageProducer {
  const { module, stage, exchanges } = context;
  const { producer } = stage;
  assert('exchange' in producer, 'a consumer reads an exchange');
  const { exchange } = producer;
  const { schema } = exchanges[exchange]!;
  const batch = layoutOf(context, stage.inputSchema);
  const columns = (): readonly InputColumn[] =>
    batch.columns.map((_, index) => ({ kind: 'batch', batch, index }) as const);
  const base = { batchCapacityRows: batch.capacityRows, columns };
  if (producer.kind === 'pages') {
    emitPageToBatch(module, schema, batch);
    return { ...base, spec: { kind: 'pages', exchange } };
  }
  if (producer.kind === 'aggregate') {
    const { grouping } = producer;
    emitGroupTable(module, {
      prefix: 'group',
      rows: schema,
      keyCount: grouping.keyCount,
      accumulators: accumulatorsOf(grouping, schema),
      inputs: exchanges[exchange]!.preAggregation === undefined ? ['rows'] : ['rows', 'partials'],
      emptyGroup: grouping.keyCount === 0,
      emit: { batch, values: 'results' },
      drain: undefined,
    });
    const tellsKeys = context.tellsKeys && grouping.keyCount > 0;
    if (tellsKeys) emitKeyText(module, batch, stage.inputSchema.slice(0, grouping.keyCount));
    return { ...base, spec: { kind: 'group', exchange, prefix: 'group', tellsKeys } };
  }
  const { kind, keys, limit, offset, numbered } = producer;
  const emit = kind === 'sort' ? emitSort : emitMerge;
  emit(module, { prefix: kind, schema, keys, limit, offset, numbered, batch });
  return { ...base, spec: { kind, exchange, prefix: kind } };
}

/** A producer that reads a relation; columns computed from a row's place are not in the batch. */
function emitSource(context: ProducerContext): StageProducer {
  const { module, stage, sourceOf } = context;
  const { producer, inputSchema } = stage;
  assert(producer.kind === 'scan', 'a source scans');
  const { source, form } = sourceOf(producer.relation);
  const fieldColumns = producer.columns.flatMap((column, i) =>
    column.kind === 'field' ? [{ index: column.index, column: inputSchema[i]! }] : [],
  );
  // The batch has the names of the source, whatever the query calls them.
  const schema = fieldColumns.map(({ index, column }) => ({ ...column, name: source.schema[index]!.name }));
  const batch = layoutOf(context, schema);
  const read: SourceSpec = { ...source, schema };
  const scan =
    form.kind === 'columns'
      ? undefined
      : emitScan(module, { batch, schema, form, indexes: fieldColumns.map(({ index }) => index) });
  const columns: StageProducer['columns'] = (into, place) => {
    let field = 0;
    return producer.columns.map((column) => {
      if (column.kind === 'field') return { kind: 'batch', batch, index: field++ };
      return { kind: 'virtual', value: emitSystemColumns(into, column, place, scan?.recordAddresses) };
    });
  };
  const { assignment } = producer;
  const spec: ProducerSpec =
    scan === undefined
      ? { kind: 'columns', source: read, batch, assignment }
      : { kind: 'scan', source: read, scan, assignment };
  return { spec, batchCapacityRows: batch.capacityRows, columns };
}
