/** The receiving end of a ring with a meter on it: the time that copying pages in takes. */
import type { OperatorMeter } from '../../operators/measured/operator-meter.ts';
import type { PageRing } from './inlet.ts';

export function measureRing(ring: PageRing, meter: OperatorMeter | undefined): PageRing {
  if (meter === undefined) return ring;
  return {
    get hasMessage() {
      return ring.hasMessage;
    },
    tryReceive: (reserve) => meter.time(() => ring.tryReceive(reserve)),
  };
}
