/**
 * Fault isolation: when the state of one partition fails and the job says `on_partition_failure = 'isolate'`,
 * that state is given up, what still comes for it is dropped, and every other partition finishes. Only state
 * that is spread by key can be lost in part; a failing source, a single owner, or groups of which other
 * groups are made would leave what is written wrong, so that ends the job.
 */
import type { JobGraph } from '../../job/job-graph.ts';
import { LostConsumer } from '../../operators/state/lost-consumer.ts';
import type { BuiltTask } from './built-task.ts';
import { describeKernelError } from './kernel-error.ts';
import type { WorkerContext } from './worker-context.ts';

/** Whether the failure could be confined to the task; then its partition is reported as lost. */
export function isolateFailure(context: WorkerContext, { task, inlet }: BuiltTask, error: unknown): boolean {
  const { graph } = context;
  if (graph.onPartitionFailure !== 'isolate' || inlet === undefined || task.isLost) return false;
  if (!canLosePart(graph, task.stage)) return false;
  const lost = new LostConsumer();
  inlet.replaceConsumer(lost);
  task.loseProducer(lost);
  context.post({
    kind: 'partition_lost',
    partition: context.partition,
    stage: task.stage,
    error: describeKernelError(context, error),
  });
  return true;
}

/** The stage's groups are spread by key, and no later stage makes other groups of them. */
function canLosePart({ stages }: JobGraph, stage: number): boolean {
  const { parallelism, producer } = stages[stage]!;
  const later = stages.slice(stage + 1);
  return (
    parallelism === 'all' &&
    producer.kind === 'group' &&
    later.every((other) => other.producer.kind !== 'group')
  );
}
