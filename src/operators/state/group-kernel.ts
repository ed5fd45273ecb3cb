/** A group table's exports as operators call them (kernels/group-table/ says what they do). */
import { hashRangeOf, keyGroupCount, keyGroupOf } from '../../kernels/key-groups.ts';
import type { Kernel } from '../../wasm/instantiate.ts';

export interface GroupKernel {
  init(rangeStart: bigint, rangeScale: bigint): void;
  update(page: number): void;
  merge(page: number): void;
  count(): number;
  /** Fills the batch with the next groups; 0 when all were given. */
  emit(): number;
  /** Appends partial rows to the destination pages; answers as `putStatus` says. */
  drain(): number;
  clear(): void;
}

export function bindGroupKernel(kernel: Kernel, prefix: string): GroupKernel {
  const bind = (name: string): never => kernel.exports[`${prefix}_${name}`] as never;
  return {
    init: bind('init'),
    update: bind('update'),
    merge: bind('merge'),
    count: bind('count'),
    emit: bind('emit'),
    drain: bind('drain'),
    clear: bind('clear'),
  };
}

/**
 * The first key group that partition `index` of `count` owns; the last one is the first of the next, less
 * one.
 */
export function firstKeyGroup(index: number, count: number): number {
  return Math.ceil((index * keyGroupCount) / count);
}

/** The range of hashes of partition `index` of `count`, as `init` takes it. */
export function hashRange(index: number, count: number): ReturnType<typeof hashRangeOf> {
  return hashRangeOf(firstKeyGroup(index, count), firstKeyGroup(index + 1, count));
}

/** The owner of each key group, as a route table. */
export function ownersOfKeyGroups(partitionCount: number): Uint16Array {
  const owners = new Uint16Array(keyGroupCount);
  for (let index = 0; index < partitionCount; index++) {
    owners.fill(index, firstKeyGroup(index, partitionCount), firstKeyGroup(index + 1, partitionCount));
  }
  return owners;
}

/** The partition of `partitionCount` that owns a key with this hash. */
export function ownerOfHash(hash: bigint, partitionCount: number): number {
  return ownersOfKeyGroups(partitionCount)[keyGroupOf(hash)]!;
}
