/** A rejected record ends its source, once the records before it are read; anything else ends the worker. */
import { describeError } from '../posted-error.ts';
import { RecordRejected } from './bad-records.ts';
import { failUnit } from './shared-unit-queue.ts';
import type { WorkerContext } from './worker-context.ts';

/** Reports that the stage's source failed at a record; throws whatever else happened. */
export function failSource(context: WorkerContext, stage: number, error: unknown): void {
  if (!(error instanceof RecordRejected)) throw error;
  const { words, layout, partition } = context;
  const { record } = error;
  failUnit(words, layout, stage, record.unitIndex);
  context.post({
    kind: 'source_failed',
    partition,
    stage,
    unitIndex: record.unitIndex,
    record,
    error: describeError(error),
  });
}
