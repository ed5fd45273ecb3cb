/**
 * Merges channels whose rows come in order: holds one page of each, gives rows for as long as the next row of
 * every channel that has not ended is at hand, and takes a new page only from a channel whose page is used
 * up. Once all rows that are wanted were given, what still comes is dropped, so that no sender is stuck.
 */
import type { Kernel } from '../../wasm/instantiate.ts';
import type { PageConsumer, PrivateMemory, Produced, Producer } from '../operator.ts';
import type { BatchPlace } from '../position.ts';
import { failRow, noPlace } from './behind-exchange.ts';
import { HeldPage } from './held-page.ts';

/** The exports of a merge kernel (kernels/sort). */
export interface MergeKernel {
  open(channelCount: number): void;
  /** A channel's next page, which has rows. */
  add(page: number, channel: number): void;
  /** Fills the batch with the next rows; stops where a page is used up. */
  emit(): number;
  /** The channel whose page the last `emit` used up, or -1. */
  spent(): number;
}

export function bindMergeKernel(kernel: Kernel, prefix: string): MergeKernel {
  return {
    open: kernel.exports[`${prefix}_open`] as MergeKernel['open'],
    add: kernel.exports[`${prefix}_add`] as MergeKernel['add'],
    emit: kernel.exports[`${prefix}_emit`] as MergeKernel['emit'],
    spent: kernel.exports[`${prefix}_spent`] as MergeKernel['spent'],
  };
}

export interface MergeProducerOptions {
  readonly memory: PrivateMemory;
  readonly kernel: MergeKernel;
  readonly channelCount: number;
}

interface MergeChannel {
  readonly page: HeldPage;
  /** Rows of its page are still to be given, or are in the batch. */
  isHeld: boolean;
  hasEnded: boolean;
}

export class MergeProducer implements PageConsumer {
  readonly #kernel: MergeKernel;
  readonly #channels: readonly MergeChannel[];
  /** Channels that have to deliver or to end before there is a next row; at the end, those that are open. */
  #awaitedCount: number;
  /** The channel whose page the batch used up. */
  #spent: number | undefined;
  #isOver = false;

  constructor({ memory, kernel, channelCount }: MergeProducerOptions) {
    this.#kernel = kernel;
    this.#channels = Array.from({ length: channelCount }, () => {
      return { page: new HeldPage(memory), isHeld: false, hasEnded: false };
    });
    this.#awaitedCount = channelCount;
    kernel.open(channelCount);
  }

  readonly pendingInput: undefined;
  readonly place: BatchPlace = noPlace;
  readonly rejectRow: Producer['rejectRow'] = failRow;

  accept(address: number, index: number): boolean {
    if (this.#isOver) return true;
    const channel = this.#channels[index]!;
    if (channel.isHeld) return false;
    channel.page.hold(address);
    channel.isHeld = true;
    this.#kernel.add(channel.page.address, index);
    this.#awaitedCount--;
    return true;
  }

  endChannel(index: number): void {
    const channel = this.#channels[index]!;
    channel.hasEnded = true;
    if (this.#isOver || !channel.isHeld) this.#awaitedCount--;
  }

  next(): Produced {
    if (this.#release()) return 'worked';
    if (this.#awaitedCount > 0) return 'needs_input';
    if (this.#isOver) return 'end';
    const rows = this.#kernel.emit();
    const spent = this.#kernel.spent();
    if (spent >= 0) this.#spent = spent;
    else if (rows === 0) this.#finish();
    return rows > 0 ? rows : 'worked';
  }

  close(): void {}

  /**
   * The batch that points into a used page is done with, so its channel may deliver; whether there is one.
   */
  #release(): boolean {
    if (this.#spent === undefined) return false;
    const channel = this.#channels[this.#spent]!;
    this.#spent = undefined;
    channel.isHeld = false;
    if (!channel.hasEnded) this.#awaitedCount++;
    return true;
  }

  #finish(): void {
    this.#isOver = true;
    this.#awaitedCount = this.#channels.filter(({ hasEnded }) => !hasEnded).length;
  }
}
