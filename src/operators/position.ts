/**
 * Where a producer's current batch stands in the input; what the map kernel computes positions and offsets
 * from.
 */

export interface BatchPlace {
  /** The position (split, chunk, row) of the batch's first row; 0 behind an exchange. */
  readonly positionBase: bigint;
  /** Added to a record's address, gives its byte offset in the split. */
  readonly offsetBase: bigint;
}

const chunkBits = 28n;
const rowBits = 20n;

/** A sum, so that a split of one endless chunk may have more rows than a chunk's bits count. */
export function positionOf(split: number, chunk: number, row: number): bigint {
  return (((BigInt(split) << chunkBits) | BigInt(chunk)) << rowBits) + BigInt(row);
}
