/** The producer of a source stage: reader, record boundaries, scan kernel, and where its units come from. */
import { assert } from '../../base/assert.ts';
import { splitCsvRecord } from '../../formats/csv/csv-record.ts';
import { namesOfFields, placeAlike } from '../../formats/csv/header-columns.ts';
import type { ProducerSpec, StageSpec } from '../../job/job-graph.ts';
import { ColumnProducer } from '../../operators/input/column-producer.ts';
import { openInputBuffer } from '../../operators/input/input-buffer.ts';
import {
  createQuoteCutter,
  lineCutter,
  outsideQuotes,
  type QuoteKernel,
  type RecordCutter,
} from '../../operators/input/record-cutter.ts';
import { RecordReader } from '../../operators/input/record-reader.ts';
import {
  bindScanKernel,
  ScanProducer,
  type ScanProducerOptions,
} from '../../operators/input/scan-producer.ts';
import type { TakenUnit } from '../../operators/input/unit-queue.ts';
import { ValuesProducer } from '../../operators/input/values-producer.ts';
import type { Producer } from '../../operators/operator.ts';
import { bindAddressFunction, type Kernel } from '../../wasm/instantiate.ts';
import { hasRoomForRejected } from './bad-records.ts';
import { SourceFailure } from './fail-source.ts';
import { SharedUnitQueue } from './shared-unit-queue.ts';
import { createTopicWriter } from './topic-view.ts';
import type { WorkerContext } from './worker-context.ts';

/** `kernels`: the stage's own, then those that read its batch. */
export function buildSourceProducer(
  context: WorkerContext,
  stage: StageSpec,
  kernels: readonly Kernel[],
): Producer {
  if (stage.producer.kind === 'values') return new ValuesProducer();
  const isColumnar = stage.producer.kind === 'columns';
  return isColumnar ? buildColumns(context, stage, kernels) : buildScan(context, stage, kernels);
}

function buildColumns(context: WorkerContext, stage: StageSpec, kernels: readonly Kernel[]): Producer {
  const { producer } = stage;
  assert(producer.kind === 'columns', 'a columnar source');
  return new ColumnProducer({
    memory: context.memory,
    batch: producer.batch,
    queue: queueOf(context, stage),
    reader: context.connectors.readColumns(producer.source),
    reject: context.rejectFor(stage.index),
    hasRoomForRejected: () => hasRoomForRejected(context.words, context.layout),
    onProgress: progressCounter(context, stage),
    onUnit: unitObserver(context, kernels),
  });
}

function buildScan(context: WorkerContext, stage: StageSpec, kernels: readonly Kernel[]): Producer {
  const { producer } = stage;
  const kernel = kernels[0]!;
  assert(producer.kind === 'scan', 'a source of bytes');
  const { memory, options } = context;
  const cutter = cutterOf(producer.scan.recordEnds, kernel);
  const queue = queueOf(context, stage);
  const records = new RecordReader({
    reader: context.connectors.readBytes(producer.source),
    buffer: openInputBuffer(memory, options.inputBufferBytes),
    cutter,
    queue,
    recordBytesMax: options.recordBytesMax,
  });
  return new ScanProducer({
    memory,
    kernel: bindScanKernel(kernel),
    queue,
    records,
    headerEnd: headerReader(context, producer, cutter),
    recordAddresses: producer.scan.recordAddresses,
    recordLengths: producer.scan.recordLengths,
    badRecords: producer.scan.badRecords,
    columnNames: producer.scan.columnNames,
    reject: context.rejectFor(stage.index),
    hasRoomForRejected: () => hasRoomForRejected(context.words, context.layout),
    onProgress: progressCounter(context, stage),
    onUnit: unitObserver(context, kernels),
  });
}

/** Behind empty lines; what stands there has to name the columns in the fields that the kernel reads. */
function headerReader(
  { memory }: WorkerContext,
  { source, scan: { header } }: Extract<ProducerSpec, { kind: 'scan' }>,
  cutter: RecordCutter,
): ScanProducerOptions['headerEnd'] {
  if (header === undefined) return undefined;
  return (run, taken) => {
    for (let start = run.start; start < run.end; ) {
      const found = cutter.recordEnd(memory.bytes(), start, run.end, outsideQuotes);
      const end = found < 0 ? run.end : found;
      const names = namesOfFields(splitCsvRecord(memory.bytes().subarray(start, end), header));
      if (placeAlike(source.schema, names, header.names)) return end;
      if (names.length > 0) throw wrongHeader(taken, names, header.names);
      start = end;
    }
    return -1;
  };
}

function wrongHeader(
  { index, unit }: TakenUnit,
  names: readonly string[],
  expected: readonly string[],
): SourceFailure {
  const listed = (list: readonly string[]): string => list.map((name) => `"${name}"`).join(', ');
  const isReadOnce = unit.end === Number.POSITIVE_INFINITY && unit.compression === 'none';
  return new SourceFailure(index, `the header of "${unit.name}" is not the one expected`, {
    code: 'source_format',
    detail: `It names ${listed(names)}; expected is ${listed(expected)}.`,
    hint: isReadOnce
      ? 'It cannot be read ahead: declare the columns that it names, in its order.'
      : 'Files that are read together have their columns in the same places.',
  });
}

function cutterOf(recordEnds: 'lines' | 'quoted_lines', kernel: Kernel): RecordCutter {
  if (recordEnds === 'lines') return lineCutter;
  const quotes: QuoteKernel = {
    quoteCount: kernel.exports.csv_quote_count as QuoteKernel['quoteCount'],
    recordEnd: bindAddressFunction(kernel, 'csv_record_end'),
  };
  return createQuoteCutter(quotes);
}

function queueOf(context: WorkerContext, stage: StageSpec): SharedUnitQueue {
  assert('assignment' in stage.producer, 'a source has units');
  return new SharedUnitQueue(context, stage.index, stage.producer.assignment);
}

function progressCounter(
  { counters, openMeter }: WorkerContext,
  stage: StageSpec,
): (records: number, bytes: number) => void {
  const meter = openMeter?.(stage.index, 'producer');
  return (records, bytes) => {
    counters.add('recordsRead', records);
    counters.add('bytesRead', bytes);
    meter?.count(records, 0);
  };
}

function unitObserver(context: WorkerContext, kernels: readonly Kernel[]): (taken: TakenUnit) => void {
  const topicWriters = kernels.map((kernel) => createTopicWriter(context.memory, kernel));
  return (taken) => {
    context.counters.add('unitsRead', 1);
    for (const writeTopic of topicWriters) writeTopic(taken);
  };
}
