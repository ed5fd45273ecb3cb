/**
 * The contract of everything a task is made of. A task is a producer that fills a batch, the map kernel over
 * that batch, and an output. All run on one worker thread; none may block: each does a bounded piece of work
 * per call and answers what hinders it. Calls come only from the task (task.ts), in the order described
 * there.
 */

import type { BatchPlace } from './position.ts';

/** What a producer has after one call of `next`. A number is the rows now in the batch. */
export type Produced =
  | number
  /** Something was done; call again. */
  | 'worked'
  /** A stream has gone on for long without running dry: what is waiting downstream should be sent. */
  | 'flush'
  /** Nothing to do until input arrives. */
  | 'needs_input'
  /** No more rows will come. */
  | 'end';

export interface Producer {
  /** Called only when the rows of the batch before are done with. */
  next(): Produced;
  /** Settles when input that was missing may be there; undefined where a doorbell announces it. */
  readonly pendingInput: Promise<void> | undefined;
  /** Where the current batch stands in the input. */
  readonly place: BatchPlace;
  /** Rows of the batch that could not be evaluated, by their row number; throws where that ends the job. */
  rejectRow(row: number, reason: string): void;
  close(): void;
}

/** Takes pages from an exchange; what its in-channels deliver to. They are counted from 0, one a sender. */
export interface PageConsumer extends Producer {
  /**
   * Takes the page at `address` (private memory) from a channel, whole; false when it cannot now. The caller
   * owns the page again after. A page that was refused is offered again; none of its channel overtakes it.
   */
  accept(address: number, channel: number): boolean;
  /** The channel's sender has ended; so many others have not. */
  endChannel(channel: number, openCount: number): void;
}

export interface Output {
  /** The kernel stopped because destination `index` is full; `resume` is called until it is free. */
  full(index: number): void;
  /** The kernel stopped because its next row does not fit into an empty page of destination `index`. */
  oversized(index: number): void;
  /** Does what is pending; false while the way is still blocked. */
  resume(): boolean;
  /** Input ran dry: sends what is waiting, as far as it goes without blocking. */
  flush(): void;
  /** Sends the rest and the end marks; false while not all is gone (call again). */
  finish(): boolean;
}

/** A way for pages or bytes to another task or to the coordinator. */
export interface Channel {
  trySendPage(address: number): boolean;
  trySendBytes(address: number, byteCount: number): boolean;
  tryEnd(): boolean;
  /**
   * A message went in part: until `trySend...` of the same message succeeds, that message must not change.
   */
  readonly isSending: boolean;
}

/** A private memory whose buffer may be replaced whenever a kernel runs; views are taken anew. */
export interface PrivateMemory {
  readonly memory: WebAssembly.Memory;
  bytes(): Uint8Array;
  view(): DataView;
  /** Takes heap bytes that live as long as the job, or until freed. */
  allocate(byteCount: number): number;
  free(address: number, byteCount: number): void;
  /**
   * From now on the arena (routines/arena.ts) is the one with these four cells, zero at first; the one before
   * is put away as it is.
   */
  useArena(cells: Uint32Array): void;
}
