/**
 * A bounded single-producer single-consumer ring of slots in shared memory.
 *
 * The producer alone advances `tail`, the consumer alone `head`; both count slots since the start and wrap at
 * 2^32. A slot belongs to the producer until `tail` passes it and to the consumer until `head` does. A
 * message is a page or a byte block, sent as one or more fragments, or an end mark. Waking up is the
 * doorbell's business (doorbell.ts).
 *
 *   ring   [ head u32 @0 ][ tail u32 @64 ][ deepest u32 @68 ][ slots @128 ... ]
 *   slot   [ bytes u32 @0 ][ flags u32 @4 ][ rowsEnd u32 @8 ][ heapStart u32 @12 ][ payload @64 ... ]
 */
import type { ExchangeKernel } from '../../kernels/exchange/exchange.ts';

export const ringHeaderBytes = 128;
export const slotHeaderBytes = 64;

const tailOffset = 64;
const deepestOffset = 68;
const flagContinues = 1;
const flagEnd = 2;
const flagPage = 4;

export interface RingLayout {
  /** Byte offset in the shared memory, a multiple of 64. */
  readonly address: number;
  /** A power of two, so that slot numbers wrap with the counts. */
  readonly slotCount: number;
  readonly slotPayloadBytes: number;
}

export function ringBytes(slotCount: number, slotPayloadBytes: number): number {
  return ringHeaderBytes + slotCount * (slotHeaderBytes + slotPayloadBytes);
}

function slotAddress(ring: RingLayout, sequence: number): number {
  const index = sequence & (ring.slotCount - 1);
  return ring.address + ringHeaderBytes + index * (slotHeaderBytes + ring.slotPayloadBytes);
}

/** How many slots hold something the consumer has not taken. Any thread may ask. */
export function ringDepth(words: Int32Array, ring: RingLayout): number {
  const head = Atomics.load(words, ring.address >>> 2);
  const tail = Atomics.load(words, (ring.address + tailOffset) >>> 2);
  // Both may move on between the two looks.
  return Math.min((tail - head) >>> 0, ring.slotCount);
}

/** How many slots at once held something so far. Any thread may ask. */
export function ringDeepest(words: Int32Array, ring: RingLayout): number {
  return Atomics.load(words, (ring.address + deepestOffset) >>> 2);
}

/**
 * A message to send: a page's two parts, or one run of bytes (then `heapBytes` is 0). Addresses are private.
 */
export interface OutgoingMessage {
  readonly address: number;
  /** Bytes from `address` on. */
  readonly headBytes: number;
  /** Where the page's heap starts, from `address`; ignored when there is none. */
  readonly heapStart: number;
  readonly heapBytes: number;
  readonly isPage: boolean;
}

export class RingWriter {
  readonly #ring: RingLayout;
  readonly #words: Int32Array;
  readonly #kernel: ExchangeKernel;
  #tail: number;
  #headSeen: number;
  #deepest = 0;
  /** Bytes of the current message that are already in slots. */
  #sentBytes = 0;

  /** `sequence`: the slot to begin with; one past those that were sent before. */
  constructor(ring: RingLayout, words: Int32Array, kernel: ExchangeKernel, sequence = 0) {
    this.#ring = ring;
    this.#words = words;
    this.#kernel = kernel;
    this.#tail = sequence;
    this.#headSeen = sequence;
  }

  /** Whether a part of a message is in slots, and its rest is not. */
  get isSending(): boolean {
    return this.#sentBytes > 0;
  }

  /**
   * Sends as much of the message as there are free slots for. False: not all of it went; call again with the
   * same message. What was sent cannot be taken back.
   */
  trySend(message: OutgoingMessage): boolean {
    const total = message.headBytes + message.heapBytes;
    while (this.#hasFreeSlot()) {
      const start = this.#sentBytes;
      const end = Math.min(start + this.#ring.slotPayloadBytes, total);
      const slot = slotAddress(this.#ring, this.#tail);
      this.#copyOut(slot + slotHeaderBytes, message, start, end);
      const continues = end < total ? flagContinues : 0;
      this.#writeHeader(slot, end - start, continues | (message.isPage ? flagPage : 0), message);
      this.#publish();
      this.#sentBytes = end;
      if (continues === 0) {
        this.#sentBytes = 0;
        return true;
      }
    }
    return false;
  }

  /** Sends the end mark; false when the ring is full. */
  tryEnd(): boolean {
    if (!this.#hasFreeSlot()) return false;
    const slot = slotAddress(this.#ring, this.#tail);
    this.#writeHeader(slot, 0, flagEnd, undefined);
    this.#publish();
    return true;
  }

  #hasFreeSlot(): boolean {
    if (this.#depthSeen < this.#ring.slotCount) return true;
    this.#lookAtHead();
    return this.#depthSeen < this.#ring.slotCount;
  }

  #copyOut(payload: number, message: OutgoingMessage, start: number, end: number): void {
    const headEnd = Math.min(end, message.headBytes);
    if (start < headEnd) this.#kernel.copyOut(payload, message.address + start, headEnd - start);
    const heapFrom = Math.max(start, message.headBytes);
    if (heapFrom < end) {
      const source = message.address + message.heapStart + (heapFrom - message.headBytes);
      this.#kernel.copyOut(payload + (heapFrom - start), source, end - heapFrom);
    }
  }

  #writeHeader(slot: number, bytes: number, flags: number, message: OutgoingMessage | undefined): void {
    const at = slot >>> 2;
    this.#words[at] = bytes;
    this.#words[at + 1] = flags;
    this.#words[at + 2] = message?.headBytes ?? 0;
    this.#words[at + 3] = message === undefined || message.heapBytes === 0 ? 0 : message.heapStart;
  }

  #publish(): void {
    this.#tail = (this.#tail + 1) >>> 0;
    Atomics.store(this.#words, (this.#ring.address + tailOffset) >>> 2, this.#tail | 0);
    if (this.#depthSeen > this.#deepest) this.#noteDepth();
  }

  /** At least as many slots as hold something. */
  get #depthSeen(): number {
    return (this.#tail - this.#headSeen) >>> 0;
  }

  #noteDepth(): void {
    this.#lookAtHead();
    if (this.#depthSeen <= this.#deepest) return;
    this.#deepest = this.#depthSeen;
    Atomics.store(this.#words, (this.#ring.address + deepestOffset) >>> 2, this.#deepest);
  }

  #lookAtHead(): void {
    this.#headSeen = Atomics.load(this.#words, this.#ring.address >>> 2) >>> 0;
  }
}

/** Where a receiver wants a message's bytes: told its size, it answers with a private address. */
export type ReserveBytes = (byteCount: number) => number;

export type Received =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'end' }
  /** A page at `address`, laid out as it was at the sender. */
  | { readonly kind: 'page'; readonly address: number }
  | { readonly kind: 'bytes'; readonly address: number; readonly byteCount: number };

const nothing: Received = { kind: 'nothing' };
const end: Received = { kind: 'end' };

export class RingReader {
  readonly #ring: RingLayout;
  readonly #words: Int32Array;
  readonly #kernel: ExchangeKernel;
  #head: number;
  #receivedBytes = 0;

  /** `sequence`: the slot to begin with. */
  constructor(ring: RingLayout, words: Int32Array, kernel: ExchangeKernel, sequence = 0) {
    this.#ring = ring;
    this.#words = words;
    this.#kernel = kernel;
    this.#head = sequence;
  }

  /** Whether a slot waits to be taken. */
  get hasMessage(): boolean {
    return Atomics.load(this.#words, (this.#ring.address + tailOffset) >>> 2) >>> 0 !== this.#head;
  }

  /**
   * Takes the next message, copying it to where `reserve` says; `nothing` while none is complete. `reserve`
   * is called for each fragment with the bytes needed so far and must keep what earlier fragments brought.
   */
  tryReceive(reserve: ReserveBytes): Received {
    while (this.hasMessage) {
      const slot = slotAddress(this.#ring, this.#head);
      const bytes = this.#words[slot >>> 2]!;
      const flags = this.#words[(slot >>> 2) + 1]!;
      if (flags & flagEnd) {
        this.release();
        return end;
      }
      const isPage = (flags & flagPage) !== 0;
      const rowsEnd = this.#words[(slot >>> 2) + 2]!;
      const heapStart = this.#words[(slot >>> 2) + 3]!;
      const address = this.#copyIn(slot, bytes, rowsEnd, heapStart, reserve);
      const byteCount = this.#receivedBytes;
      this.release();
      if ((flags & flagContinues) === 0) {
        this.#receivedBytes = 0;
        return isPage ? { kind: 'page', address } : { kind: 'bytes', address, byteCount };
      }
    }
    return nothing;
  }

  /** The next message where it lies, if it is bytes in a single slot; `release` gives the slot back. */
  peekBytes(): { readonly sharedAddress: number; readonly byteCount: number } | undefined {
    if (this.#receivedBytes > 0 || !this.hasMessage) return undefined;
    const slot = slotAddress(this.#ring, this.#head);
    if (this.#words[(slot >>> 2) + 1] !== 0) return undefined;
    return { sharedAddress: slot + slotHeaderBytes, byteCount: this.#words[slot >>> 2]! };
  }

  #copyIn(slot: number, bytes: number, rowsEnd: number, heapStart: number, reserve: ReserveBytes): number {
    const start = this.#receivedBytes;
    const endByte = start + bytes;
    const gap = heapStart === 0 ? 0 : heapStart - rowsEnd;
    const address = reserve(endByte > rowsEnd ? endByte + gap : endByte);
    const payload = slot + slotHeaderBytes;
    const headEnd = Math.min(endByte, rowsEnd);
    if (start < headEnd) this.#kernel.copyIn(address + start, payload, headEnd - start);
    const heapFrom = Math.max(start, rowsEnd);
    if (heapFrom < endByte) {
      this.#kernel.copyIn(address + heapFrom + gap, payload + (heapFrom - start), endByte - heapFrom);
    }
    this.#receivedBytes = endByte;
    return address;
  }

  /** Gives the slot back whose message `peekBytes` answered. */
  release(): void {
    this.#head = (this.#head + 1) >>> 0;
    Atomics.store(this.#words, this.#ring.address >>> 2, this.#head | 0);
  }
}
