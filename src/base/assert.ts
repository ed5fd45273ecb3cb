/**
 * Checks for our own mistakes. A failed assertion is a defect in Velostream, never the user's fault;
 * what a user can cause is a `VelostreamError` (error.ts) or, for a record, data.
 */

/** Throws when `condition` does not hold; `message` states the invariant that was broken. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`);
}

/** Marks a branch that no value can reach; the compiler checks it, and so does the run. */
export function unreachable(value: never): never {
  throw new Error(`assertion failed: unreachable value ${JSON.stringify(value)}`);
}
