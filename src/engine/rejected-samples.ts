/** Of the records that could not be used, the first few in the order of the input. */
import type { RejectedRecord } from '../operators/input/unit-queue.ts';
import type { BadRecord } from '../runtime/coordinator/bad-record.ts';
import { badRecordOf } from '../runtime/coordinator/job-failures.ts';

const samplesMax = 5;
/** Kept until the end, so that the samples shown are the first ones, whoever read them. */
const keptMax = 1000;

export class RejectedSamples {
  #kept: RejectedRecord[] = [];

  add(record: RejectedRecord): void {
    if (this.#kept.length < keptMax) this.#kept.push(record);
  }

  /** From now on it is empty. */
  take(): readonly BadRecord[] {
    const kept = this.#kept.sort((a, b) => a.unitIndex - b.unitIndex || a.offset - b.offset);
    this.#kept = [];
    return kept.slice(0, samplesMax).map(badRecordOf);
  }
}
