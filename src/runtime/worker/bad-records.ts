/**
 * A worker's side of the policy for records that cannot be used: counts them against the limit of the whole
 * job, posts samples or dead letters, and fails the source where the policy says so.
 */
import type { OnErrorSpec } from '../../job/job-graph.ts';
import type { RejectedRecord, RejectRecord } from '../../operators/input/unit-queue.ts';
import type { Counters } from '../counters.ts';
import type { WorkerMessage } from '../messages.ts';
import { controlWords, type SharedLayout } from '../shared-layout.ts';
import { SourceFailure } from './fail-source.ts';

export interface BadRecordOptions {
  readonly stage: number;
  readonly partition: number;
  readonly policy: OnErrorSpec;
  readonly words: Int32Array;
  readonly layout: SharedLayout;
  readonly counters: () => Counters;
  readonly post: (message: WorkerMessage) => void;
}

/** Skipped records that one worker reports with their text. */
const samplesMax = 5;
/** Bytes of a record's text in a message; dead letters are whole. */
const sampleBytesMax = 1000;

/** Rejected records on their way to the coordinator may take so much before sources wait. */
const rejectedBytesMax = 4_194_304;
/** What a record takes besides its text. */
const recordOverheadBytes = 512;

/** Whether the coordinator keeps up with the rejected records; a source that finds it does not waits. */
export function hasRoomForRejected(words: Int32Array, layout: SharedLayout): boolean {
  return Atomics.load(words, rejectedWord(layout)) < rejectedBytesMax;
}

/** The coordinator has dealt with a rejected record. */
export function releaseRejected(words: Int32Array, layout: SharedLayout, record: RejectedRecord): void {
  Atomics.sub(words, rejectedWord(layout), bytesOf(record));
}

function bytesOf({ payload }: RejectedRecord): number {
  return payload.length + recordOverheadBytes;
}

function rejectedWord(layout: SharedLayout): number {
  return (layout.control >> 2) + controlWords.rejectedBytes;
}

/** Carries the record that ended a source to the worker's loop. */
export class RecordRejected extends SourceFailure {
  constructor(record: RejectedRecord, message: string, hint: string) {
    super(record.unitIndex, message, { code: 'record_rejected', hint, record });
  }
}

export function createBadRecordPolicy(options: BadRecordOptions): RejectRecord {
  const { policy, words, layout, stage, partition } = options;
  let sampled = 0;
  return (record) => {
    options.counters().add('badRecords', 1);
    const soFar = Atomics.add(words, (layout.control >> 2) + controlWords.badRecords, 1) + 1;
    if (policy.action === 'fail') {
      throw new RecordRejected(
        sampleOf(record),
        record.wasRead ? 'an expression fails on a record' : 'a record cannot be read',
        "Set on_error = 'skip' or 'dead_letter' on the source to go on without such records.",
      );
    }
    if (soFar > policy.limit) {
      throw new RecordRejected(
        sampleOf(record),
        `more than ${policy.limit} records cannot be used`,
        'Raise on_error_limit, or mend the input.',
      );
    }
    const isDeadLetter = policy.action === 'dead_letter';
    if (!isDeadLetter && sampled >= samplesMax) return;
    sampled++;
    const posted = isDeadLetter ? record : sampleOf(record);
    Atomics.add(words, rejectedWord(layout), bytesOf(posted));
    options.post({ kind: 'rejected', partition, stage, record: posted });
  };
}

function sampleOf(record: RejectedRecord): RejectedRecord {
  return { ...record, payload: record.payload.slice(0, sampleBytesMax) };
}
