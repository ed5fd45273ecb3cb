/** What placing an operator is done with: how wide stages of each kind are, and why. */
import type { Parallelism } from '../../plan/architecture.ts';
import type { StageWidth } from '../../plan/physical-plan.ts';
import type { StageDraft } from './stage-draft.ts';
import type { Sending, Sent, StageList } from './stage-list.ts';

export interface Placement {
  readonly parallelism: Parallelism;
  readonly list: StageList;
}

export interface Width {
  readonly width: StageWidth;
  readonly widthReason: string;
}

/** Stages without state: everywhere, except in one task for everything. */
export function statelessWidth({ parallelism }: Placement): Width {
  return parallelism.architecture === 'v1'
    ? { width: 'one', widthReason: 'v1 runs everything in one task' }
    : { width: 'all', widthReason: 'no state: every partition takes its share' };
}

/** Whether all state belongs to one task. */
export function hasOneOwner({ parallelism }: Placement): boolean {
  return parallelism.architecture !== 'partitioned' || parallelism.strategy === 'fan_in';
}

/** Why all state belongs to one task. */
export function ownerReason({ parallelism }: Placement): string {
  if (parallelism.architecture === 'v1') return 'v1 runs everything in one task';
  if (parallelism.architecture === 'single_actor') return 'single_actor has one owner of all state';
  return 'fan_in sends all rows to partition 0';
}

/** Sends everything to a single task: through rings, or directly where one task writes. */
export function gather(
  draft: StageDraft,
  { list }: Placement,
  reason: string,
  rest: Omit<Sending, 'distribution' | 'reason'> = {},
): Sent {
  if (draft.width === 'one') {
    const stays = { kind: 'local' as const };
    return list.send(draft, {
      ...rest,
      distribution: stays,
      reason: 'one task writes and reads',
      preAggregation: undefined,
    });
  }
  return list.send(draft, { ...rest, distribution: { kind: 'gather' }, reason });
}
