/**
 * What takes the place of a partition's state after it failed: drops what still comes, so that no sender is
 * stuck.
 */
import type { PageConsumer, Produced, Producer } from '../operator.ts';
import type { BatchPlace } from '../position.ts';
import { failRow, noPlace } from './behind-exchange.ts';

export class LostConsumer implements PageConsumer {
  readonly pendingInput: undefined;
  readonly place: BatchPlace = noPlace;
  readonly rejectRow: Producer['rejectRow'] = failRow;
  #isEnded = false;

  accept(): boolean {
    return true;
  }

  endChannel(_channel: number, openCount: number): void {
    this.#isEnded = openCount === 0;
  }

  next(): Produced {
    return this.#isEnded ? 'end' : 'needs_input';
  }

  close(): void {}
}
