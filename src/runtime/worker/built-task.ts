/** A task of a worker, and the inlet through which its pages come; tasks that read a source have none. */
import type { Task } from '../../operators/task.ts';
import type { Inlet } from '../rings/inlet.ts';

export interface BuiltTask {
  readonly task: Task;
  readonly inlet: Inlet | undefined;
  /** Since when it stands before a full ring, as far as that time is not counted yet. */
  blockedSinceMillis: number | undefined;
}
