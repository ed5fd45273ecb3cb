/**
 * Owns the groups of a partition: takes rows and partial states from pages, and gives the groups at the end
 * of input.
 */
import { pageKindOffset, pageKinds } from '../../columns/page.ts';
import { heapBytesUsed } from '../../kernels/heap/heap.ts';
import type { PageConsumer, PrivateMemory, Produced, Producer } from '../operator.ts';
import type { BatchPlace } from '../position.ts';
import { failRow, noPlace } from './behind-exchange.ts';
import type { GroupKernel } from './group-kernel.ts';

export interface GroupProducerOptions {
  readonly memory: PrivateMemory;
  readonly table: GroupKernel;
  /** Told after each page how many groups there are, and what the page made the table take of the heap. */
  readonly onGroups: (count: number, bytesTaken: number) => void;
}

export class GroupProducer implements PageConsumer {
  readonly #options: GroupProducerOptions;
  #isEnded = false;

  constructor(options: GroupProducerOptions) {
    this.#options = options;
  }

  readonly pendingInput: undefined;
  readonly place: BatchPlace = noPlace;
  readonly rejectRow: Producer['rejectRow'] = failRow;

  accept(address: number): boolean {
    const { memory, table, onGroups } = this.#options;
    const bytesBefore = heapBytesUsed(memory.view());
    const kind = memory.view().getUint32(address + pageKindOffset, true);
    if (kind === pageKinds.partials) table.merge(address);
    else table.update(address);
    onGroups(table.count(), heapBytesUsed(memory.view()) - bytesBefore);
    return true;
  }

  endChannel(_channel: number, openCount: number): void {
    this.#isEnded = openCount === 0;
  }

  next(): Produced {
    if (!this.#isEnded) return 'needs_input';
    const rows = this.#options.table.emit();
    return rows > 0 ? rows : 'end';
  }

  close(): void {}
}
