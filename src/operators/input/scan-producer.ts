/**
 * Fills batches from records: takes units, reads them as runs of records, and lets the scan kernel parse
 * them.
 */

import { badRecordBytes, badRecordReasons } from '../../kernels/scan/scan-contract.ts';
import { bindAddressGlobal, type Kernel } from '../../wasm/instantiate.ts';
import type { PrivateMemory, Produced, Producer } from '../operator.ts';
import { type BatchPlace, positionOf } from '../position.ts';
import type { LongRecord, RecordReader, RecordRun } from './record-reader.ts';
import type { RejectedRecord, RejectRecord, TakenUnit, UnitQueue } from './unit-queue.ts';

/** The scan kernel's exports (scan-contract.ts). */
export interface ScanKernel {
  scan(start: number, end: number): number;
  next(): number;
  badCount(): number;
}

export function bindScanKernel(kernel: Kernel): ScanKernel {
  const badCount = kernel.exports.scan_bad_count as WebAssembly.Global;
  return {
    scan: kernel.exports.scan as ScanKernel['scan'],
    next: bindAddressGlobal(kernel, 'scan_next'),
    badCount: () => badCount.value as number,
  };
}

export interface ScanProducerOptions {
  readonly memory: PrivateMemory;
  readonly kernel: ScanKernel;
  readonly queue: UnitQueue;
  readonly records: RecordReader;
  /**
   * Where the header ends that a split has: in the first run, or behind those in which there is nothing yet,
   * which is -1. Throws where it is another one than it has to be. Undefined: splits have none.
   */
  readonly headerEnd: ((run: RecordRun, taken: TakenUnit) => number) | undefined;
  /** Addresses of the kernel's lists (scan-contract.ts). */
  readonly recordAddresses: number;
  readonly recordLengths: number;
  readonly badRecords: number;
  readonly columnNames: readonly string[];
  readonly reject: RejectRecord;
  /** False while those who take rejected records are behind; no more are read then. */
  readonly hasRoomForRejected: () => boolean;
  /** Told the records (good and bad) and bytes of each step. */
  readonly onProgress: (records: number, bytes: number) => void;
  readonly onUnit: (taken: TakenUnit) => void;
}

/** Bytes of a stream after which rows are sent on, also when it never runs dry: a millisecond or so. */
const flushBytes = 1_048_576;

/** UTF-8's. */
const byteOrderMark = [0xef, 0xbb, 0xbf];

export class ScanProducer implements Producer {
  readonly #options: ScanProducerOptions;
  #taken: TakenUnit | undefined;
  #run: RecordRun | undefined;
  #next = 0;
  #rowInUnit = 0;
  #rowsInBatch = 0;
  /** Of a stream: where the rows before it were last sent on. */
  #flushedOffset = 0;
  /** The split has a header, and nothing of it was read yet. */
  #awaitsHeader = false;
  #pending: Promise<void> | undefined;

  constructor(options: ScanProducerOptions) {
    this.#options = options;
  }

  get pendingInput(): Promise<void> | undefined {
    return this.#pending;
  }

  get place(): BatchPlace {
    const { unit } = this.#taken!;
    return {
      positionBase: positionOf(unit, this.#rowInUnit - this.#rowsInBatch),
      offsetBase: BigInt(this.#run!.splitOffset - this.#run!.start),
    };
  }

  rejectRow(row: number, reason: string): void {
    const view = this.#options.memory.view();
    const address = view.getUint32(this.#options.recordAddresses + 4 * row, true);
    const length = view.getUint32(this.#options.recordLengths + 4 * row, true);
    this.#rejectRecord(address, length, { reason, column: undefined, wasRead: true });
  }

  next(): Produced {
    this.#pending = undefined;
    if (this.#run === undefined) return this.#nextRun();
    const { kernel, hasRoomForRejected } = this.#options;
    if (!hasRoomForRejected()) return 'needs_input';
    const from = this.#next;
    const rows = kernel.scan(from, this.#run.end);
    this.#next = kernel.next();
    const badCount = kernel.badCount();
    this.#rowsInBatch = rows;
    this.#rowInUnit += rows;
    this.#options.onProgress(rows + badCount, this.#next - from);
    for (let i = 0; i < badCount; i++) this.#rejectBad(i);
    if (this.#next >= this.#run.end && rows === 0) this.#run = undefined;
    return rows > 0 ? rows : 'worked';
  }

  close(): void {
    this.#options.queue.close();
    this.#options.records.close();
  }

  #nextRun(): Produced {
    const { records, queue, headerEnd } = this.#options;
    if (this.#taken === undefined) {
      this.#taken = queue.take();
      if (this.#taken === undefined) return 'end';
      records.open(this.#taken.unit, this.#taken.index);
      this.#rowInUnit = 0;
      this.#flushedOffset = 0;
      this.#awaitsHeader = headerEnd !== undefined && this.#taken.unit.start === 0;
      this.#options.onUnit(this.#taken);
    }
    const isEndless = this.#taken.unit.end === Number.POSITIVE_INFINITY;
    if (isEndless && queue.isStopping) {
      this.#taken = undefined;
      return 'worked';
    }
    const run = records.next();
    if (run === 'wait') {
      this.#pending = isEndless ? records.ready() : undefined;
      return 'needs_input';
    }
    if (run === undefined) {
      this.#taken = undefined;
      return 'worked';
    }
    if ('head' in run) return this.#rejectLong(run);
    this.#run = run;
    this.#next = this.#firstRecord(run, this.#taken);
    if (!isEndless || run.splitOffset - this.#flushedOffset < flushBytes) return 'worked';
    this.#flushedOffset = run.splitOffset;
    return 'flush';
  }

  /** Behind a byte order mark and the header, where the split has them. */
  #firstRecord(run: RecordRun, taken: TakenUnit): number {
    const { headerEnd } = this.#options;
    const isFirst = run.splitOffset === 0;
    const start = isFirst ? this.#behindMark(run.start) : run.start;
    if (headerEnd === undefined || !this.#awaitsHeader) return start;
    const end = headerEnd({ ...run, start }, taken);
    this.#awaitsHeader = end < 0;
    return end < 0 ? run.end : end;
  }

  #behindMark(start: number): number {
    const bytes = this.#options.memory.bytes();
    const hasMark = byteOrderMark.every((byte, i) => bytes[start + i] === byte);
    return hasMark ? start + byteOrderMark.length : start;
  }

  #rejectBad(index: number): void {
    const { memory, badRecords, columnNames } = this.#options;
    const entry = badRecords + index * badRecordBytes;
    const view = memory.view();
    const reason = badRecordReasons[view.getUint32(entry + 8, true)] ?? 'syntax';
    const column = columnNames[view.getUint32(entry + 12, true)];
    const about = { reason, column, wasRead: false };
    this.#rejectRecord(view.getUint32(entry, true), view.getUint32(entry + 4, true), about);
  }

  #rejectLong({ splitOffset, head }: LongRecord): Produced {
    this.#options.onProgress(1, 0);
    const about = { reason: 'too_long', column: undefined, wasRead: false, isCut: true } as const;
    this.#reject({ offset: splitOffset, payload: head, ...about });
    return 'worked';
  }

  #rejectRecord(
    address: number,
    length: number,
    about: Pick<RejectedRecord, 'reason' | 'column' | 'wasRead'>,
  ): void {
    const offset = this.#run!.splitOffset + (address - this.#run!.start);
    const payload = this.#options.memory.bytes().slice(address, address + length);
    this.#reject({ offset, payload, ...about });
  }

  #reject(record: Omit<RejectedRecord, 'unitIndex' | 'unit' | 'measure'>): void {
    const { index: unitIndex, unit } = this.#taken!;
    this.#options.reject({ unitIndex, unit, measure: 'byte', ...record });
  }
}
