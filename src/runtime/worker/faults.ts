/** Faults that tests put into a partition's state: slow, failing, or the whole thread dying. */
import type { PageConsumer } from '../../operators/operator.ts';
import { overrideConsumer } from '../../operators/override-consumer.ts';

export interface FaultSpec {
  readonly partition: number;
  /**
   * `slow`: takes a page at most every `pauseMillis`. `throw`: its state fails. `exit`: its thread ends.
   * `..._at_end`: the same when it is asked for its rows after the end of input.
   */
  readonly kind: 'slow' | 'throw' | 'exit' | 'throw_at_end' | 'exit_at_end';
  /** Pages that are taken, or batches given, before the fault shows. */
  readonly afterPages: number;
  readonly pauseMillis: number;
}

/** The same consumer with the fault in it. */
export function withFault(
  consumer: PageConsumer,
  fault: FaultSpec,
  nowMillis: () => number,
  exit: () => void,
): PageConsumer {
  let pages = 0;
  let batches = 0;
  let notBefore = 0;
  const fail = (): never => {
    throw new Error('this partition was made to fail');
  };
  return overrideConsumer(consumer, {
    accept: (address, channel) => {
      if (pages >= fault.afterPages) {
        if (fault.kind === 'throw') fail();
        if (fault.kind === 'exit') exit();
        if (fault.kind === 'slow' && nowMillis() < notBefore) return false;
      }
      const isTaken = consumer.accept(address, channel);
      if (!isTaken) return false;
      pages++;
      notBefore = nowMillis() + fault.pauseMillis;
      return true;
    },
    next: () => {
      const produced = consumer.next();
      if (typeof produced === 'number' && batches++ >= fault.afterPages) {
        if (fault.kind === 'throw_at_end') fail();
        if (fault.kind === 'exit_at_end') exit();
      }
      return produced;
    },
  });
}
