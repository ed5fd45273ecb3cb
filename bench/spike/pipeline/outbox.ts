/**
 * One open page per destination. The own page goes straight to the owner, the others through rings: copied
 * out of the private memory, or, where all memory is shared, written in the ring's slot from the start.
 */
import {
  type PageKind,
  pageHeaderBytes,
  pageHeapStartOffset,
  pageKindOffset,
  pageRowCountOffset,
  pageRowsEndOffset,
  resetPage,
} from '../../../src/columns/page.ts';
import { type Layout, pageKindEnd } from './layout.ts';
import type { Doorbell, Ring } from './ring.ts';

export interface OutboxParts {
  readonly layout: Layout;
  readonly partition: number;
  readonly pageBytes: number;
  readonly memory: WebAssembly.Memory;
  readonly ringMemory: WebAssembly.Memory;
  readonly rings: readonly Ring[];
  readonly doorbells: readonly Doorbell[];
  readonly send: (to: number, from: number, byteCount: number) => void;
  readonly takeOwnPage: (page: number) => void;
}

export class Outbox {
  readonly #parts: OutboxParts;
  readonly #view: DataView;
  readonly #inRing: boolean;
  /** The open page's address per destination; -1 where it waits for a slot (shared memory only). */
  readonly #pages: number[];
  #kind: PageKind = 0;
  #strideBytes = 1;
  pagesSent = 0;
  rowsSent = 0;
  rowsMapped = 0;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
    this.#view = new DataView(parts.memory.buffer);
    this.#inRing = parts.memory === parts.ringMemory;
    this.#pages = parts.layout.outPages.map(() => -1);
  }

  /** Opens every page anew for rows of one kind; all must be flushed. */
  open(kind: PageKind, strideBytes: number): void {
    this.#kind = kind;
    this.#strideBytes = strideBytes;
    for (let to = 0; to < this.#pages.length; to++) this.#openPage(to);
  }

  /** Sends what the page to `to` holds; false when the ring is full and it must be called again. */
  flush(to: number): boolean {
    const page = this.#pages[to]!;
    if (page < 0) return this.#openPage(to);
    const rowsEnd = this.#view.getUint32(page + pageRowsEndOffset, true);
    if (rowsEnd === pageHeaderBytes) return true;
    const rowCount = (rowsEnd - pageHeaderBytes) / this.#strideBytes;
    this.#view.setUint32(page + pageRowCountOffset, rowCount, true);
    if (to === this.#parts.partition) this.#parts.takeOwnPage(page);
    else if (this.#inRing) this.#publish(to);
    else if (!this.#copyOut(to, page, rowsEnd)) return false;
    this.rowsMapped += rowCount;
    return this.#openPage(to);
  }

  /** Tells `to` that no more pages come; false when the ring is full. */
  sendEnd(to: number): boolean {
    const page = this.#pages[to]!;
    if (page < 0 && !this.#openPage(to)) return false;
    const end = this.#pages[to]!;
    this.#view.setUint32(end + pageRowCountOffset, 0, true);
    this.#view.setUint32(end + pageKindOffset, pageKindEnd, true);
    if (this.#inRing) this.#publish(to);
    else return this.#copyOut(to, end, pageHeaderBytes);
    return true;
  }

  #openPage(to: number): boolean {
    const { layout, partition, pageBytes, rings } = this.#parts;
    const inRing = this.#inRing && to !== partition;
    const slot = inRing ? rings[to]!.freeSlot() : layout.outPages[to]!;
    this.#pages[to] = slot;
    // Until a slot is free, the kernels see a page without room.
    const page = slot < 0 ? layout.outPages[to]! : slot;
    resetPage(this.#view, page, pageBytes, this.#kind);
    if (slot < 0) this.#view.setUint32(page + pageHeapStartOffset, 0, true);
    this.#view.setUint32(layout.outTable + 4 * to, page, true);
    return slot >= 0;
  }

  #copyOut(to: number, page: number, rowsEnd: number): boolean {
    const slot = this.#parts.rings[to]!.freeSlot();
    if (slot < 0) return false;
    const { pageBytes, send } = this.#parts;
    const heapStart = this.#view.getUint32(page + pageHeapStartOffset, true);
    send(slot, page, rowsEnd);
    if (heapStart < pageBytes) send(slot + heapStart, page + heapStart, pageBytes - heapStart);
    this.#publish(to);
    return true;
  }

  #publish(to: number): void {
    this.pagesSent++;
    this.rowsSent += this.#view.getUint32(this.#pages[to]! + pageRowCountOffset, true);
    this.#parts.rings[to]!.publish();
    this.#parts.doorbells[to]!.ring();
  }
}
