/**
 * The output into an exchange: one page for each destination, sent when it is full or when input runs dry.
 */
import { pageBytesFor, pageKinds } from '../../columns/page.ts';
import type { Channel, Output, PrivateMemory } from '../operator.ts';
import { PageBuffer } from './page-buffer.ts';

export interface PageOutputOptions {
  readonly memory: PrivateMemory;
  /** u32 for each destination: its current page. */
  readonly pageTable: number;
  readonly channels: readonly Channel[];
}

export class PageOutput implements Output {
  readonly #pages: readonly PageBuffer[];
  readonly #channels: readonly Channel[];
  /** The destination whose full page could not be sent yet. */
  #blocked: number | undefined;
  #ended = 0;

  constructor(options: PageOutputOptions) {
    this.#channels = options.channels;
    const byteCount = pageBytesFor(options.channels.length);
    this.#pages = options.channels.map((_, index) => {
      const cell = options.pageTable + 4 * index;
      return new PageBuffer(options.memory, { cell, kind: pageKinds.rows, byteCount });
    });
  }

  full(index: number): void {
    this.#blocked = index;
  }

  /** A row is larger than destination `index`'s page: sends what is in it, then takes a larger one. */
  oversized(index: number): void {
    const page = this.#pages[index]!;
    if (page.isEmpty) page.enlarge();
    else this.full(index);
  }

  resume(): boolean {
    if (this.#blocked === undefined) return true;
    if (!this.#send(this.#blocked)) return false;
    this.#blocked = undefined;
    return true;
  }

  flush(): void {
    for (const [index, channel] of this.#channels.entries()) {
      // A page that went in part takes no more rows before the rest of it is gone.
      if (!this.#send(index) && channel.isSending) return this.full(index);
    }
  }

  finish(): boolean {
    if (!this.resume()) return false;
    while (this.#ended < this.#channels.length) {
      const index = this.#ended;
      if (!this.#send(index) || !this.#channels[index]!.tryEnd()) return false;
      this.#ended++;
    }
    return true;
  }

  #send(index: number): boolean {
    const page = this.#pages[index]!;
    if (page.isEmpty) return true;
    if (!this.#channels[index]!.trySendPage(page.address)) return false;
    page.reset();
    return true;
  }
}
