/**
 * The two clocks: the wall, which may jump, and the monotonic one, which only measures. Both are arguments
 * wherever time matters, so that a run can be replayed; nothing outside `base/` asks the machine for the
 * time.
 */

export interface Clock {
  /** Microseconds since 1970-01-01T00:00:00Z, as TIMESTAMPTZ stores them. */
  nowMicros(): bigint;
  /** Milliseconds, with a fraction, since a moment of no meaning. Never goes back. */
  monotonicMillis(): number;
}

export const systemClock: Clock = {
  nowMicros: () => BigInt(Date.now()) * 1000n,
  monotonicMillis: () => performance.now(),
};
