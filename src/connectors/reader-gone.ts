/** Whoever read the output went away: nothing is wrong, but there is nobody to write for. */
import { VelostreamError } from '../base/error.ts';

export class ReaderGone extends VelostreamError {
  constructor(cause: unknown) {
    super('the reader of the output went away', { code: 'sink_write', domain: 'external', cause });
  }
}
