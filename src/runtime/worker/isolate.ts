/**
 * Fault isolation: when the state of one partition fails and the job says `on_partition_failure = 'isolate'`,
 * that state is given up, what still comes for it is dropped, and every other partition finishes. Only state
 * that is spread by key can be lost in part; a failing source or a single owner would leave every group
 * wrong, so it ends the job.
 */
import { LostConsumer } from '../../operators/state/lost-consumer.ts';
import type { BuiltTask } from './built-task.ts';
import { describeKernelError } from './kernel-error.ts';
import type { WorkerContext } from './worker-context.ts';

/** Whether the failure could be confined to the task; then its partition is reported as lost. */
export function isolateFailure(context: WorkerContext, { task, inlet }: BuiltTask, error: unknown): boolean {
  const stage = context.graph.stages[task.stage]!;
  const isSpread = stage.parallelism === 'all' && stage.producer.kind === 'group';
  if (context.graph.onPartitionFailure !== 'isolate' || !isSpread || inlet === undefined) return false;
  const lost = new LostConsumer();
  inlet.replaceConsumer(lost);
  task.replaceProducer(lost);
  context.post({
    kind: 'partition_lost',
    partition: context.partition,
    stage: task.stage,
    error: describeKernelError(context, error),
  });
  return true;
}
