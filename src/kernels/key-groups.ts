/**
 * Keys are spread over key groups, of which every partition owns a contiguous range: the top bits of a key's
 * hash (routines/hash/mix.ts) number its group. Route tables have an entry of 16 bits for each.
 */
import { assert } from '../base/assert.ts';

const keyGroupBits = 10;

export const keyGroupCount: number = 1 << keyGroupBits;

/** A hash shifted right by so much is its key group. */
export const keyGroupShift: number = 64 - keyGroupBits;

/** Of a table with the destination of each key group. */
export const routeTableBytes: number = 2 * keyGroupCount;

export function keyGroupOf(hash: bigint): number {
  return Number(BigInt.asUintN(64, hash) >> BigInt(keyGroupShift));
}

/** The range of hashes of the key groups [first, end), as a group table's `init` takes it. */
export function hashRangeOf(
  firstKeyGroup: number,
  endKeyGroup: number,
): { readonly rangeStart: bigint; readonly rangeScale: bigint } {
  const isRange = 0 <= firstKeyGroup && firstKeyGroup < endKeyGroup && endKeyGroup <= keyGroupCount;
  assert(isRange, 'a range of key groups');
  return {
    rangeStart: BigInt.asIntN(64, BigInt(firstKeyGroup) << BigInt(keyGroupShift)),
    rangeScale: BigInt(Math.floor(keyGroupCount / (endKeyGroup - firstKeyGroup))),
  };
}
