/** Numbers from a seed: xorshift (Marsaglia, "Xorshift RNGs", 2003), and normal ones by the polar method. */

export class Xorshift {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** 0 to `limit` - 1. */
  below(limit: number): number {
    return this.next() % limit;
  }

  /** 32 bits, never 0. */
  next(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return state >>> 0;
  }

  /** Mean 0, deviation 1 (Marsaglia and Bray, 1964; the second value of each pair is dropped). */
  normal(): number {
    for (;;) {
      const x = this.next() / 2 ** 31 - 1;
      const y = this.next() / 2 ** 31 - 1;
      const square = x * x + y * y;
      if (square > 0 && square < 1) return x * Math.sqrt((-2 * Math.log(square)) / square);
    }
  }
}
