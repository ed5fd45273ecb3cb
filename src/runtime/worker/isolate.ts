/**
 * Fault isolation, where the job says `on_partition_failure = 'isolate'`: when the state of one partition
 * fails, that state is given up, what still comes for it is dropped, and every other partition finishes. When
 * a group's row cannot be computed, that group alone is given up. Only state that is spread by key can be
 * lost in part; a failing source, a single owner, or groups of which other groups are made would leave what
 * is written wrong, so that ends the job. So does state that fails when some of its groups are written: they
 * cannot be taken back, and nobody could tell which they are.
 */

import type { JobGraph } from '../../job/job-graph.ts';
import { clearExhausted } from '../../kernels/heap/heap.ts';
import { LostConsumer } from '../../operators/state/lost-consumer.ts';
import type { BuiltTask } from './built-task.ts';
import { describeKernelError } from './kernel-error.ts';
import type { WorkerContext } from './worker-context.ts';

/** Whether the failure could be confined to the task; then its partition is reported as lost. */
export function isolateFailure(context: WorkerContext, { task, inlet }: BuiltTask, error: unknown): boolean {
  const { graph } = context;
  if (!canLosePart(graph, task.stage) || inlet === undefined) return false;
  if (task.isLost || task.hasGivenRows) return false;
  const lost = new LostConsumer();
  inlet.replaceConsumer(lost);
  task.loseProducer(lost);
  context.post({
    kind: 'partition_lost',
    partition: context.partition,
    stage: task.stage,
    error: describeKernelError(context, error),
  });
  clearExhausted(context.memory.view());
  return true;
}

/** The job allows it, the stage's groups are spread by key, and no later stage makes other groups of them. */
export function canLosePart({ onPartitionFailure, stages }: JobGraph, stage: number): boolean {
  const { parallelism, producer } = stages[stage]!;
  const later = stages.slice(stage + 1);
  return (
    onPartitionFailure === 'isolate' &&
    parallelism === 'all' &&
    producer.kind === 'group' &&
    later.every((other) => other.producer.kind !== 'group')
  );
}
