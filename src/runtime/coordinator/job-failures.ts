/**
 * Which failure ends a job. A bad record does not end it at once: units before it are read first, so that the
 * lowest bad record is the one reported, at any number of partitions. Anything else ends the job as soon as
 * it is known.
 */
import { decodeUtf8 } from '../../base/bytes.ts';
import type { VelostreamError } from '../../base/error.ts';
import type { JobGraph } from '../../job/job-graph.ts';
import type { RejectedRecord } from '../../operators/input/unit-queue.ts';
import type { LostGroups } from '../../operators/state/lost-groups.ts';
import type { WorkerMessage } from '../messages.ts';
import { restoreError } from '../posted-error.ts';
import { partitionsOf } from '../shared-layout.ts';
import type { BadRecord } from './bad-record.ts';
import { incompleteError, type LostPartition } from './incomplete.ts';
import { RecordError } from './job-errors.ts';

/** The same record with its line, where that can be found. */
export type LocateRecord = (stage: number, record: RejectedRecord) => RejectedRecord;

interface SourceFailure {
  readonly unitIndex: number;
  readonly offset: number;
  readonly error: VelostreamError;
}

export class JobFailures {
  readonly #graph: JobGraph;
  readonly #onFail: () => void;
  readonly #locate: LocateRecord;
  readonly #sourceFailures = new Map<number, SourceFailure[]>();
  readonly #endedSources = new Map<number, Set<number>>();
  readonly #lost: LostPartition[] = [];
  readonly #lostGroups: LostGroups[] = [];
  #first: unknown;
  hasFailed = false;

  /** `onFail`: called once, when the job's fate is decided. */
  constructor(graph: JobGraph, locate: LocateRecord, onFail: () => void) {
    this.#graph = graph;
    this.#onFail = onFail;
    this.#locate = locate;
  }

  add(error: unknown): void {
    if (this.hasFailed) return;
    this.hasFailed = true;
    this.#first = error;
    this.#onFail();
  }

  throwFirst(): void {
    if (this.hasFailed) throw this.#first;
  }

  /** After the results are committed: names what is missing in them. */
  throwIncomplete(): void {
    const { partitionCount } = this.#graph;
    const error = incompleteError({ partitionCount, partitions: this.#lost, groups: this.#lostGroups });
    if (error !== undefined) throw error;
  }

  onMessage(message: WorkerMessage): void {
    if (message.kind === 'partition_lost') {
      const error = restoreError(message.error);
      this.#lost.push({ partition: message.partition, error });
      // With none left there is no result that could be told to be incomplete.
      if (this.#lost.length === this.#graph.partitionCount) this.add(error);
    }
    if (message.kind === 'groups_lost') this.#lostGroups.push(message.groups);
    if (message.kind === 'failed') this.add(restoreError(message.error));
    if (message.kind === 'source_failed') {
      const plain = restoreError(message.error);
      const error =
        message.record === undefined
          ? plain
          : new RecordError(badRecordOf(this.#locate(message.stage, message.record)), plain);
      const offset = message.record?.offset ?? 0;
      const failures = this.#sourceFailures.get(message.stage) ?? [];
      failures.push({ unitIndex: message.unitIndex, offset, error });
      this.#sourceFailures.set(message.stage, failures);
      this.#sourceEnded(message.stage, message.partition);
    }
    if (message.kind === 'source_ended') this.#sourceEnded(message.stage, message.partition);
  }

  #sourceEnded(stage: number, partition: number): void {
    const ended = this.#endedSources.get(stage) ?? new Set();
    this.#endedSources.set(stage, ended.add(partition));
    const failures = this.#sourceFailures.get(stage);
    if (failures === undefined || ended.size < partitionsOf(this.#graph, stage).length) return;
    const [lowest] = failures.sort((a, b) => a.unitIndex - b.unitIndex || a.offset - b.offset);
    this.add(lowest!.error);
  }
}

/** What is told of a rejected record. */
export function badRecordOf(record: RejectedRecord): BadRecord {
  const { unit, line, offset, measure, column, payload } = record;
  const text = measure === 'row' ? '' : decodeUtf8(payload);
  const reason = record.reason.replaceAll('_', ' ');
  return { source: unit.name, line, offset, measure, reason, column, text };
}
