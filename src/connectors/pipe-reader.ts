/**
 * Reads a pipe or a socket without ever waiting in a read: straight into the caller's memory while there is
 * something, which is several times faster than the event loop's way, and through the event loop for the next
 * bytes when there is nothing.
 */
import { closeSync, readSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { ByteReader, WorkUnit } from '../io/source.ts';

/** What the event loop reads at once, when it waited. */
const firstBytesMax = 65_536;
/** One call takes no more, so that those who wait for its rows are served. */
const readBytesMax = 262_144;

const nothing = new Uint8Array(0);

export interface PipeReaderOptions {
  /**
   * Opens the pipe, now or later; then it does not block, and belongs to the reader. What it returns gives up
   * waiting, and is called at most once, before `onOpen`.
   */
  readonly openPipe: (unit: WorkUnit, onOpen: (opened: OpenedPipe) => void) => () => void;
  readonly toError: (unit: WorkUnit, cause: unknown) => Error;
}

export type OpenedPipe = { readonly descriptor: number } | { readonly cause: unknown };

export class PipeReader implements ByteReader {
  readonly #options: PipeReaderOptions;
  #unit: WorkUnit | undefined;
  #giveUp: (() => void) | undefined;
  #descriptor: number | undefined;
  #socket: Socket | undefined;
  /** What the event loop has read; comes before all that is still in the pipe. */
  #first: Uint8Array = nothing;
  #hasEnded = false;
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(options: PipeReaderOptions) {
    this.#options = options;
  }

  open(unit: WorkUnit): void {
    this.close();
    this.#unit = unit;
    this.#first = nothing;
    this.#hasEnded = false;
    this.#failure = undefined;
    let isOpen = false;
    const giveUp = this.#options.openPipe(unit, (opened) => {
      isOpen = true;
      this.#giveUp = undefined;
      // Given up meanwhile, or even at the next unit.
      const isWanted = this.#unit === unit;
      if ('cause' in opened) {
        if (isWanted) this.#fail(opened.cause);
      } else if (isWanted) this.#listen(opened.descriptor);
      else closeSync(opened.descriptor);
    });
    if (!isOpen) this.#giveUp = giveUp;
  }

  read(target: Uint8Array, _position: number, byteCount: number): number | 'wait' {
    let taken = this.#takeFirst(target, byteCount);
    const most = Math.min(byteCount, readBytesMax);
    while (taken < most) {
      const got = this.#readNow(target, taken, most - taken);
      if (got === 0) break;
      taken += got;
    }
    if (taken > 0) return taken;
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#hasEnded) return 0;
    this.#socket?.resume();
    return 'wait';
  }

  ready(): Promise<void> {
    if (this.#first.length > 0 || this.#hasEnded || this.#failure !== undefined) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  close(): void {
    this.#unit = undefined;
    this.#giveUp?.();
    this.#giveUp = undefined;
    this.#socket?.destroy();
    this.#socket = undefined;
    this.#descriptor = undefined;
  }

  #listen(descriptor: number): void {
    this.#descriptor = descriptor;
    const { Socket } = process.getBuiltinModule('node:net');
    const buffer = new Uint8Array(firstBytesMax);
    const onBytes = (byteCount: number): boolean => {
      this.#first = buffer.subarray(0, byteCount);
      this.#awake();
      // Reads no more of its own accord.
      return false;
    };
    const options = { fd: descriptor, readable: true, writable: false };
    const socket = new Socket({ ...options, onread: { buffer, callback: onBytes } });
    this.#socket = socket;
    socket.on('end', () => {
      this.#hasEnded = true;
      this.#awake();
    });
    socket.on('error', (cause) => this.#fail(cause));
  }

  #takeFirst(target: Uint8Array, byteCount: number): number {
    const part = this.#first.subarray(0, byteCount);
    target.set(part);
    this.#first = this.#first.subarray(part.length);
    return part.length;
  }

  /** 0 where there is nothing now, at the end, and after a failure. */
  #readNow(target: Uint8Array, at: number, byteCount: number): number {
    if (this.#descriptor === undefined || this.#hasEnded || this.#failure !== undefined) return 0;
    try {
      const got = readSync(this.#descriptor, target, at, byteCount, null);
      if (got === 0) this.#hasEnded = true;
      return got;
    } catch (cause) {
      const isEmpty = cause instanceof Error && 'code' in cause && cause.code === 'EAGAIN';
      if (!isEmpty) this.#fail(cause);
      return 0;
    }
  }

  #fail(cause: unknown): void {
    if (this.#unit !== undefined) this.#failure = this.#options.toError(this.#unit, cause);
    this.#awake();
  }

  #awake(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
