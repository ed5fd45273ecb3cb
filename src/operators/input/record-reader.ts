/**
 * Reads units as runs of whole records. A unit [start, end) of a split owns the records that start in it: the
 * reader finds the first one behind `start` and reads past `end` for the rest of the last one. A unit whose
 * size is not known (a pipe, a packed file) comes in several runs. Nothing here knows what a record looks
 * like inside.
 */
import { VelostreamError } from '../../base/error.ts';
import type { ByteReader, InputBuffer, WorkUnit } from '../../io/source.ts';
import { outsideQuotes, type RecordCutter } from './record-cutter.ts';
import { abandonedUnit, type UnitQueue } from './unit-queue.ts';

/**
 * Whole records at [start, end) in private memory; `splitOffset` is the byte offset of `start` in the split.
 */
export interface RecordRun {
  readonly start: number;
  readonly end: number;
  readonly splitOffset: number;
}

export interface RecordReaderOptions {
  readonly reader: ByteReader;
  readonly buffer: InputBuffer;
  readonly cutter: RecordCutter;
  readonly queue: UnitQueue;
  /** A record longer than this fails the job: nothing could bound the memory it takes. */
  readonly recordBytesMax: number;
}

const tailReadBytes = 65_536;

export class RecordReader {
  readonly #options: RecordReaderOptions;
  #unit: WorkUnit | undefined;
  #unitIndex = 0;
  /** Bytes of the split in the buffer: [address, address + filled) is [position - filled, position). */
  #filled = 0;
  #position = 0;
  /** Bytes at the buffer's front that the last run did not include. */
  #carried = 0;
  #isWholeRead = false;

  constructor(options: RecordReaderOptions) {
    this.#options = options;
  }

  open(unit: WorkUnit, unitIndex: number): void {
    this.#unit = unit;
    this.#unitIndex = unitIndex;
    this.#filled = 0;
    this.#carried = 0;
    this.#isWholeRead = false;
    this.#position = unit.start === 0 ? 0 : unit.start - 1;
    this.#options.reader.open(unit);
  }

  /**
   * The next run; `wait`: the source or the predecessor has nothing to say yet; undefined at the unit's end.
   */
  next(): RecordRun | 'wait' | undefined {
    if (this.#isWholeRead) return undefined;
    return this.#unit!.end === Number.POSITIVE_INFINITY ? this.#nextOfStream() : this.#wholeChunk();
  }

  ready(): Promise<void> {
    return this.#options.reader.ready();
  }

  close(): void {
    this.#options.reader.close();
  }

  #wholeChunk(): RecordRun | 'wait' | undefined {
    const { buffer, cutter, queue } = this.#options;
    const unit = this.#unit!;
    const from = unit.start === 0 ? 0 : unit.start - 1;
    if (this.#fillTo(unit.end) === 'wait') return 'wait';
    const fileEnd = from + this.#filled;
    let state = outsideQuotes;
    if (cutter.isChained) {
      const before = unit.chunk === 0 ? outsideQuotes : queue.stateOf(this.#unitIndex - 1);
      if (before === 0) return 'wait';
      if (before === abandonedUnit) {
        queue.publish(this.#unitIndex, abandonedUnit);
        this.#isWholeRead = true;
        return undefined;
      }
      state = before;
      const handOverAt = Math.min(unit.end - 1, fileEnd) - from;
      queue.publish(this.#unitIndex, cutter.stateAfter(buffer.address, buffer.address + handOverAt, state));
    }
    const first = this.#firstRecord(state);
    this.#isWholeRead = true;
    if (first < 0) return undefined;
    const startOffset = first - buffer.address;
    const end = this.#endOfLastRecord(fileEnd, first, state);
    // Reading the rest of the last record may have moved the buffer.
    const start = buffer.address + startOffset;
    return end <= start ? undefined : { start, end, splitOffset: from + startOffset };
  }

  /** The address of the first record that starts in the unit; -1 when none does. */
  #firstRecord(state: number): number {
    const { buffer, cutter } = this.#options;
    if (this.#unit!.start === 0) return buffer.address;
    const end = buffer.address + this.#filled;
    const start = cutter.recordEnd(buffer.bytes(), buffer.address, end, state);
    return start < 0 || start >= end ? -1 : start;
  }

  /** Reads past the unit's end until its last record is whole. */
  #endOfLastRecord(fileEnd: number, firstRecord: number, state: number): number {
    const { buffer, cutter } = this.#options;
    const unit = this.#unit!;
    if (fileEnd < unit.end || fileEnd === unit.splitEnd) return buffer.address + this.#filled;
    const startOffset = firstRecord - buffer.address;
    const lastByte = this.#filled - 1;
    const lastState = cutter.stateAfter(buffer.address, buffer.address + lastByte, state);
    let searchFrom = lastByte;
    let searchState = lastState;
    for (;;) {
      const limit = buffer.address + this.#filled;
      const end = cutter.recordEnd(buffer.bytes(), buffer.address + searchFrom, limit, searchState);
      if (end >= 0) return end;
      searchState = cutter.stateAfter(buffer.address + searchFrom, limit, searchState);
      searchFrom = this.#filled;
      this.#checkLength(this.#filled - startOffset);
      if (!this.#readMore(tailReadBytes)) return buffer.address + this.#filled;
    }
  }

  #nextOfStream(): RecordRun | 'wait' | undefined {
    const { buffer, cutter } = this.#options;
    buffer
      .bytes()
      .copyWithin(
        buffer.address,
        buffer.address + this.#filled - this.#carried,
        buffer.address + this.#filled,
      );
    this.#filled = this.#carried;
    for (;;) {
      if (this.#filled === buffer.capacityBytes) buffer.grow(buffer.capacityBytes * 2);
      const got = this.#read(buffer.capacityBytes - this.#filled);
      if (got === 'wait') {
        this.#carried = this.#filled;
        return 'wait';
      }
      if (got === 0) this.#isWholeRead = true;
      const limit = buffer.address + this.#filled;
      const end = got === 0 ? limit : cutter.lastRecordEnd(buffer.bytes(), buffer.address, limit);
      this.#carried = limit - end;
      if (end > buffer.address) {
        return { start: buffer.address, end, splitOffset: this.#position - this.#filled };
      }
      if (got === 0) return undefined;
      this.#checkLength(this.#filled);
    }
  }

  /** Reads until the buffer holds the split up to byte `end`, or its end. */
  #fillTo(end: number): 'wait' | 'filled' {
    while (this.#position < end) {
      const wanted = end - this.#position;
      this.#options.buffer.grow(this.#filled + wanted);
      const got = this.#read(wanted);
      if (got === 'wait') return 'wait';
      if (got === 0) break;
    }
    return 'filled';
  }

  #readMore(byteCount: number): boolean {
    this.#options.buffer.grow(this.#filled + byteCount);
    const got = this.#read(byteCount);
    return got !== 'wait' && got > 0;
  }

  #read(byteCount: number): number | 'wait' {
    const { buffer, reader } = this.#options;
    const at = buffer.address + this.#filled;
    let got: number | 'wait';
    try {
      got = reader.read(buffer.bytes().subarray(at, at + byteCount), this.#position, byteCount);
    } catch (cause) {
      throw this.#readError(cause);
    }
    if (got === 'wait') return 'wait';
    this.#filled += got;
    this.#position += got;
    return got;
  }

  /** The reader's error, with the place. */
  #readError(cause: unknown): VelostreamError {
    const place = `${this.#unit!.name}, byte ${this.#position}`;
    if (!(cause instanceof VelostreamError)) {
      const text = cause instanceof Error ? cause.message : String(cause);
      return new VelostreamError(`"${this.#unit!.name}" cannot be read`, {
        code: 'source_unavailable',
        domain: 'external',
        detail: `${place}: ${text}`,
        cause,
      });
    }
    const { message, code, domain, retry, hint } = cause;
    const detail = cause.detail === undefined ? place : `${place}: ${cause.detail}`;
    return new VelostreamError(message, { code, domain, retry, hint, detail, cause });
  }

  #checkLength(byteCount: number): void {
    if (byteCount <= this.#options.recordBytesMax) return;
    throw new VelostreamError(
      `a record of ${this.#unit!.name} is longer than ${this.#options.recordBytesMax} bytes`,
      {
        code: 'resource_limit',
        detail: `It starts near byte ${this.#position - byteCount}.`,
        hint: 'Check the format, the delimiter and the quotes of the source.',
      },
    );
  }
}
