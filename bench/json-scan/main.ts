/**
 * How fast the JSON-lines scan is, on one thread and from memory, over records of several kinds; beside
 * JSON.parse. The columns' sums are checked against JSON.parse's.
 *
 *   node bench/json-scan/main.ts [--rows=200000] [--rounds=5] [--only=PART_OF_A_NAME]
 */
import { parseArgs } from 'node:util';
import { Random } from '../../src/base/random.ts';
import { type BatchLayout, layoutBatch } from '../../src/columns/batch-layout.ts';
import type { Schema } from '../../src/columns/schema.ts';
import { viewToString } from '../../src/columns/string-view.ts';
import { emitJsonScan } from '../../src/kernels/scan/json/emit-json-scan.ts';
import { learnShape } from '../../src/kernels/scan/json/record-shape.ts';
import { badRecordBytes, badRecordsMax } from '../../src/kernels/scan/scan-contract.ts';
import { arenaReset } from '../../src/routines/arena.ts';
import { memoryMap } from '../../src/routines/memory-map.ts';
import { compileModule, createPrivateMemory, instantiate } from '../../src/wasm/instantiate.ts';
import { ModuleBuilder } from '../../src/wasm/module-builder.ts';
import { type DataSet, dataSets } from './data-sets.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '200000' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
  },
});
const rowCount = Number(values.rows);
const roundCount = Number(values.rounds);
const capacityRows = 2048;
const chunkBytes = 1 << 20;

interface Machine {
  readonly batch: BatchLayout;
  readonly memory: WebAssembly.Memory;
  /** Scans all of the input, in chunks of whole records; `onBatch` sees each batch. */
  scanAll(onBatch: (rowCount: number) => void): void;
}

function build(schema: Schema, input: Uint8Array): Machine {
  const module = new ModuleBuilder('bench_json_scan');
  const reserve = (count: number, align: number): number => module.reserve(count, align);
  const batch = layoutBatch(schema, capacityRows, reserve);
  const layout = {
    schema,
    batch,
    recordAddresses: reserve(4 * capacityRows, 64),
    recordLengths: reserve(4 * capacityRows, 64),
    badRecords: reserve(badRecordBytes * badRecordsMax, 64),
  };
  const shape = learnShape(input.subarray(0, 1 << 16));
  emitJsonScan(module, { layout, fields: schema.map(({ name }) => ({ name })), shape });
  module.export('clear_arena', {}, undefined, (f) => f.call(arenaReset(module)));
  const base = Math.ceil(module.staticEnd / 65_536) * 65_536;
  const heap = Math.ceil((base + input.length) / 65_536 + 1) * 65_536;
  const memory = createPrivateMemory(heap + (8 << 20));
  const cells = new DataView(memory.buffer);
  cells.setUint32(memoryMap.heapTop, heap, true);
  cells.setUint32(memoryMap.heapLimit, 2 ** 31, true);
  new Uint8Array(memory.buffer).set(input, base);
  const { exports } = instantiate(compileModule(module.encode()), memory);
  const scan = exports.scan as (start: number, end: number) => number;
  const clearArena = exports.clear_arena as () => void;
  const next = exports.scan_next as WebAssembly.Global;
  const badCount = exports.scan_bad_count as WebAssembly.Global;
  const ends = chunkEnds(input).map((end) => base + end);
  return {
    batch,
    memory,
    scanAll(onBatch) {
      let start = base;
      for (const end of ends) {
        while (start < end) {
          const count = scan(start, end);
          if (badCount.value !== 0) throw new Error('a record is bad');
          start = next.value as number;
          onBatch(count);
          clearArena();
        }
      }
    },
  };
}

function chunkEnds(input: Uint8Array): number[] {
  const ends: number[] = [];
  let start = 0;
  while (start < input.length) {
    const limit = start + chunkBytes;
    start = limit >= input.length ? input.length : input.lastIndexOf(10, limit - 1) + 1;
    ends.push(start);
  }
  return ends;
}

/** Per column the sum of its numbers, or of its strings' lengths and first characters. */
function addValue(sums: number[], index: number, value: unknown): void {
  const added =
    typeof value === 'string' ? value.length * 256 + (value.charCodeAt(0) || 0) : Number(value ?? 0);
  sums[index] = sums[index]! + added;
}

function expectedSums(schema: Schema, lines: readonly string[]): number[] {
  const sums = schema.map(() => 0);
  for (const line of lines) {
    const record = JSON.parse(line) as Record<string, unknown>;
    schema.forEach(({ name, type }, i) => {
      const value = record[name];
      addValue(sums, i, type.kind === 'timestamp' ? Date.parse(value as string) * 1000 : value);
    });
  }
  return sums;
}

function scannedSums(machine: Machine): number[] {
  const { columns } = machine.batch;
  const sums = columns.map(() => 0);
  const view = new DataView(machine.memory.buffer);
  machine.scanAll((count) => {
    for (let row = 0; row < count; row++) {
      columns.forEach(({ storage, valuesAddress, nullsAddress }, i) => {
        if (nullsAddress !== undefined && view.getUint8(nullsAddress + row) === 1) return;
        if (storage === 'f64') addValue(sums, i, view.getFloat64(valuesAddress + 8 * row, true));
        else if (storage === 'i64') addValue(sums, i, view.getBigInt64(valuesAddress + 8 * row, true));
        else if (storage === 'i32') addValue(sums, i, view.getInt32(valuesAddress + 4 * row, true));
        else addValue(sums, i, viewToString(new Uint8Array(machine.memory.buffer), valuesAddress + 16 * row));
      });
    }
  });
  return sums;
}

function measure({ name, schema, record }: DataSet): string[] {
  const random = Random.fromSeed(7);
  const lines = Array.from({ length: rowCount }, (_, i) => record(random, i));
  const input = new TextEncoder().encode(lines.join('\n').concat('\n'));
  const machine = build(schema, input);
  const [expected, actual] = [expectedSums(schema, lines), scannedSums(machine)];
  if (!expected.every((sum, i) => sum === actual[i]))
    throw new Error(`${name}: ${actual} instead of ${expected}`);
  const scanSeconds: number[] = [];
  const parseSeconds: number[] = [];
  for (let round = 0; round < roundCount; round++) {
    scanSeconds.push(secondsOf(() => machine.scanAll(() => {})));
    if (round < 2) parseSeconds.push(secondsOf(() => parseAll(lines)));
  }
  const seconds = median(scanSeconds);
  return [
    name.padEnd(32),
    (rowCount / seconds / 1e6).toFixed(2).padStart(8),
    (input.length / seconds / 1e9).toFixed(2).padStart(7),
    `${(median(parseSeconds) / seconds).toFixed(1)}x`.padStart(11),
    (input.length / rowCount).toFixed(0).padStart(8),
  ];
}

function parseAll(lines: readonly string[]): void {
  for (const line of lines) JSON.parse(line);
}

function secondsOf(work: () => void): number {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!;
}

console.log(`${'records'.padEnd(32)}  Mrec/s    GB/s  JSON.parse   bytes`);
for (const set of dataSets.filter(({ name }) => name.includes(values.only)))
  console.log(measure(set).join(''));
