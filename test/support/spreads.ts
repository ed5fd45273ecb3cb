/**
 * The ways to spread a job that must all give the same rows: every architecture, several partition counts,
 * batches of one row and of many, sizes small enough that every buffer, ring and local table overflows, and
 * addresses whose top bit is set.
 */
import type { TestedLimits } from '../../src/engine/engine-options.ts';
import type { ArchitectureOptions } from '../../src/plan/architecture.ts';
import type { Spread } from './run-sql.ts';

export interface NamedSpread extends Spread {
  readonly name: string;
}

const layouts: readonly (readonly [string, ArchitectureOptions])[] = [
  ['v1', { architecture: 'v1' }],
  ['partitioned 2', { architecture: 'partitioned', numPartitions: 2 }],
  ['single_actor raw 2', { architecture: 'single_actor', numPartitions: 2, singleActorInput: 'raw' }],
  ['partitioned 3', { architecture: 'partitioned', numPartitions: 3 }],
  ['single_actor partial 3', { architecture: 'single_actor', numPartitions: 3, singleActorInput: 'partial' }],
  ['partitioned 1', { architecture: 'partitioned', numPartitions: 1 }],
  ['partitioned 3, fan_in', { architecture: 'partitioned', numPartitions: 3, strategy: 'fan_in' }],
  ['partitioned 8', { architecture: 'partitioned', numPartitions: 8 }],
];

const sizes: readonly (readonly [string, TestedLimits])[] = [
  ['batches of 4096', { batchRows: 4096 }],
  ['addresses above 2 GiB', { heapStart: 2 ** 31 }],
  ['batches of 1, tight', { batchRows: 1, ringSlotCount: 1, inputBufferBytes: 64, preAggregateGroupsMax: 2 }],
];

/** What every other way is compared with. */
export const plainSpread: NamedSpread = spread(layouts[0]!, sizes[0]!);

export const otherSpreads: readonly NamedSpread[] = sizes
  .flatMap((size) => layouts.map((layout) => spread(layout, size)))
  .slice(1);

function spread(layout: (typeof layouts)[number], size: (typeof sizes)[number]): NamedSpread {
  return { name: `${layout[0]}, ${size[0]}`, architecture: layout[1], limits: size[1] };
}

const triesEverything = process.env.VELOSTREAM_TEST_SPREADS === 'all';

/**
 * The ways that the case of this number is run in beside the plain one: one that changes from case to case,
 * or all with VELOSTREAM_TEST_SPREADS=all.
 */
export function spreadsOf(number: number): readonly NamedSpread[] {
  if (triesEverything) return otherSpreads;
  // 7 has no divisor in common with the 23 ways, so that neighbours get unlike ones.
  return [otherSpreads[(number * 7) % otherSpreads.length]!];
}
