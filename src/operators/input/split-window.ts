/**
 * The part of a split that lies in the input buffer: [address, address + filled) holds the bytes up to
 * `position`. Reads go on where the last one ended and never past the end that was planned, so that a file
 * which grows meanwhile is read as it was; one that became shorter is an error.
 */
import { VelostreamError } from '../../base/error.ts';
import type { ByteReader, InputBuffer, WorkUnit } from '../../io/source.ts';

export class SplitWindow {
  readonly #reader: ByteReader;
  readonly #buffer: InputBuffer;
  #unit: WorkUnit | undefined;
  #filled = 0;
  #position = 0;

  constructor(reader: ByteReader, buffer: InputBuffer) {
    this.#reader = reader;
    this.#buffer = buffer;
  }

  /** Empty, and the next byte is the one at `position`. */
  open(unit: WorkUnit, position: number): void {
    this.#unit = unit;
    this.#filled = 0;
    this.#position = position;
    this.#reader.open(unit);
  }

  get filled(): number {
    return this.#filled;
  }

  get position(): number {
    return this.#position;
  }

  /** The address behind the last byte. */
  get limit(): number {
    return this.#buffer.address + this.#filled;
  }

  /** The place in the split of what lies at `address`. */
  offsetOf(address: number): number {
    return this.#position - (this.limit - address);
  }

  /** Moves the last `byteCount` bytes to the front; the others are gone. */
  keep(byteCount: number): void {
    const { address } = this.#buffer;
    this.#buffer.bytes().copyWithin(address, this.limit - byteCount, this.limit);
    this.#filled = byteCount;
  }

  /** Reads until the split is there up to byte `end`. */
  fillTo(end: number): 'wait' | 'filled' {
    while (this.#position < end) {
      if (this.read(end - this.#position) === 'wait') return 'wait';
    }
    return 'filled';
  }

  /** Reads up to `byteCount` bytes more; 0 at the end of the split. The buffer may move. */
  read(byteCount: number): number | 'wait' {
    const { name, splitEnd } = this.#unit!;
    const wanted = Math.min(byteCount, splitEnd - this.#position);
    if (wanted === 0) return 0;
    this.#buffer.grow(this.#filled + wanted);
    const at = this.limit;
    let got: number | 'wait';
    try {
      got = this.#reader.read(this.#buffer.bytes().subarray(at, at + wanted), this.#position, wanted);
    } catch (cause) {
      throw readError(name, this.#position, cause);
    }
    if (got === 'wait') return 'wait';
    if (got === 0 && splitEnd !== Number.POSITIVE_INFINITY) {
      throw new VelostreamError(`"${name}" became shorter while it was read`, {
        code: 'source_unavailable',
        domain: 'external',
        detail: `There is nothing at byte ${this.#position} of what were ${splitEnd} bytes.`,
      });
    }
    this.#filled += got;
    this.#position += got;
    return got;
  }
}

/** The reader's error, with the place. */
function readError(name: string, position: number, cause: unknown): VelostreamError {
  const place = `${name}, byte ${position}`;
  if (!(cause instanceof VelostreamError)) {
    const text = cause instanceof Error ? cause.message : String(cause);
    return new VelostreamError(`"${name}" cannot be read`, {
      code: 'source_unavailable',
      domain: 'external',
      detail: `${place}: ${text}`,
      cause,
    });
  }
  const { message, code, domain, hint } = cause;
  const detail = cause.detail === undefined ? place : `${place}: ${cause.detail}`;
  return new VelostreamError(message, { code, domain, hint, detail, cause });
}
