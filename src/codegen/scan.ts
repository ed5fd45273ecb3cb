/** The scan kernel of a source of bytes, and the lists it fills beside the batch. */
import type { BatchLayout } from '../columns/batch-layout.ts';
import type { Schema } from '../columns/schema.ts';
import type { ScanExports } from '../job/job-graph.ts';
import { emitCsvScan } from '../kernels/scan/csv/csv-scan.ts';
import { emitJsonScan } from '../kernels/scan/json/emit-json-scan.ts';
import { badRecordBytes, badRecordsMax, type ScanLayout } from '../kernels/scan/scan-contract.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import type { SourceForm } from './sources.ts';

export interface ScanOptions {
  readonly batch: BatchLayout;
  readonly schema: Schema;
  readonly form: Exclude<SourceForm, { kind: 'columns' }>;
  /** For each column of the batch: its place in the relation's schema. */
  readonly indexes: readonly number[];
}

export function emitScan(module: ModuleBuilder, options: ScanOptions): ScanExports {
  const { batch, schema, form, indexes } = options;
  const layout: ScanLayout = {
    schema,
    batch,
    recordAddresses: module.reserve(4 * batch.capacityRows, 64),
    recordLengths: module.reserve(4 * batch.capacityRows, 64),
    badRecords: module.reserve(badRecordBytes * badRecordsMax, 64),
  };
  const { recordAddresses, recordLengths, badRecords } = layout;
  const columnNames = schema.map(({ name }) => name);
  const lists = { recordAddresses, recordLengths, badRecords, columnNames };
  if (form.kind === 'jsonl') {
    emitJsonScan(module, { layout, fields: schema.map(({ name }) => ({ name })), shape: form.shape });
    return { ...lists, recordEnds: 'lines', header: undefined };
  }
  const { delimiter, quote, fieldCount, fieldOf } = form;
  const header = form.header && { names: form.header, delimiter, quote };
  const fields = indexes.map((index) => ({ position: fieldOf[index]! }));
  emitCsvScan(module, { layout, fields, delimiter, quote, fieldCount });
  return { ...lists, recordEnds: quote === undefined ? 'lines' : 'quoted_lines', header };
}
