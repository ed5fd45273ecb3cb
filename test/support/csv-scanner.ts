/** For tests: a CSV scan over bytes, its rows as JavaScript values and its bad records as text. */
import { type BatchColumn, layoutBatch } from '../../src/columns/batch-layout.ts';
import type { Schema } from '../../src/columns/schema.ts';
import { viewToString } from '../../src/columns/string-view.ts';
import { emitCsvScan } from '../../src/kernels/scan/csv/csv-scan.ts';
import {
  type BadRecordReason,
  badRecordBytes,
  badRecordReasons,
  badRecordsMax,
} from '../../src/kernels/scan/scan-contract.ts';
import { memoryMap } from '../../src/routines/memory-map.ts';
import { compileModule, createPrivateMemory, instantiate } from '../../src/wasm/instantiate.ts';
import { ModuleBuilder } from '../../src/wasm/module-builder.ts';

export interface CsvScannerOptions {
  readonly schema: Schema;
  /** The field of each column; in order where left out. */
  readonly positions?: readonly number[];
  readonly fieldCount?: number;
  readonly delimiter?: string;
  readonly quote?: string | undefined;
  readonly capacityRows?: number;
}

export type ScannedValue = string | number | bigint | null;

export interface BadRecord {
  readonly text: string;
  readonly reason: BadRecordReason;
  readonly column: number;
}

export interface Scanned {
  readonly rows: ScannedValue[][];
  readonly records: string[];
  readonly bad: BadRecord[];
}

export interface CsvScanner {
  /** Scans the bytes in the chunks that end at `cuts`. */
  scan(input: string | Uint8Array, cuts?: readonly number[]): Scanned;
  /** The first record boundary behind a byte, found as the reader of a chunk does. */
  boundaryAfter(input: Uint8Array, at: number): number;
}

const inputBytesMax = 1 << 20;
const heapBytes = 4 << 20;

function emitScanner(options: CsvScannerOptions) {
  const { schema, capacityRows = 2048 } = options;
  const module = new ModuleBuilder('csv_test');
  const reserve = (bytes: number, align: number): number => module.reserve(bytes, align);
  const batch = layoutBatch(schema, capacityRows, reserve);
  const layout = {
    schema,
    batch,
    recordAddresses: reserve(4 * capacityRows, 64),
    recordLengths: reserve(4 * capacityRows, 64),
    badRecords: reserve(badRecordBytes * badRecordsMax, 64),
  };
  const positions = options.positions ?? schema.map((_, i) => i);
  const quote = 'quote' in options ? options.quote : '"';
  emitCsvScan(module, {
    layout,
    fields: positions.map((position) => ({ position })),
    delimiter: (options.delimiter ?? ',').charCodeAt(0),
    quote: quote?.charCodeAt(0),
    fieldCount: options.fieldCount ?? schema.length,
  });
  return { module, batch, layout };
}

export function createCsvScanner(options: CsvScannerOptions): CsvScanner {
  const { schema } = options;
  const { module, batch, layout } = emitScanner(options);
  const input = Math.ceil(module.staticEnd / 65_536) * 65_536;
  const heap = input + inputBytesMax + 65_536;
  const memory = createPrivateMemory(heap + heapBytes);
  const view = new DataView(memory.buffer);
  view.setUint32(memoryMap.heapTop, heap, true);
  view.setUint32(memoryMap.heapLimit, heap + heapBytes, true);
  const { exports } = instantiate(compileModule(module.encode()), memory);
  const call = (name: string, ...args: number[]): number =>
    (exports[name] as (...args: number[]) => number)(...args);
  const read = (name: string): number => (exports[name] as WebAssembly.Global).value as number;
  const bytes = new Uint8Array(memory.buffer);

  const place = (text: Uint8Array): number => {
    // What lies around the input must not matter: quotes, delimiters and line feeds above all.
    bytes.fill('"'.charCodeAt(0), input - 16, input + text.length + 80);
    bytes.set(text, input);
    return input + text.length;
  };

  const valueAt = (column: number, row: number): ScannedValue =>
    readValue(bytes, view, batch.columns[column]!, row);

  const decoder = new TextDecoder();
  const textAt = (address: number, size: number): string =>
    decoder.decode(bytes.slice(address, address + size));

  const takeBatch = (count: number, into: Scanned): void => {
    for (let row = 0; row < count; row++) {
      into.rows.push(schema.map((_, column) => valueAt(column, row)));
      const address = view.getUint32(layout.recordAddresses + 4 * row, true);
      into.records.push(textAt(address, view.getUint32(layout.recordLengths + 4 * row, true)));
    }
    for (let i = 0; i < read('scan_bad_count'); i++) {
      const entry = layout.badRecords + badRecordBytes * i;
      const text = textAt(view.getUint32(entry, true), view.getUint32(entry + 4, true));
      const reason = badRecordReasons[view.getUint32(entry + 8, true)]!;
      into.bad.push({ text, reason, column: view.getInt32(entry + 12, true) });
    }
  };

  const encoder = new TextEncoder();
  return {
    scan(text, cuts = []) {
      const encoded = typeof text === 'string' ? encoder.encode(text) : text;
      const end = place(encoded);
      const scanned: Scanned = { rows: [], records: [], bad: [] };
      let at = input;
      for (const chunkEnd of [...cuts.map((cut) => input + cut), end]) {
        while (at < chunkEnd) {
          const count = call('scan', at, chunkEnd);
          takeBatch(count, scanned);
          at = read('scan_next');
        }
      }
      return scanned;
    },
    boundaryAfter(text, at) {
      const end = place(text);
      const inside = call('csv_quote_count', input, input + at) & 1;
      return Math.min(call('csv_record_end', input + at, end, inside), end) - input;
    },
  };
}

function readValue(bytes: Uint8Array, view: DataView, column: BatchColumn, row: number): ScannedValue {
  const { valuesAddress, nullsAddress, storage } = column;
  if (nullsAddress !== undefined && bytes[nullsAddress + row] === 1) return null;
  if (storage === 'view') return viewToString(bytes, valuesAddress + 16 * row);
  if (storage === 'i8') return view.getUint8(valuesAddress + row);
  if (storage === 'i32') return view.getInt32(valuesAddress + 4 * row, true);
  if (storage === 'f64') return view.getFloat64(valuesAddress + 8 * row, true);
  if (storage === 'i64') return view.getBigInt64(valuesAddress + 8 * row, true);
  const low = view.getBigUint64(valuesAddress + 16 * row, true);
  return (view.getBigInt64(valuesAddress + 16 * row + 8, true) << 64n) | low;
}
