/**
 * The errors of a script, collected while binding goes on: what cannot be bound is reported once and counts
 * as reported for everything above it. Keeps the order of the source text.
 */
import { VelostreamError } from '../../base/error.ts';

/** Thrown to leave a construct whose error is already in the list. */
class AlreadyReported extends Error {}

export class ProblemList {
  readonly #problems: VelostreamError[] = [];

  report(problem: VelostreamError): void {
    this.#problems.push(problem);
  }

  /** Runs `bind`; an error in it goes into the list and the answer is undefined. */
  attempt<Bound>(bind: () => Bound): Bound | undefined {
    try {
      return bind();
    } catch (error) {
      if (error instanceof VelostreamError) this.report(error);
      else if (!(error instanceof AlreadyReported)) throw error;
      return undefined;
    }
  }

  /** Binds each item, so that the errors of all of them are reported; gives up if there was one. */
  all<Item, Bound>(items: readonly Item[], bind: (item: Item, index: number) => Bound): Bound[] {
    const bound: Bound[] = [];
    let failed = false;
    for (const [index, item] of items.entries()) {
      const before = this.#problems.length;
      const result = this.attempt(() => ({ bound: bind(item, index) }));
      if (result === undefined || this.#problems.length > before) failed = true;
      else bound.push(result.bound);
    }
    if (failed) this.giveUp();
    return bound;
  }

  /** Leaves the construct: its error has been reported. */
  giveUp(): never {
    throw new AlreadyReported();
  }

  /** All errors, by their place in the text. */
  sorted(): readonly VelostreamError[] {
    const start = (problem: VelostreamError): number => problem.position?.start ?? 0;
    return [...this.#problems].sort((a, b) => start(a) - start(b));
  }

  get count(): number {
    return this.#problems.length;
  }
}
