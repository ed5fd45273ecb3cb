/** What all producers behind an exchange have in common: no place in the input, and no record to blame. */
import { VelostreamError } from '../../base/error.ts';
import type { BatchPlace } from '../position.ts';

export const noPlace: BatchPlace = { positionBase: 0n, offsetBase: 0n };

/** A row made of many records failed: the statement as a whole has no answer. */
export function failRow(_row: number, reason: string): never {
  throw new VelostreamError(`a result row cannot be computed: ${reason}`, {
    code: 'record_rejected',
    detail:
      'It is evaluated behind a grouping, an order or a limit, ' +
      'so no single input record can be rejected for it.',
  });
}
