/**
 * Records that were skipped: the first few as lines that say where each lies, why, and what it looks like.
 */
import type { RejectedRecord } from '../../operators/input/unit-queue.ts';
import { describeRecord } from '../../runtime/coordinator/job-failures.ts';

const samplesMax = 5;
/** Kept until the end, so that the samples shown are the first ones, whoever read them. */
const keptMax = 1000;

export class RejectedSamples {
  #kept: RejectedRecord[] = [];

  add(record: RejectedRecord): void {
    if (this.#kept.length < keptMax) this.#kept.push(record);
  }

  /** The first ones in the order of the input; from now on it is empty. */
  take(): readonly string[] {
    const kept = this.#kept.sort((a, b) => a.unitIndex - b.unitIndex || a.offset - b.offset);
    this.#kept = [];
    return kept.slice(0, samplesMax).map((record) => `skipped: ${oneLine(describeRecord(record))}`);
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: a record may hold anything, a terminal obeys it
const control = /[\u0000-\u001f\u007f-\u009f]+/g;

function oneLine(text: string): string {
  return text.replace(control, ' ').trimEnd();
}
