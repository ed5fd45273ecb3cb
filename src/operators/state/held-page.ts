/** A copy of a page that came through a channel, while rows of a batch point into it. */
import { pageBytesDefault } from '../../columns/page.ts';
import type { PrivateMemory } from '../operator.ts';
import { pageExtent } from '../output/page-buffer.ts';

export class HeldPage {
  readonly #memory: PrivateMemory;
  #address = 0;
  #byteCount = 0;

  constructor(memory: PrivateMemory) {
    this.#memory = memory;
  }

  /** Of the page that was held last. */
  get address(): number {
    return this.#address;
  }

  /** Copies the page at `address`; the one before is gone. */
  hold(address: number): void {
    const memory = this.#memory;
    const { rowsEnd, heapStart, heapBytes } = pageExtent(memory.view(), address);
    this.#reserve(heapStart + heapBytes);
    const bytes = memory.bytes();
    bytes.copyWithin(this.#address, address, address + rowsEnd);
    bytes.copyWithin(this.#address + heapStart, address + heapStart, address + heapStart + heapBytes);
  }

  #reserve(byteCount: number): void {
    if (byteCount <= this.#byteCount) return;
    if (this.#byteCount > 0) this.#memory.free(this.#address, this.#byteCount);
    this.#byteCount = Math.max(byteCount, pageBytesDefault);
    this.#address = this.#memory.allocate(this.#byteCount);
  }
}
