/** Fills batches from pages as they arrive. One page is worked on at a time. */
import { pageBytesDefault, pageRowCount } from '../../columns/page.ts';
import type { PageConsumer, PrivateMemory, Produced, Producer } from '../operator.ts';
import { pageExtent } from '../output/page-buffer.ts';
import type { BatchPlace } from '../position.ts';
import { failRow, noPlace } from './behind-exchange.ts';

export interface PageProducerOptions {
  readonly memory: PrivateMemory;
  /** `page_to_batch(page, firstRow) -> rows`. */
  readonly pageToBatch: (page: number, firstRow: number) => number;
}

export class PageProducer implements PageConsumer {
  readonly #options: PageProducerOptions;
  #page: number;
  #pageBytes = pageBytesDefault;
  #nextRow = 0;
  #rowCount = 0;
  #isEnded = false;

  constructor(options: PageProducerOptions) {
    this.#options = options;
    this.#page = options.memory.allocate(this.#pageBytes);
  }

  readonly pendingInput: undefined;
  readonly place: BatchPlace = noPlace;
  readonly rejectRow: Producer['rejectRow'] = failRow;

  accept(address: number): boolean {
    if (this.#nextRow < this.#rowCount) return false;
    const { memory } = this.#options;
    const extent = pageExtent(memory.view(), address);
    const byteCount = extent.heapStart + extent.heapBytes;
    if (byteCount > this.#pageBytes) {
      memory.free(this.#page, this.#pageBytes);
      this.#pageBytes = byteCount;
      this.#page = memory.allocate(byteCount);
    }
    const bytes = memory.bytes();
    bytes.copyWithin(this.#page, address, address + extent.rowsEnd);
    bytes.copyWithin(this.#page + extent.heapStart, address + extent.heapStart, address + byteCount);
    this.#nextRow = 0;
    this.#rowCount = pageRowCount(memory.view(), this.#page);
    return true;
  }

  endInput(): void {
    this.#isEnded = true;
  }

  next(): Produced {
    if (this.#nextRow < this.#rowCount) {
      const rows = this.#options.pageToBatch(this.#page, this.#nextRow);
      this.#nextRow += rows;
      return rows;
    }
    return this.#isEnded ? 'end' : 'needs_input';
  }

  close(): void {}
}
