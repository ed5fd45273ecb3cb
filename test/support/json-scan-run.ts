/**
 * Runs the JSON scan over bytes in a memory of its own and reads its batches back as plain values, so that a
 * test can say in one line what a record becomes. Around every chunk lie bytes that must not matter.
 */
import { layoutBatch } from '../../src/columns/batch-layout.ts';
import type { Schema } from '../../src/columns/schema.ts';
import { viewToBytes } from '../../src/columns/string-view.ts';
import { emitJsonScan } from '../../src/kernels/scan/json/emit-json-scan.ts';
import type { RecordShape } from '../../src/kernels/scan/json/record-shape.ts';
import {
  badRecordBytes,
  badRecordReasons,
  badRecordsMax,
  type ScanLayout,
} from '../../src/kernels/scan/scan-contract.ts';
import { arenaReset } from '../../src/routines/arena.ts';
import { memoryMap } from '../../src/routines/memory-map.ts';
import { ModuleBuilder } from '../../src/wasm/module-builder.ts';

/** A value as read back: strings as their bytes in Latin-1, so that they compare bytewise. */
export type ScannedValue = string | bigint | number | boolean | null;

export interface ScannedRecord {
  /** The record's text, in Latin-1. */
  readonly text: string;
  readonly values: readonly ScannedValue[];
}

export interface RejectedRecord {
  readonly text: string;
  readonly reason: string;
  readonly field: number;
}

export interface ScanResult {
  readonly rows: readonly ScannedRecord[];
  readonly bad: readonly RejectedRecord[];
}

export interface ScanRun {
  readonly module: ModuleBuilder;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Scans chunks that each hold whole records, one after the other. */
  run(chunks: readonly Uint8Array[]): ScanResult;
}

const inputBytesMax = 4 << 20;
/** What follows a chunk: enough to complete almost any record, if it were read. */
const slack = new TextEncoder().encode(
  '"}\n,"a":1}\n5e5"}]}\n{"a":123,"b":"x"}\n\\"\\u0041"]}}}\n1234567890"}\n'.repeat(2),
);

export function prepareScan(schema: Schema, shape: RecordShape | undefined, capacityRows = 2048): ScanRun {
  const module = new ModuleBuilder('json_scan_test');
  const reserve = (count: number, align: number): number => module.reserve(count, align);
  const layout: ScanLayout = {
    schema,
    batch: layoutBatch(schema, capacityRows, reserve),
    recordAddresses: reserve(4 * capacityRows, 64),
    recordLengths: reserve(4 * capacityRows, 64),
    badRecords: reserve(badRecordBytes * badRecordsMax, 64),
  };
  emitJsonScan(module, { layout, fields: schema.map(({ name }) => ({ name })), shape });
  module.export('arena_clear', {}, undefined, (f) => f.call(arenaReset(module)));
  const bytes = module.encode();
  const inputBase = Math.ceil(module.staticEnd / 4096) * 4096;
  const heapBase = inputBase + inputBytesMax;
  const memory = new WebAssembly.Memory({ initial: (heapBase >> 16) + 16, maximum: 65_536 });
  const cells = new DataView(memory.buffer);
  cells.setUint32(memoryMap.heapTop, heapBase, true);
  cells.setUint32(memoryMap.heapLimit, 1 << 30, true);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  const machine: Machine = {
    memory,
    layout,
    scan: exports.scan as (start: number, end: number) => number,
    clearArena: exports.arena_clear as () => void,
    global: (name) => Number((exports[name] as WebAssembly.Global).value) >>> 0,
  };
  return {
    module,
    bytes,
    run(chunks) {
      const result = { rows: [], bad: [] };
      for (const [i, chunk] of chunks.entries())
        scanChunk(machine, chunk, inputBase + 256 + (i % 16), result);
      return result;
    },
  };
}

interface Machine {
  readonly memory: WebAssembly.Memory;
  readonly layout: ScanLayout;
  readonly scan: (start: number, end: number) => number;
  readonly clearArena: () => void;
  readonly global: (name: string) => number;
}

interface Collected {
  readonly rows: ScannedRecord[];
  readonly bad: RejectedRecord[];
}

function scanChunk(machine: Machine, chunk: Uint8Array, start: number, { rows, bad }: Collected): void {
  const { memory, scan, global, clearArena } = machine;
  const end = start + chunk.length;
  new Uint8Array(memory.buffer).set(chunk, start);
  new Uint8Array(memory.buffer).set(slack, end);
  let at = start;
  for (let calls = 0; at < end; calls++) {
    if (calls > 3 * chunk.length + 8) throw new Error('the scan makes no progress');
    const count = scan(at, end);
    for (let row = 0; row < count; row++) rows.push(readRow(machine, row));
    for (let i = 0; i < global('scan_bad_count'); i++) bad.push(readBad(machine, i));
    at = global('scan_next');
    clearArena();
  }
  const after = new Uint8Array(memory.buffer, end, slack.length);
  if (!after.every((byte, i) => byte === slack[i])) throw new Error('bytes after the chunk changed');
  if (at !== end) throw new Error('the scan went past the end');
}

function readRow({ memory, layout }: Machine, row: number): ScannedRecord {
  const view = new DataView(memory.buffer);
  const values = layout.batch.columns.map((column): ScannedValue => {
    if (column.nullsAddress !== undefined && view.getUint8(column.nullsAddress + row) === 1) {
      return isZero(view, column, row) ? null : 'NULL with a value';
    }
    return readValue(memory, column, row);
  });
  const address = view.getUint32(layout.recordAddresses + 4 * row, true);
  return { text: readText(memory, address, view.getUint32(layout.recordLengths + 4 * row, true)), values };
}

function readBad({ memory, layout }: Machine, index: number): RejectedRecord {
  const view = new DataView(memory.buffer);
  const at = layout.badRecords + badRecordBytes * index;
  return {
    text: readText(memory, view.getUint32(at, true), view.getUint32(at + 4, true)),
    reason: badRecordReasons[view.getUint32(at + 8, true)] ?? '?',
    field: view.getInt32(at + 12, true),
  };
}

function readText(memory: WebAssembly.Memory, address: number, length: number): string {
  return Buffer.from(memory.buffer as ArrayBuffer, address, length).toString('latin1');
}

type Column = ReturnType<typeof layoutBatch>['columns'][number];

const widths = { i8: 1, i32: 4, i64: 8, f64: 8, i128: 16, view: 16, interval: 16 } as const;

function isZero(view: DataView, { storage, valuesAddress }: Column, row: number): boolean {
  for (let i = 0; i < widths[storage]; i++) {
    if (view.getUint8(valuesAddress + row * widths[storage] + i) !== 0) return false;
  }
  return true;
}

function readValue(
  memory: WebAssembly.Memory,
  { storage, valuesAddress }: Column,
  row: number,
): ScannedValue {
  const view = new DataView(memory.buffer);
  const at = valuesAddress + row * widths[storage];
  switch (storage) {
    case 'i8':
      return view.getUint8(at) === 1;
    case 'i32':
      return BigInt(view.getInt32(at, true));
    case 'i64':
      return view.getBigInt64(at, true);
    case 'f64':
      return view.getFloat64(at, true);
    case 'i128':
      return (view.getBigInt64(at + 8, true) << 64n) | view.getBigUint64(at, true);
    case 'interval':
      return `${view.getInt32(at + 8, true)} ${view.getInt32(at + 12, true)} ${view.getBigInt64(at, true)}`;
    case 'view':
      checkView(view, at);
      return Buffer.from(viewToBytes(new Uint8Array(memory.buffer), at)).toString('latin1');
  }
}

/** A string has exactly one form: short ones inline and zero padded, long ones with their first bytes. */
function checkView(view: DataView, at: number): void {
  const length = view.getUint8(at);
  if (length === 0xff) {
    const address = view.getUint32(at + 8, true);
    const isWhole = view.getUint32(at + 4, true) > 15;
    const begins = [0, 1, 2].every((i) => view.getUint8(at + 1 + i) === view.getUint8(address + i));
    const goesOn = [3, 4, 5, 6].every((i) => view.getUint8(at + 9 + i) === view.getUint8(address + i));
    if (isWhole && begins && goesOn) return;
  } else if (length <= 15) {
    let padding = 0;
    for (let i = length; i < 15; i++) padding |= view.getUint8(at + 1 + i);
    if (padding === 0) return;
  }
  throw new Error('a view is not in its one form');
}
