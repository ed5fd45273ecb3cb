/** Which partitions are behind, in a few words; nothing where none is. */
import type { JobProgress } from '../../runtime/coordinator/job-progress.ts';

/** `partition 3 Saturated`, `partitions 1, 2 Warning`, `sink Critical`: the worst first. */
export function describeBackpressure({ partitions, sink }: JobProgress): readonly string[] {
  const behind = (['Saturated', 'Critical', 'Warning'] as const).flatMap((state) => {
    const numbers = partitions.flatMap(({ partition, backpressure }) =>
      backpressure === state ? [partition] : [],
    );
    if (numbers.length === 0) return [];
    return [`${numbers.length === 1 ? 'partition' : 'partitions'} ${numbers.join(', ')} ${state}`];
  });
  return sink.backpressure === 'Healthy' ? behind : [...behind, `sink ${sink.backpressure}`];
}
