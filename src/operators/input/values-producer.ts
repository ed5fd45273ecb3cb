/** The input of a SELECT without FROM: one row without columns. */
import type { Produced, Producer } from '../operator.ts';
import type { BatchPlace } from '../position.ts';
import { failRow, noPlace } from '../state/behind-exchange.ts';

export class ValuesProducer implements Producer {
  #given = false;

  readonly pendingInput: undefined;
  readonly place: BatchPlace = noPlace;
  readonly rejectRow: Producer['rejectRow'] = failRow;

  next(): Produced {
    if (this.#given) return 'end';
    this.#given = true;
    return 1;
  }

  close(): void {}
}
