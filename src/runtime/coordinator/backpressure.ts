/** How far behind a partition is, in words. */

/** By how full the fullest ring is that leads to a partition. */
export type BackpressureState = 'Healthy' | 'Warning' | 'Critical' | 'Saturated';

/** Source: requirements 2.6, where a queue's depth over its capacity gives the state. */
export function backpressureOf(utilization: number): BackpressureState {
  if (utilization >= 0.95) return 'Saturated';
  if (utilization >= 0.85) return 'Critical';
  return utilization >= 0.7 ? 'Warning' : 'Healthy';
}
