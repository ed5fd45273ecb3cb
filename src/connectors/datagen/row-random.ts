/**
 * Random numbers by row: a number depends on the seed, the column and the row, and on nothing else, so that
 * rows are the same whoever generates them, in whatever order. A counter-based generator (Salmon et al.,
 * "Parallel Random Numbers: As Easy as 1, 2, 3", 2011) on the 32-bit finaliser lowbias32 (C. Wellons, 2018).
 */
import { encodeUtf8 } from '../../base/bytes.ts';
import { splitMix64 } from '../../base/random.ts';

const twoTo32 = 0x1_0000_0000;
const goldenRatio = 0x9e3779b9;

export class RowRandom {
  readonly #keyA: number;
  readonly #keyB: number;

  constructor(seed: number, column: string) {
    const [state] = splitMix64(BigInt.asUintN(64, BigInt(seed)));
    const [, key] = splitMix64(state ^ hashName(column));
    this.#keyA = Number(key & 0xffff_ffffn);
    this.#keyB = Number(key >> 32n);
  }

  /** A whole number from 0 to 2^32 - 1; `draw` tells several numbers of one row apart. */
  uint32(row: number, draw: number): number {
    const low = mix((row >>> 0) ^ this.#keyA);
    const high = Math.floor(row / twoTo32);
    return mix(low ^ (this.#keyB + Math.imul(high + 1, goldenRatio) + Math.imul(draw, 0x85ebca6b))) >>> 0;
  }

  /** From 0 (included) to 1 (excluded), of 53 random bits; takes the draws `draw` and `draw + 1`. */
  uniform(row: number, draw: number): number {
    const high = this.uint32(row, draw) >>> 5;
    const low = this.uint32(row, draw + 1) >>> 6;
    return (high * 0x400_0000 + low) / 0x20_0000_0000_0000;
  }

  /** Standard normal, by Box and Muller (1958); takes four draws. */
  normal(row: number, draw: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform(row, draw)));
    return radius * Math.cos(2 * Math.PI * this.uniform(row, draw + 2));
  }
}

function mix(value: number): number {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return mixed ^ (mixed >>> 16);
}

/** FNV-1a, 64 bits (Fowler, Noll, Vo). */
function hashName(name: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of encodeUtf8(name)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash;
}
