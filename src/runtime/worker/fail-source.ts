/** What ends a source once all that lies before it is read; anything else ends the worker. */
import { type ErrorOptions, VelostreamError } from '../../base/error.ts';
import type { RejectedRecord } from '../../operators/input/unit-queue.ts';
import { describeError } from '../posted-error.ts';
import { failUnit } from './shared-unit-queue.ts';
import type { WorkerContext } from './worker-context.ts';

/** A source fails at a unit: at a record of it, or as a whole. */
export class SourceFailure extends VelostreamError {
  readonly unitIndex: number;
  readonly record: RejectedRecord | undefined;

  constructor(unitIndex: number, message: string, options: ErrorOptions & { record?: RejectedRecord }) {
    super(message, options);
    this.unitIndex = unitIndex;
    this.record = options.record;
  }
}

/** Reports that the stage's source failed at a unit; throws whatever else happened. */
export function failSource(context: WorkerContext, stage: number, error: unknown): void {
  if (!(error instanceof SourceFailure)) throw error;
  const { words, layout, partition } = context;
  const { unitIndex, record } = error;
  failUnit(words, layout, stage, unitIndex);
  context.post({
    kind: 'source_failed',
    partition,
    stage,
    unitIndex,
    record,
    error: describeError(error),
  });
}
