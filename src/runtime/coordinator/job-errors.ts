/**
 * What a job can end with, besides the failures of its parts. A program may catch each of them by its class.
 */
import { VelostreamError } from '../../base/error.ts';
import { type BadRecord, describeReason, placeOfRecord } from './bad-record.ts';

/**
 * A job failed because of this record. The message names its place, the detail says what is wrong with it.
 */
export class RecordError extends VelostreamError {
  readonly record: BadRecord;

  constructor(record: BadRecord, error: VelostreamError) {
    super(`${error.message}: ${placeOfRecord(record)}`, {
      code: error.code,
      detail: describeReason(record),
      hint: error.hint,
    });
    this.name = 'RecordError';
    this.record = record;
  }
}

/** The job ended, but what it wrote is not the whole result. The detail names what is missing. */
export class IncompleteError extends VelostreamError {
  override readonly name = 'IncompleteError';
}

/** The job was given up because somebody asked for that; `cause` is the reason that was given, if any. */
export function cancelledError(cause?: unknown): VelostreamError {
  return new VelostreamError('the job was cancelled', { code: 'cancelled', cause });
}
