/**
 * Seeded random numbers: the same seed and stream give the same numbers on every machine. xoshiro128** 1.1
 * (Blackman and Vigna, 2018) on 32-bit integers, its state filled by SplitMix64 (Steele, Lea and Flood,
 * 2014). Not for secrets.
 */

const maskU64 = (1n << 64n) - 1n;
const twoTo32 = 0x1_0000_0000;

/** One step of SplitMix64 from a 64-bit state: the next state and the number drawn. */
export function splitMix64(state: bigint): readonly [state: bigint, value: bigint] {
  const next = (state + 0x9e3779b97f4a7c15n) & maskU64;
  let value = next;
  value = ((value ^ (value >> 30n)) * 0xbf58476d1ce4e5b9n) & maskU64;
  value = ((value ^ (value >> 27n)) * 0x94d049bb133111ebn) & maskU64;
  return [next, value ^ (value >> 31n)];
}

/** The four words of xoshiro's state. */
export type RandomState = readonly [number, number, number, number];

export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;
  /** Normal numbers are made in pairs; this is the second of the last pair. */
  #spareNormal: number | undefined;

  /** Not all four words may be zero. */
  constructor(state: RandomState) {
    [this.#a, this.#b, this.#c, this.#d] = state;
  }

  /** Streams of one seed are independent of each other: one per partition, say. */
  static fromSeed(seed: number | bigint, stream: number | bigint = 0): Random {
    const [mixed] = splitMix64(BigInt.asUintN(64, BigInt(seed)));
    const [afterSeed, seedValue] = splitMix64(mixed);
    const [next, first] = splitMix64((afterSeed ^ seedValue) + BigInt.asUintN(64, BigInt(stream)));
    const [, second] = splitMix64(next);
    const words = [first, first >> 32n, second, (second >> 32n) | 1n];
    const [a = 0, b = 0, c = 0, d = 1] = words.map((word) => Number(BigInt.asIntN(32, word)));
    return new Random([a, b, c, d]);
  }

  /** A whole number from 0 to 2^32 - 1. */
  uint32(): number {
    const product = Math.imul(this.#b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result;
  }

  /** A number from 0 (included) to 1 (excluded), of 53 random bits. */
  uniform(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 0x400_0000 + low) / 0x20_0000_0000_0000;
  }

  /**
   * A whole number from `low` to `high`, both included, all equally likely; the range holds at most 2^53
   * numbers.
   */
  int(low: number, high: number): number {
    const count = high - low + 1;
    if (count > twoTo32) return low + this.#below53(count);
    // Numbers above the last whole multiple of `count` would favour the small ones; they are drawn again.
    const limit = twoTo32 - (twoTo32 % count);
    let drawn = this.uint32();
    while (drawn >= limit) drawn = this.uint32();
    return low + (drawn % count);
  }

  /** Normally distributed with mean 0 and standard deviation 1, by Marsaglia's polar method (1964). */
  normal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    for (;;) {
      const x = this.uniform() * 2 - 1;
      const y = this.uniform() * 2 - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      this.#spareNormal = y * scale;
      return x * scale;
    }
  }

  #below53(count: number): number {
    const total = 0x20_0000_0000_0000;
    const limit = total - (total % count);
    for (;;) {
      const drawn = this.uniform() * total;
      if (drawn < limit) return drawn % count;
    }
  }
}
