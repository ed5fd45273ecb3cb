/** A page in private memory that an output fills; it is replaced by a larger one for a row that needs it. */
import {
  type PageKind,
  pageCapacityOffset,
  pageHeapStartOffset,
  pageRowCountOffset,
  pageRowsEndOffset,
  resetPage,
} from '../../columns/page.ts';
import type { PrivateMemory } from '../operator.ts';

export interface PageBufferOptions {
  /** Where kernels look the page's address up. */
  readonly cell: number;
  readonly kind: PageKind;
  /** Of the page, as long as no row needs more. */
  readonly byteCount: number;
}

export class PageBuffer {
  readonly #memory: PrivateMemory;
  readonly #cell: number;
  readonly #byteCount: number;
  #kind: PageKind;
  #address = 0;
  #capacityBytes = 0;

  constructor(memory: PrivateMemory, { cell, kind, byteCount }: PageBufferOptions) {
    this.#memory = memory;
    this.#cell = cell;
    this.#kind = kind;
    this.#byteCount = byteCount;
    this.#install(byteCount);
  }

  get address(): number {
    return this.#address;
  }

  get isEmpty(): boolean {
    return this.#memory.view().getUint32(this.#address + pageRowCountOffset, true) === 0;
  }

  /** Empty again; a page that was enlarged for one row is given back. */
  reset(): void {
    if (this.#capacityBytes === this.#byteCount) return this.#clear();
    this.#memory.free(this.#address, this.#capacityBytes);
    this.#install(this.#byteCount);
  }

  /** From now on the page takes rows of another kind; it must be empty. */
  become(kind: PageKind): void {
    this.#kind = kind;
    this.reset();
  }

  /** Doubles the page; it must be empty. */
  enlarge(): void {
    this.#memory.free(this.#address, this.#capacityBytes);
    this.#install(this.#capacityBytes * 2);
  }

  #clear(): void {
    resetPage(this.#memory.view(), this.#address, this.#capacityBytes, this.#kind);
  }

  #install(capacityBytes: number): void {
    this.#address = this.#memory.allocate(capacityBytes);
    this.#capacityBytes = capacityBytes;
    this.#clear();
    this.#memory.view().setUint32(this.#cell, this.#address, true);
  }
}

/** The two parts of a page that carry something. */
export interface PageExtent {
  readonly rowsEnd: number;
  readonly heapStart: number;
  readonly heapBytes: number;
}

export function pageExtent(memory: DataView, page: number): PageExtent {
  const heapStart = memory.getUint32(page + pageHeapStartOffset, true);
  const capacity = memory.getUint32(page + pageCapacityOffset, true);
  return {
    rowsEnd: memory.getUint32(page + pageRowsEndOffset, true),
    heapStart,
    heapBytes: capacity - heapStart,
  };
}
