/** The input of a SELECT without FROM: one row without columns, and no record to blame for an error in it. */
import { VelostreamError } from '../../base/error.ts';
import type { Produced, Producer } from '../operator.ts';
import type { BatchPlace } from '../position.ts';
import { noPlace } from '../state/behind-exchange.ts';

export class ValuesProducer implements Producer {
  #given = false;

  readonly pendingInput: undefined;
  readonly place: BatchPlace = noPlace;

  next(): Produced {
    if (this.#given) return 'end';
    this.#given = true;
    return 1;
  }

  rejectRow(_row: number, reason: string): never {
    throw new VelostreamError(`the result cannot be computed: ${reason}`, { code: 'record_rejected' });
  }

  close(): void {}
}
