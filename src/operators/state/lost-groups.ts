/**
 * A group table's producer that goes on without the groups whose row cannot be computed, and tells of them at
 * its end.
 */
import type { PageConsumer } from '../operator.ts';
import { overrideConsumer } from '../override-consumer.ts';
import { type KeyKernel, keyReader } from './key-reader.ts';

export interface LostGroups {
  readonly count: number;
  /** The first of them, each with its key as JSON and why it is missing. */
  readonly named: readonly LostGroup[];
}

export interface LostGroup {
  readonly key: string;
  readonly reason: string;
}

export interface LostGroupsOptions extends KeyKernel {
  /** Groups that are named; the others are counted. */
  readonly namedMax: number;
  /** Called once, if any group is missing. */
  readonly onLost: (lost: LostGroups) => void;
}

export function loseGroups(consumer: PageConsumer, options: LostGroupsOptions): PageConsumer {
  const { namedMax, onLost } = options;
  const keyOf = keyReader(options);
  const named: LostGroup[] = [];
  let count = 0;
  return overrideConsumer(consumer, {
    rejectRow: (row, reason) => {
      count++;
      if (named.length < namedMax) named.push({ key: keyOf(row), reason });
    },
    next: () => {
      const produced = consumer.next();
      if (produced === 'end' && count > 0) onLost({ count, named });
      return produced;
    },
  });
}
