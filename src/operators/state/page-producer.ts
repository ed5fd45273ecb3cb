/** Fills batches from pages as they arrive. One page is worked on at a time. */
import { pageRowCount } from '../../columns/page.ts';
import type { PageConsumer, PrivateMemory, Produced, Producer } from '../operator.ts';
import type { BatchPlace } from '../position.ts';
import { failRow, noPlace } from './behind-exchange.ts';
import { HeldPage } from './held-page.ts';

export interface PageProducerOptions {
  readonly memory: PrivateMemory;
  /** `page_to_batch(page, firstRow) -> rows`. */
  readonly pageToBatch: (page: number, firstRow: number) => number;
}

export class PageProducer implements PageConsumer {
  readonly #options: PageProducerOptions;
  readonly #page: HeldPage;
  #nextRow = 0;
  #rowCount = 0;
  #isEnded = false;

  constructor(options: PageProducerOptions) {
    this.#options = options;
    this.#page = new HeldPage(options.memory);
  }

  readonly pendingInput: undefined;
  readonly place: BatchPlace = noPlace;
  readonly rejectRow: Producer['rejectRow'] = failRow;

  accept(address: number): boolean {
    if (this.#nextRow < this.#rowCount) return false;
    this.#page.hold(address);
    this.#nextRow = 0;
    this.#rowCount = pageRowCount(this.#options.memory.view(), address);
    return true;
  }

  endChannel(_channel: number, openCount: number): void {
    this.#isEnded = openCount === 0;
  }

  next(): Produced {
    if (this.#nextRow < this.#rowCount) {
      const rows = this.#options.pageToBatch(this.#page.address, this.#nextRow);
      this.#nextRow += rows;
      return rows;
    }
    return this.#isEnded ? 'end' : 'needs_input';
  }

  close(): void {}
}
