/**
 * What is missing from a result whose other groups are written: the key groups of partitions whose state was
 * given up, and single groups whose row could not be computed.
 */
import type { ErrorDomain, VelostreamError } from '../../base/error.ts';
import { keyGroupCount } from '../../kernels/key-groups.ts';
import { firstKeyGroup } from '../../operators/state/group-kernel.ts';
import type { LostGroup, LostGroups } from '../../operators/state/lost-groups.ts';
import { IncompleteError } from './job-errors.ts';

export interface LostPartition {
  readonly partition: number;
  readonly error: VelostreamError;
}

export interface Missing {
  readonly partitionCount: number;
  readonly partitions: readonly LostPartition[];
  /** Of each partition that lost any. */
  readonly groups: readonly LostGroups[];
}

/** Undefined where nothing is. */
export function incompleteError({
  partitionCount,
  partitions,
  groups,
}: Missing): IncompleteError | undefined {
  const [first] = partitions;
  const details: string[] = [];
  if (first !== undefined) {
    const ranges = partitions.map(({ partition }) => keyGroupsOf(partition, partitionCount)).sort(byNumber);
    details.push(`Missing are key groups ${ranges.join(', ')} of ${keyGroupCount}: ${first.error.message}.`);
  }
  if (groups.length > 0) details.push(describeGroups(groups));
  if (details.length === 0) return undefined;
  const domain: ErrorDomain = first?.error.domain ?? 'user';
  return new IncompleteError('some groups are missing from the result', {
    code: 'partition_failed',
    domain,
    detail: details.join(' '),
    hint: "The others are written, as on_partition_failure = 'isolate' asks.",
    cause: first?.error,
  });
}

function keyGroupsOf(partition: number, count: number): string {
  const end = firstKeyGroup(partition + 1, count) - 1;
  return `${firstKeyGroup(partition, count)} to ${end} (partition ${partition})`;
}

const byNumber = (a: string, b: string): number => Number.parseInt(a, 10) - Number.parseInt(b, 10);

const namedMax = 5;

function describeGroups(lost: readonly LostGroups[]): string {
  const count = lost.reduce((sum, each) => sum + each.count, 0);
  const named = lost.flatMap((each) => each.named).sort(byKey);
  const texts = named.slice(0, namedMax).map(({ key, reason }) => `${key} (${reason})`);
  const many = count > texts.length ? `${count} groups, among them` : 'the groups';
  return count === 1 ? `Missing is the group ${texts[0]}.` : `Missing are ${many} ${texts.join(', ')}.`;
}

const byKey = (a: LostGroup, b: LostGroup): number => (a.key < b.key ? -1 : 1);
