/** Takes rows from pages and gives them in order at the end of input, without the first `offset` of them. */

import type { Kernel } from '../../wasm/instantiate.ts';
import type { PageConsumer, Produced, Producer } from '../operator.ts';
import type { BatchPlace } from '../position.ts';
import { failRow, noPlace } from './behind-exchange.ts';

/** The exports of a sort kernel (kernels/sort). */
export interface SortKernel {
  insert(page: number): void;
  /** A bounded part of the final sort; 1 when it is done. */
  finishStep(): number;
  /** Fills the batch with the next rows in order; 0 at the end. */
  emit(): number;
}

export function bindSortKernel(kernel: Kernel, prefix: string): SortKernel {
  return {
    insert: kernel.exports[`${prefix}_insert`] as SortKernel['insert'],
    finishStep: kernel.exports[`${prefix}_finish_step`] as SortKernel['finishStep'],
    emit: kernel.exports[`${prefix}_emit`] as SortKernel['emit'],
  };
}

export class SortProducer implements PageConsumer {
  readonly #kernel: SortKernel;
  #isEnded = false;
  #isSorted = false;

  constructor(kernel: SortKernel) {
    this.#kernel = kernel;
  }

  readonly pendingInput: undefined;
  readonly place: BatchPlace = noPlace;
  readonly rejectRow: Producer['rejectRow'] = failRow;

  accept(address: number): boolean {
    this.#kernel.insert(address);
    return true;
  }

  endChannel(_channel: number, openCount: number): void {
    this.#isEnded = openCount === 0;
  }

  next(): Produced {
    if (!this.#isEnded) return 'needs_input';
    if (!this.#isSorted) {
      this.#isSorted = this.#kernel.finishStep() === 1;
      return 'worked';
    }
    const rows = this.#kernel.emit();
    return rows > 0 ? rows : 'end';
  }

  close(): void {}
}
