import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobGraph, StageSpec } from '../job/job-graph.ts';
import { layoutShared } from './shared-layout.ts';

const slotPayloadBytes = 65_536;
const stage = { parallelism: 'all' } as StageSpec;

/** A job of so many partitions, with so many exchanges between all of them. */
function layoutOf(partitionCount: number, exchangeCount: number): ReturnType<typeof layoutShared> {
  const exchanges = Array.from({ length: exchangeCount }, (_, index) => {
    return { index, from: index, to: index + 1, routing: 'hash' } as const;
  });
  const stages = [stage, ...exchanges.map(() => stage)];
  const graph = {
    partitionCount,
    stages,
    exchanges,
    results: [{ stage: exchangeCount }],
  } as unknown as JobGraph;
  const unitCounts = stages.map(() => 0);
  return layoutShared({ graph, unitCounts, slotPayloadBytes, exchangeBytesMax: 2 ** 26 });
}

test('rings hold whole pages where there are few, and parts of pages where there are many', () => {
  for (const [partitionCount, exchangeCount, payload] of [
    [2, 1, 65_536],
    [64, 1, 65_536],
    [256, 1, 4096],
    [256, 8, 512],
  ] as const) {
    const { rings, byteCount } = layoutOf(partitionCount, exchangeCount);
    for (const grid of rings) assert.equal(grid.slotPayloadBytes, payload);
    for (const grid of rings) assert.ok(grid.slotCount >= 2);
    assert.ok(byteCount < 1.2 * 2 ** 30, `${byteCount} bytes`);
  }
});
