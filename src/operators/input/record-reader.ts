/**
 * Reads units as runs of whole records. A unit [start, end) of a split owns the records that start in it: the
 * reader finds the first one behind `start` and reads past `end` for the rest of the last one. A unit whose
 * size is not known (a pipe, a packed file) comes in several runs. A record that is too long is not kept:
 * its place and its beginning are all that is told of it. Nothing here knows what a record looks like inside.
 */
import type { ByteReader, InputBuffer, WorkUnit } from '../../io/source.ts';
import { outsideQuotes, type RecordCutter } from './record-cutter.ts';
import { SplitWindow } from './split-window.ts';
import { abandonedUnit, type UnitQueue } from './unit-queue.ts';

/**
 * Whole records at [start, end) in private memory; `splitOffset` is the byte offset of `start` in the split.
 */
export interface RecordRun {
  readonly start: number;
  readonly end: number;
  readonly splitOffset: number;
}

/** A record in the place of a run that is longer than a record may be; `head` are its first bytes, a copy. */
export interface LongRecord {
  readonly splitOffset: number;
  readonly head: Uint8Array;
}

export interface RecordReaderOptions {
  readonly reader: ByteReader;
  readonly buffer: InputBuffer;
  readonly cutter: RecordCutter;
  readonly queue: UnitQueue;
  /** Bounds the memory that a record takes. Within a chunk of a file a longer one has its place anyway. */
  readonly recordBytesMax: number;
}

const tailReadBytes = 65_536;
/** Of a record that is too long. */
const headBytes = 1000;

export class RecordReader {
  readonly #options: RecordReaderOptions;
  readonly #window: SplitWindow;
  #unit: WorkUnit | undefined;
  #unitIndex = 0;
  /** Bytes at the window's end that the last run did not include. */
  #carried = 0;
  #isWholeRead = false;
  /** Found, and not told yet; what they lie in stays as it is until they are. */
  #found: (RecordRun | LongRecord)[] = [];
  /** The state in which a record goes on that is too long; undefined where there is none. */
  #skipState: number | undefined;

  constructor(options: RecordReaderOptions) {
    this.#options = options;
    this.#window = new SplitWindow(options.reader, options.buffer);
  }

  open(unit: WorkUnit, unitIndex: number): void {
    this.#unit = unit;
    this.#unitIndex = unitIndex;
    this.#carried = 0;
    this.#isWholeRead = false;
    this.#found = [];
    this.#skipState = undefined;
    this.#window.open(unit, unit.start === 0 ? 0 : unit.start - 1);
  }

  /**
   * The next run; `wait`: the source or the predecessor has nothing to say yet; undefined at the unit's end.
   */
  next(): RecordRun | LongRecord | 'wait' | undefined {
    if (this.#found.length === 0 && !this.#isWholeRead) {
      const isStream = this.#unit!.end === Number.POSITIVE_INFINITY;
      if ((isStream ? this.#readStream() : this.#readChunk()) === 'wait') return 'wait';
    }
    return this.#found.shift();
  }

  ready(): Promise<void> {
    return this.#options.reader.ready();
  }

  close(): void {
    this.#options.reader.close();
  }

  #readChunk(): 'wait' | 'read' {
    const { buffer, cutter, queue } = this.#options;
    const unit = this.#unit!;
    if (this.#window.fillTo(unit.end) === 'wait') return 'wait';
    let state = outsideQuotes;
    if (cutter.isChained) {
      const before = unit.chunk === 0 ? outsideQuotes : queue.stateOf(this.#unitIndex - 1);
      if (before === 0) return 'wait';
      if (before === abandonedUnit) {
        queue.publish(this.#unitIndex, abandonedUnit);
        this.#isWholeRead = true;
        return 'read';
      }
      state = before;
      queue.publish(this.#unitIndex, cutter.stateAfter(buffer.address, this.#window.limit - 1, state));
    }
    this.#isWholeRead = true;
    const first = this.#firstRecord(state);
    if (first >= 0) this.#findChunkRun(first - buffer.address, state);
    return 'read';
  }

  /** The address of the first record that starts in the unit; -1 when none does. */
  #firstRecord(state: number): number {
    const { buffer, cutter } = this.#options;
    if (this.#unit!.start === 0) return buffer.address;
    const { limit } = this.#window;
    const start = cutter.recordEnd(buffer.bytes(), buffer.address, limit, state);
    return start < 0 || start >= limit ? -1 : start;
  }

  /** The records from byte `first` of the window on, and the last one by itself where it is too long. */
  #findChunkRun(first: number, state: number): void {
    const { buffer, cutter, recordBytesMax } = this.#options;
    const unitBytes = this.#window.filled;
    const end = this.#window.position === this.#unit!.splitEnd ? unitBytes : this.#endOfLast(state);
    // Only the last record was not whole within the unit.
    const isWhole = end - first <= recordBytesMax || end === unitBytes;
    const from = buffer.address + first;
    const last = isWhole ? from : cutter.lastRecordEnd(buffer.bytes(), from, buffer.address + unitBytes);
    const isLong = !isWhole && buffer.address + end - last > recordBytesMax;
    this.#addRun(from, isLong ? last : buffer.address + end);
    if (isLong) this.#addLong(last);
  }

  /** Reads past the unit's end until its last record is whole, or too long; where in the window that is. */
  #endOfLast(state: number): number {
    const { buffer, cutter, recordBytesMax } = this.#options;
    const unitBytes = this.#window.filled;
    let searchFrom = unitBytes - 1;
    let searchState = cutter.stateAfter(buffer.address, buffer.address + searchFrom, state);
    for (;;) {
      const from = buffer.address + searchFrom;
      const { limit, filled } = this.#window;
      const end = cutter.recordEnd(buffer.bytes(), from, limit, searchState);
      if (end >= 0) return end - buffer.address;
      if (filled - unitBytes > recordBytesMax) return filled;
      searchState = cutter.stateAfter(from, limit, searchState);
      searchFrom = filled;
      const got = this.#window.read(tailReadBytes);
      if (got === 'wait' || got === 0) return filled;
    }
  }

  #readStream(): 'wait' | 'read' {
    const { buffer, cutter, recordBytesMax } = this.#options;
    this.#window.keep(this.#carried);
    for (;;) {
      const room = buffer.capacityBytes - this.#window.filled;
      const got = this.#window.read(room === 0 ? buffer.capacityBytes : room);
      if (got === 'wait') {
        this.#carried = this.#window.filled;
        return 'wait';
      }
      if (got === 0) this.#isWholeRead = true;
      if (this.#skipState !== undefined) this.#skipOn(this.#skipState);
      const { limit } = this.#window;
      const end = got === 0 ? limit : cutter.lastRecordEnd(buffer.bytes(), buffer.address, limit);
      this.#carried = limit - end;
      if (end > buffer.address) this.#findStreamRun(end);
      else if (this.#window.filled > recordBytesMax) {
        this.#addLong(buffer.address);
        this.#skipState = cutter.stateAfter(buffer.address, limit, outsideQuotes);
        this.#carried = 0;
      } else if (got !== 0) continue;
      return 'read';
    }
  }

  /**
   * The records at the front of the window. Only the first one came in pieces, so only it can be too long.
   */
  #findStreamRun(end: number): void {
    const { buffer, cutter, recordBytesMax } = this.#options;
    let start = buffer.address;
    if (end - start > recordBytesMax) {
      const firstEnd = cutter.recordEnd(buffer.bytes(), start, end, outsideQuotes);
      if (firstEnd - start > recordBytesMax) {
        this.#addLong(start);
        start = firstEnd;
      }
    }
    this.#addRun(start, end);
  }

  /** Leaves in the window only what lies behind the record that is too long. */
  #skipOn(state: number): void {
    const { buffer, cutter } = this.#options;
    const { limit } = this.#window;
    const end = cutter.recordEnd(buffer.bytes(), buffer.address, limit, state);
    this.#skipState = end < 0 ? cutter.stateAfter(buffer.address, limit, state) : undefined;
    this.#window.keep(end < 0 ? 0 : limit - end);
  }

  #addRun(start: number, end: number): void {
    if (end > start) this.#found.push({ start, end, splitOffset: this.#window.offsetOf(start) });
  }

  #addLong(start: number): void {
    const bytes = this.#options.buffer.bytes();
    let end = Math.min(start + headBytes, this.#window.limit);
    // Not in the middle of a character.
    while (end > start + headBytes - 4 && (bytes[end]! & 0xc0) === 0x80) end--;
    this.#found.push({ splitOffset: this.#window.offsetOf(start), head: bytes.slice(start, end) });
  }
}
